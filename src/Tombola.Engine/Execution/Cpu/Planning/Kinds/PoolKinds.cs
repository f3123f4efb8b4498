using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Poolings: the mean of whole maps is one window of their size.</summary>
internal static class PoolKinds
{
    public static void Compile(PlanCompiler plan, int node, MaxPoolLayer layer, Activation[] inputs) =>
        Emit(plan, node, layer, inputs, layer.Kernel, layer.Kernel, layer.Stride, layer.Padding, max: true);

    public static void Compile(PlanCompiler plan, int node, AveragePoolLayer layer, Activation[] inputs) =>
        Emit(plan, node, layer, inputs, layer.Kernel, layer.Kernel, layer.Stride, layer.Padding, max: false);

    public static void Compile(PlanCompiler plan, int node, GlobalAveragePoolLayer layer, Activation[] inputs) =>
        Emit(plan, node, layer, inputs, layer.Input.Rows, layer.Input.Columns, 1, 0, max: false);

    private static void Emit(PlanCompiler plan, int node, Layer layer, Activation[] inputs, int rows, int columns, int stride, int padding, bool max) =>
        plan.Emit(plan.Begin(node), inputs, (output, sources) => new PoolPass(output, sources[0], rows, columns, stride, padding, max) { Layers = layer.Name });
}
