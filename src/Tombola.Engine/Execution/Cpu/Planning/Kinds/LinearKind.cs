using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A linear layer takes in the rectifier that follows. It reads one vector, which is copied together where somebody else keeps its planes apart.</summary>
internal static class LinearKind
{
    public static void Compile(PlanCompiler plan, int node, LinearLayer layer, Activation[] inputs)
    {
        var input = inputs[0].IsFlat ? inputs[0] : plan.CopyFlat(inputs[0], $"input of {layer.Name}");
        var chain = plan.Begin(node);
        chain.TakeRelu();
        var isNetworkInput = ReferenceEquals(input.Owner, plan.Input);
        plan.Emit(chain, [input], (output, sources) => plan.Weights[$"{layer.Name}.weight"].IsCompact
            ? new SparseLinearPass(layer, plan.Weights, plan.Members, output, sources[0], backward: plan.Training && !isNetworkInput, plan.Curvature) { Layers = chain.Names }
            : new LinearPass(layer, plan.Weights, plan.Members, output, sources[0], isNetworkInput, plan.Curvature) { Layers = chain.Names });
    }
}
