using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A rectifier that nobody took in.</summary>
internal static class ReluKind
{
    public static void Compile(PlanCompiler plan, int node, ReluLayer layer, Activation[] inputs)
    {
        var chain = plan.Begin(node);
        chain.Rectified = true;
        plan.Emit(chain, inputs, (output, sources) => new ReluPass(output, sources[0]) { Layers = layer.Name });
    }
}
