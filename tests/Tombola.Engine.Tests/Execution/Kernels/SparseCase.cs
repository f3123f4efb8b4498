using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>One direction of a convolution of which some weights remain, and its twin as plain loops.</summary>
internal sealed class SparseCase
{
    private const int Lanes = LanePlanes.Lanes;

    private readonly ReferenceConvolution _twin;
    private readonly float[] _weights;
    private readonly HashSet<int> _remaining;
    private readonly bool _backward;

    /// <param name="shape">The convolution.</param>
    /// <param name="blocks">Lane blocks.</param>
    /// <param name="remaining">Remaining weights.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    /// <param name="compact">Whether the remaining weights are packed from a vector of their own.</param>
    /// <param name="factors">A factor for each output, or nothing.</param>
    public SparseCase(ConvolutionShape shape, int blocks, int[] remaining, bool backward, bool compact = false, float[]? factors = null)
    {
        (_twin, _backward, _remaining) = (new ReferenceConvolution(shape, blocks), backward, [.. remaining]);
        Method = new SparseMethod(shape, remaining, compact, SourcePlanes, backward);
        Packed = new float[Method.PackedFloats];
        Array.Fill(Packed, float.NaN);
        float[] weights = compact ? [.. remaining.Select(i => _twin.Weights[i])] : [.. _twin.Weights];

        // In parts, from the last to the first, as threads may.
        foreach (var part in Enumerable.Range(0, Method.PackParts).Reverse()) Method.Pack(weights, factors, Packed, part, part + 1);
        _weights = new float[shape.Weights];
        foreach (var i in remaining) _weights[i] = _twin.Weights[i] * (factors is null ? 1 : factors[i / (shape.Inputs / shape.Groups * shape.Taps)]);
    }

    public SparseMethod Method { get; }

    public float[] Packed { get; }

    public ConvolutionShape Shape => _twin.Shape;

    public LanePlanes SourcePlanes => _backward ? _twin.OutputPlanes : _twin.InputPlanes;

    public LanePlanes TargetPlanes => _backward ? _twin.InputPlanes : _twin.OutputPlanes;

    public float[] Source => _backward ? _twin.Gradient : _twin.Input;

    public int Targets => _backward ? Shape.Inputs : Shape.Outputs;

    public int TargetPixels => _backward ? Shape.InputPixels : Shape.OutputPixels;

    /// <summary>Shapes that between them have every patch, border and remainder.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes => new()
    {
        // C, K, kernel, stride, padding, rows, columns, blocks
        { 3, 4, 3, 1, 1, 32, 32, 1 },
        { 5, 4, 3, 1, 1, 16, 16, 2 },
        { 6, 7, 3, 1, 1, 8, 8, 2 },
        { 9, 10, 3, 1, 1, 4, 4, 2 },
        { 20, 21, 3, 1, 1, 2, 2, 2 },
        { 3, 5, 3, 2, 1, 32, 32, 1 },
        { 4, 6, 3, 2, 1, 16, 16, 1 },
        { 4, 6, 3, 2, 1, 8, 8, 2 },
        { 4, 6, 3, 2, 1, 4, 4, 2 },
        { 5, 7, 1, 2, 0, 32, 32, 1 },
        { 9, 8, 1, 2, 0, 8, 8, 2 },
        { 3, 5, 5, 1, 2, 12, 12, 1 },
        { 2, 3, 7, 2, 3, 28, 28, 1 },
        { 3, 4, 3, 1, 1, 28, 28, 1 },
        { 3, 4, 3, 2, 1, 9, 9, 2 },
        { 3, 4, 3, 1, 1, 12, 7, 1 },
        { 3, 4, 5, 3, 2, 12, 9, 1 },
        { 2, 4, 3, 1, 1, 3, 70, 1 },
        { 3, 5, 3, 1, 2, 8, 4, 1 },
        { 3, 2, 7, 1, 3, 2, 2, 1 },
    };

    /// <summary>Each weight remains with a probability; a density of 0 leaves one alone.</summary>
    public static int[] Keep(ConvolutionShape shape, double density, uint salt = 11) => density == 0
        ? [shape.Weights / 2]
        : [.. Enumerable.Range(0, shape.Weights).Where(i => Formula.Unit((uint)i, salt) < density)];

