namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Direct convolution as a <see cref="ConvolutionMethod"/>: every shape, no scratch. Its parts are rows of lane blocks.</summary>
internal sealed class DirectMethod(ConvolutionShape shape, bool backward) : ConvolutionMethod
{
    private readonly TapTable _table = backward ? TapTable.Backward(shape) : TapTable.Forward(shape);

    public override string Name => $"direct {shape.Window.Size}";

    public override int PackedFloats => ConvolutionWeights.PackedFloats(_table.Channels, _table.Outputs, _table.Taps);

    public override int PackParts => ConvolutionWeights.Tiles(_table.Outputs);

    public override double Executed(int blocks) => 2.0 * _table.Executed * _table.Channels * _table.Outputs * LanePlanes.Lanes * blocks;

    public override int Parts(int blocks) => blocks * _table.Rows;

    public override void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        if (from == to) return;
        if (backward)
        {
            ConvolutionWeights.PackBackward(weights, packed, shape, from, to);
        }
        else
        {
            ConvolutionWeights.PackForward(weights, factors, packed, shape, from, to);
        }
    }

    public override void Run(
        ReadOnlySpan<float> packed,
        ReadOnlySpan<float> source,
        LanePlanes sourcePlanes,
        Span<float> target,
        LanePlanes targetPlanes,
        Epilogue epilogue,
        Span<float> scratch,
        int blocks,
        int from,
        int to)
    {
        // Part of a first block, whole blocks, part of a last one.
        while (from < to)
        {
            var (block, row) = Math.DivRem(from, _table.Rows);
            var whole = row == 0 ? (to - from) / _table.Rows : 0;
            var rows = whole > 0 ? _table.Rows : Math.Min(_table.Rows - row, to - from);
            var range = new DirectRange(block, block + Math.Max(1, whole), row, row + rows, 0, ConvolutionWeights.Tiles(_table.Outputs));
            DirectKernel.Run(_table, packed, source, sourcePlanes, target, targetPlanes, range, epilogue);
            from += rows * Math.Max(1, whole);
        }
    }
}
