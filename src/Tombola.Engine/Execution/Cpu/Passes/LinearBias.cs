using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>The gradient of a linear layer's bias: dY summed over samples.</summary>
internal static class LinearBias
{
    /// <summary>Sums it for some outputs and delivers it.</summary>
    /// <param name="sink">Where it goes.</param>
    /// <param name="bias">The bias.</param>
    /// <param name="output">The layer's output, with dY [blocks][K][lanes].</param>
    /// <param name="tangent">Whether the tangent of dY is meant.</param>
    /// <param name="blocks">Blocks of samples.</param>
    /// <param name="from">First output.</param>
    /// <param name="to">Output after the last.</param>
    /// <param name="scratch">A float for each output.</param>
    public static void Deliver(in GradientSink sink, StoredParameter bias, Activation output, bool tangent, int blocks, int from, int to, Span<float> scratch)
    {
        var panel = sink.Panel(bias, from, to - from, scratch);
        for (var block = 0; block < blocks; block++)
        {
            LaneKernels.SumLanes(output.Block(output.GradientOrItsTangent(tangent), block)[(from * output.Lanes)..], panel, 0, to - from, output.Lanes, accumulate: block > 0);
        }

        sink.Deliver(bias, from, panel);
    }
}
