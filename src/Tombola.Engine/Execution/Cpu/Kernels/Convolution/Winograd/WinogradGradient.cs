using System.Runtime.CompilerServices;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Gradient of the weights of a 3x3 convolution by Winograd's F(4x4, 3x3): dg = G' [sum over tiles and lanes of (B' d B) (A dy A')] G.</summary>
/// <remarks>
/// Chunk by chunk, threads first share the units of <see cref="Transform"/>, then the positions of <see cref="Accumulate"/>; at the end they share
/// the blocks of <see cref="WriteGradient"/>. Between these all wait for each other. No split changes a bit; the chunks, which do, follow from the shape.
/// <para>In multiples of the peak, as for <see cref="WinogradConvolution"/>: 1.6 for 16 channels of 32 x 32, 2.4 for 32 of 16 x 16, 2.9 for 64 of 8 x
/// 8, 2.3 for 64 of 32 x 32, 2.9 for 128 of 16 x 16, 3.2 for 256 of 8 x 8, 2 to 2.9 for 512 of 4 x 4. The product runs at the peak (at 0.8 of it for
/// a panel of 16); what is lost goes to the transforms and their way to the second-level cache, and at 512 channels to the 38 MB of sums.</para>
/// <para>Errors on normal data, relative to the sum of the sizes of a tap's terms: 2e-8 (root mean square) over a block of 32 x 32, 7e-8 over 8 x 8,
/// at worst 6e-7; a direct sum in 16 lanes has 7e-9 and 3e-8. With 3 inputs it does not pay (0.5).</para>
/// </remarks>
internal static unsafe class WinogradGradient
{
    private const int Lane = LanePlanes.Lanes, Group = WinogradGradientShape.Group, Taps = 9;

    /// <summary>Inputs whose taps are turned round together.</summary>
    private const int Run = 8;

    /// <summary>Transforms units [<paramref name="from"/>, <paramref name="to"/>) of a chunk into scratch.</summary>
    /// <param name="shape">The convolution, cut up.</param>
    /// <param name="input">Its input, [block][channel][row][column][32 lanes].</param>
    /// <param name="inputLayout">Strides of the input.</param>
    /// <param name="gradient">Gradient of its output, alike.</param>
    /// <param name="gradientLayout">Strides of the gradient.</param>
    /// <param name="scratch"><see cref="WinogradGradientShape.ScratchFloats"/>, the same for all threads.</param>
    /// <param name="chunk">Which of <see cref="WinogradGradientShape.Chunks"/>.</param>
    /// <param name="from">First of <see cref="WinogradGradientShape.Units"/>.</param>
    /// <param name="to">Unit after the last.</param>
    public static void Transform(
        in WinogradGradientShape shape,
        ReadOnlySpan<float> input,
        LanePlanes inputLayout,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientLayout,
        Span<float> scratch,
        int chunk,
        int from,
        int to)
    {
        Checked.That(from >= 0 && to <= shape.Units(chunk));
        Checked.Covers(input, 0, inputLayout.Floats(shape.Convolution.Blocks, shape.Convolution.Inputs, shape.Convolution.Pixels));
        Checked.Covers(gradient, 0, gradientLayout.Floats(shape.Convolution.Blocks, shape.Convolution.Outputs, shape.Convolution.Pixels));
        Checked.Covers(scratch, 0, shape.ScratchFloats);
        fixed (float* x = input, dy = gradient, s = scratch)
        {
            if (Lanes.Wide)
            {
                Transform<WideVector>(shape, x, inputLayout, dy, gradientLayout, s, chunk, from, to);
            }
            else
            {
                Transform<NarrowVector>(shape, x, inputLayout, dy, gradientLayout, s, chunk, from, to);
            }
        }
    }

