using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A batch norm that no convolution took in takes in a sum and the rectifier that follow.</summary>
internal static class BatchNormKind
{
    public static void Compile(PlanCompiler plan, int node, BatchNormLayer layer, Activation[] inputs)
    {
        var chain = plan.Begin(node);
        if (plan.Curvature is { } terms)
        {
            chain.TakeRelu();
            plan.Emit(chain, [inputs[0]], (output, sources) => new TangentNormPass(layer, plan.Weights, plan.Statistics, output, sources[0], terms) { Layers = chain.Names });
            return;
        }

        var added = chain.TakeSum(exceptFor: inputs[0]);
        chain.TakeRelu();
        plan.Emit(chain, [inputs[0], .. added], (output, sources) => new NormPass(
            layer, plan.Weights, plan.Statistics, output, sources[0], sources.Length > 1 ? sources[1] : null)
        {
            Layers = chain.Names,
            Training = plan.Training,
        });
    }
}