    /// <summary>The target after parts between the cuts, in the given order.</summary>
    public float[] Run(float[]? bias = null, float[]? gate = null, float[]? residual = null, bool rectify = false, float[]? into = null, IEnumerable<(int From, int To)>? parts = null)
    {
        var target = into ?? new float[_twin.Blocks * TargetPlanes.BlockStride];
        if (into is null) Array.Fill(target, ReferenceConvolution.Untouched);
        foreach (var (from, to) in parts ?? [(0, Method.Parts(_twin.Blocks))])
        {
            var epilogue = new Epilogue { Bias = bias, Gate = gate, Residual = residual, Rectify = rectify };
            Method.Run(Packed, Source, SourcePlanes, target, TargetPlanes, epilogue, default, _twin.Blocks, from, to);
        }

        return target;
    }

    /// <summary>Parts of all blocks.</summary>
    public int Parts => Method.Parts(_twin.Blocks);

    /// <summary>Something laid out as the target.</summary>
    public float[] Lay(uint salt) => _twin.Lay(TargetPlanes, Targets, TargetPixels, salt);

    /// <summary>Every element of a target without epilogue is the chain of its terms, to the last bit, and near the sum in float64; nothing else is written.</summary>
    public void Verify(float[] target)
    {
        for (var block = 0; block < _twin.Blocks; block++)
        {
            for (var channel = 0; channel < Targets; channel++)
            {
                for (var pixel = 0; pixel < TargetPixels; pixel++)
                {
                    var terms = Terms(channel, pixel);
                    foreach (var lane in new[] { 0, 9, 18, 31 }) Verify(target, terms, block, channel, pixel, lane);
                }

                Assert.Equal(ReferenceConvolution.Untouched, target[ReferenceConvolution.At(TargetPlanes, block, channel, TargetPixels, 0)]);
            }
        }
    }

    /// <summary>Multiply-adds for all lanes of all blocks.</summary>
    public double Products() => Enumerable.Range(0, Targets).Sum(channel => Enumerable.Range(0, TargetPixels).Sum(pixel => Terms(channel, pixel).Count)) * (double)_twin.Blocks * Lanes;

    private void Verify(float[] target, List<(int Weight, int Channel, int Pixel)> terms, int block, int channel, int pixel, int lane)
    {
        var (value, size, chain) = (0.0, 0.0, 0f);
        foreach (var (weight, from, at) in terms)
        {
            var (w, x) = (_weights[weight], Source[ReferenceConvolution.At(SourcePlanes, block, from, at, lane)]);
            value += (double)w * x;
            size += Math.Abs((double)w * x);
            chain = MathF.FusedMultiplyAdd(w, x, chain);
        }

        // Each rounding errs by at most 2^-24 of a partial sum, which is no larger than the sum of sizes; a factor rounds the weight once more.
        var found = target[ReferenceConvolution.At(TargetPlanes, block, channel, pixel, lane)];
        var where = $"{block}, {channel}, {pixel}, {lane}";
        Assert.True(Math.Abs(found - value) <= (terms.Count + 1) * 6e-8 * size, $"{where}: expected {value:R}, got {found:R}.");
        Assert.True(BitConverter.SingleToInt32Bits(found) == BitConverter.SingleToInt32Bits(chain), $"{where}: the chain gives {chain:R}, the kernel {found:R}.");
    }

    /// <summary>What one element sums, columns of the filter before rows before channels.</summary>
    private List<(int Weight, int Channel, int Pixel)> Terms(int channel, int pixel)
    {
        var terms = new List<(int, int, int)>();
        var (row, column) = _backward ? Math.DivRem(pixel, Shape.InputColumns) : Math.DivRem(pixel, Shape.OutputColumns);
        for (var tap = 0; tap < Shape.Taps; tap++)
        {
            var (s, r) = Math.DivRem(tap, Shape.Window.Rows.Kernel);
            if (From(Shape.Window.Rows, row, r, Shape.InputRows, Shape.OutputRows) is not { } fromRow) continue;
            if (From(Shape.Window.Columns, column, s, Shape.InputColumns, Shape.OutputColumns) is not { } fromColumn) continue;
            for (var from = 0; from < (_backward ? Shape.Outputs : Shape.Inputs); from++)
            {
                var (k, c) = _backward ? (from, channel) : (channel, from);
                var weight = _twin.WeightAt(k, c, (r * Shape.Window.Columns.Kernel) + s);
                if (_twin.Reads(k, c) && _remaining.Contains(weight)) terms.Add((weight, from, (fromRow * (_backward ? Shape.OutputColumns : Shape.InputColumns)) + fromColumn));
            }
        }

        return terms;
    }

    private int? From(WindowAxis axis, int target, int tap, int inputs, int outputs)
    {
        if (!_backward) return (target * axis.Stride) + tap - axis.Padding is var input && input >= 0 && input < inputs ? input : null;
        var (output, rest) = Math.DivRem(target + axis.Padding - tap, axis.Stride);
        return rest == 0 && output >= 0 && output < outputs ? output : null;
    }
}
