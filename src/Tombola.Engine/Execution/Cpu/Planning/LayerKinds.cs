using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>How the processor computes each kind of layer: a file of <c>Kinds</c> and one line here.</summary>
internal static class LayerKinds
{
    private static readonly Dictionary<Type, Compiler> Compilers = new(
    [
        Kind<LinearLayer>(LinearKind.Compile),
        Kind<ConvolutionLayer>(ConvolutionKind.Compile),
        Kind<BatchNormLayer>(BatchNormKind.Compile),
        Kind<ReluLayer>(ReluKind.Compile),
        Kind<AddLayer>(AddKind.Compile),
        Kind<ConcatLayer>(ConcatKind.Compile),
        Kind<MaxPoolLayer>(PoolKinds.Compile),
        Kind<AveragePoolLayer>(PoolKinds.Compile),
        Kind<GlobalAveragePoolLayer>(PoolKinds.Compile),
        Kind<DropoutLayer>(DropoutKind.Compile),
        Kind<FlattenLayer>(FlattenKind.Compile),
    ]);

    private delegate void Compiler(PlanCompiler plan, int node, Layer layer, Activation[] inputs);

    /// <summary>Adds the pass of a node to a plan, or gives its output a name where there is nothing to compute.</summary>
    /// <exception cref="SettingException">No pass computes its kind.</exception>
    public static void Compile(PlanCompiler plan, int node, Layer layer, Activation[] inputs)
    {
        if (!Compilers.TryGetValue(layer.GetType(), out var compile)) throw new SettingException($"The processor has no pass for {layer.Name}, a layer of the kind {layer.Kind}.");
        compile(plan, node, layer, inputs);
    }

    private static KeyValuePair<Type, Compiler> Kind<T>(Action<PlanCompiler, int, T, Activation[]> compile)
        where T : Layer => new(typeof(T), (plan, node, layer, inputs) => compile(plan, node, (T)layer, inputs));
}
