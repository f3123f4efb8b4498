using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Flattening copies only where planes are set apart.</summary>
internal static class FlattenKind
{
    public static void Compile(PlanCompiler plan, int node, FlattenLayer layer, Activation[] inputs)
    {
        if (inputs[0].IsFlat)
        {
            plan.Name(node, inputs[0].Flatten());
            return;
        }

        plan.Emit(plan.Begin(node), inputs, (output, sources) => new CopyPass(output, sources) { Layers = layer.Name });
    }
}
