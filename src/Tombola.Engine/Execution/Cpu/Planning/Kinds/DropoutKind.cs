using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Dropout does nothing but in training.</summary>
internal static class DropoutKind
{
    public static void Compile(PlanCompiler plan, int node, DropoutLayer layer, Activation[] inputs)
    {
        if (!plan.DropsOut)
        {
            plan.Name(node, inputs[0]);
            return;
        }

        plan.Emit(plan.Begin(node), inputs, (output, sources) => new DropoutPass(output, sources[0], layer.Rate, (uint)node) { Layers = layer.Name });
    }
}