    /// <summary>Adds a chunk's products to the sums (the first sets them) at positions [<paramref name="from"/>, <paramref name="to"/>) of 36.</summary>
    /// <param name="shape">The convolution, cut up.</param>
    /// <param name="scratch">What <see cref="Transform"/> left.</param>
    /// <param name="sums"><see cref="WinogradGradientShape.SumFloats"/>, the same for all threads.</param>
    /// <param name="chunk">Which chunk.</param>
    /// <param name="from">First position.</param>
    /// <param name="to">Position after the last.</param>
    public static void Accumulate(in WinogradGradientShape shape, ReadOnlySpan<float> scratch, Span<float> sums, int chunk, int from, int to)
    {
        Checked.That(from >= 0 && to <= WinogradShape.Positions);
        Checked.Covers(scratch, 0, shape.ScratchFloats);
        Checked.Covers(sums, 0, shape.SumFloats);
        int tiles = shape.TilesOf(chunk), inputs = shape.PaddedInputs, outputs = shape.PaddedOutputs, columns = shape.ChunkTiles * Lane;
        fixed (float* s = scratch, sum = sums)
        {
            for (var p = from; p < to; p++)
            {
                var v = s + ((nint)p * shape.InputStride);
                var d = s + ((nint)WinogradShape.Positions * shape.InputStride) + ((nint)p * shape.OutputStride);
                var target = sum + ((nint)p * shape.SumStride);
                for (var k = 0; k < outputs; k += WinogradGradientShape.Panel)
                {
                    var width = shape.PanelWidth(k);
                    for (var c = 0; c < inputs; c += 8)
                    {
                        WinogradGradientProduct.Multiply(
                            v + (c * Lane), inputs * Lane, d + ((nint)k * columns), tiles, target + ((nint)k * inputs) + (c * width), width, accumulate: chunk > 0);
                    }
                }
            }
        }
    }

    /// <summary>Writes the gradient of the weights for blocks [<paramref name="from"/>, <paramref name="to"/>) of 16 outputs.</summary>
    /// <param name="shape">The convolution, cut up.</param>
    /// <param name="sums">The sums of all chunks.</param>
    /// <param name="weights">Receives [output][input][3][3].</param>
    /// <param name="from">First of <see cref="WinogradGradientShape.OutputBlocks"/>.</param>
    /// <param name="to">Block after the last.</param>
    public static void WriteGradient(in WinogradGradientShape shape, ReadOnlySpan<float> sums, Span<float> weights, int from, int to)
    {
        int inputs = shape.Convolution.Inputs, outputs = shape.Convolution.Outputs;
        Checked.That(from >= 0 && to <= shape.OutputBlocks);
        Checked.Covers(sums, 0, shape.SumFloats);
        Checked.Covers(weights, 0, (long)inputs * outputs * Taps);
        Span<float> taps = stackalloc float[Run * Taps * Group];
        fixed (float* s = sums, t = taps)
        {
            for (var k = from * Group; k < to * Group && k < outputs; k += Group)
            {
                var width = shape.PanelWidth(k);
                var source = s + ((nint)(k - (k % WinogradGradientShape.Panel)) * shape.PaddedInputs) + (k % WinogradGradientShape.Panel);
                for (var first = 0; first < inputs; first += Run)
                {
                    var count = Math.Min(Run, inputs - first);
                    for (var c = 0; c < count; c++)
                    {
                        if (Lanes.Wide)
                        {
                            TapsOf<WideVector>(source + ((nint)(first + c) * width), shape.SumStride, t + (c * Taps * Group));
                        }
                        else
                        {
                            TapsOf<NarrowVector>(source + ((nint)(first + c) * width), shape.SumStride, t + (c * Taps * Group));
                        }
                    }

                    LaneKernels.Transpose(
                        taps, Group, weights[(((k * inputs) + first) * Taps)..], inputs * Taps, count * Taps, 0, Math.Min(Group, outputs - k));
                }
            }
        }
    }

