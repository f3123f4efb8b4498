using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A concatenation copies.</summary>
internal static class ConcatKind
{
    public static void Compile(PlanCompiler plan, int node, ConcatLayer layer, Activation[] inputs) =>
        plan.Emit(plan.Begin(node), inputs, (output, sources) => new CopyPass(output, sources) { Layers = layer.Name });
}