    private static void Transform<T>(
        in WinogradGradientShape shape, float* x, LanePlanes inputLayout, float* dy, LanePlanes gradientLayout, float* scratch, int chunk, int from, int to)
        where T : struct, ILaneVector<T>
    {
        var groups = shape.InputGroups + shape.OutputBlocks;
        var columns = shape.ChunkTiles * Lane;
        var d = scratch + ((nint)WinogradShape.Positions * shape.InputStride);
        var zeros = stackalloc float[WinogradInput.ZeroFloats];
        var turned = stackalloc float[WinogradGradientInput.TileFloats];
        for (var unit = from; unit < to; unit++)
        {
            var ahead = unit + 1 < to;
            var (t, group) = Math.DivRem(unit, groups);
            var tile = WinogradTile.At(shape.Convolution, (chunk * shape.ChunkTiles) + t);
            if (group < shape.InputGroups)
            {
                var end = Math.Min(shape.Convolution.Inputs, (group + 1) * Group);
                for (var c = group * Group; c < end; c++)
                {
                    if (ahead) Prefetch(shape, x, inputLayout, dy, gradientLayout, chunk, unit + 1, c % Group);
                    WinogradInput.Transform<T>(
                        tile,
                        x + tile.Offset(inputLayout) + ((nint)c * inputLayout.PlaneStride),
                        zeros,
                        scratch + ((((nint)t * shape.PaddedInputs) + c) * Lane),
                        shape.InputStride);
                }
            }
            else
            {
                var k = (group - shape.InputGroups) * Group;
                var width = shape.PanelWidth(k);
                var target = d + ((nint)(k - (k % WinogradGradientShape.Panel)) * columns) + ((nint)t * Lane * width) + (k % WinogradGradientShape.Panel);
                for (var lane = 0; lane < Lane; lane += Group)
                {
                    for (var i = lane / 2; i < (lane + Group) / 2 && ahead; i++) Prefetch(shape, x, inputLayout, dy, gradientLayout, chunk, unit + 1, i);
                    WinogradGradientInput.Transform<T>(
                        tile,
                        dy + tile.Offset(gradientLayout) + ((nint)k * gradientLayout.PlaneStride) + lane,
                        gradientLayout.PlaneStride,
                        Math.Min(Group, shape.Convolution.Outputs - k),
                        turned,
                        target + (lane * width),
                        width,
                        shape.OutputStride);
                }
            }
        }
    }

    /// <summary>Asks for channel <paramref name="i"/> of 16 of a unit whose turn is next.</summary>
    private static void Prefetch(
        in WinogradGradientShape shape, float* x, LanePlanes inputLayout, float* dy, LanePlanes gradientLayout, int chunk, int unit, int i)
    {
        var (t, group) = Math.DivRem(unit, shape.InputGroups + shape.OutputBlocks);
        var tile = WinogradTile.At(shape.Convolution, (chunk * shape.ChunkTiles) + t);
        var (c, k) = ((group * Group) + i, ((group - shape.InputGroups) * Group) + i);
        if (k < 0 && c < shape.Convolution.Inputs)
        {
            WinogradPrefetch.Tile(tile, x + tile.Offset(inputLayout) + ((nint)c * inputLayout.PlaneStride), 1);
        }
        else if (k >= 0 && k < shape.Convolution.Outputs)
        {
            WinogradPrefetch.Tile(tile, dy + tile.Offset(gradientLayout) + ((nint)k * gradientLayout.PlaneStride), 0);
        }
    }

    /// <summary>G' s G for one input and 16 outputs, as [tap][16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TapsOf<T>(float* sums, nint stride, float* taps)
        where T : struct, ILaneVector<T>
    {
        for (var i = 0; i < Group; i += T.Count)
        {
            Column(sums + i, stride, out T a0, out T b0, out T c0);
            Column(sums + i + stride, stride, out T a1, out T b1, out T c1);
            Column(sums + i + (2 * stride), stride, out T a2, out T b2, out T c2);
            Column(sums + i + (3 * stride), stride, out T a3, out T b3, out T c3);
            Column(sums + i + (4 * stride), stride, out T a4, out T b4, out T c4);
            Column(sums + i + (5 * stride), stride, out T a5, out T b5, out T c5);
            Row(a0, a1, a2, a3, a4, a5, taps + i);
            Row(b0, b1, b2, b3, b4, b5, taps + i + (3 * Group));
            Row(c0, c1, c2, c3, c4, c5, taps + i + (6 * Group));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<T>(float* s, nint stride, out T a, out T b, out T c)
        where T : struct, ILaneVector<T> =>
        WinogradTransforms.Taps(
            T.Load(s),
            T.Load(s + (6 * stride)),
            T.Load(s + (12 * stride)),
            T.Load(s + (18 * stride)),
            T.Load(s + (24 * stride)),
            T.Load(s + (30 * stride)),
            out a,
            out b,
            out c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(T s0, T s1, T s2, T s3, T s4, T s5, float* taps)
        where T : struct, ILaneVector<T>
    {
        WinogradTransforms.Taps(s0, s1, s2, s3, s4, s5, out var g0, out var g1, out var g2);
        T.Store(g0, taps);
        T.Store(g1, taps + Group);
        T.Store(g2, taps + (2 * Group));
    }
}
