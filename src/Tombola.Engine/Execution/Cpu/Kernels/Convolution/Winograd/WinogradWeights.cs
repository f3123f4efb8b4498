using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Weights of a 3x3 convolution, transformed and packed for <see cref="WinogradConvolution"/>: U = G g G'.</summary>
/// <remarks>
/// Packed as [position][block of 8 outputs][input][output in the block], outputs beyond the last being zero; so the product reads them
/// front to back. Positions lie an odd number of cache lines apart. Four times the size of the weights; transforming is bound by writing that.
/// </remarks>
internal static unsafe class WinogradWeights
{
    private const int Taps = 9;

    /// <summary>Packs blocks [<paramref name="from"/>, <paramref name="to"/>) of 8 outputs for the convolution forwards.</summary>
    /// <param name="shape">The convolution forwards.</param>
    /// <param name="weights">[output][input][3][3].</param>
    /// <param name="factors">A factor for every output (a folded batch norm), or empty.</param>
    /// <param name="packed">Receives <see cref="WinogradShape.PackedFloats"/>.</param>
    /// <param name="from">First of <see cref="WinogradShape.OutputBlocks"/>.</param>
    /// <param name="to">Block after the last.</param>
    public static void PackForward(in WinogradShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        Checked.That(from >= 0 && to <= shape.OutputBlocks);
        Checked.Covers(weights, 0, (long)shape.Inputs * shape.Outputs * Taps);
        Checked.CoversIfAny(factors, 0, shape.Outputs);
        Checked.Covers(packed, 0, shape.PackedFloats);
        Span<float> taps = stackalloc float[Taps * WinogradShape.OutputBlock];
        var scale = stackalloc float[WinogradShape.OutputBlock];
        fixed (float* target = packed, tap = taps)
        {
            for (var block = from; block < to; block++)
            {
                var first = block * WinogradShape.OutputBlock;
                var count = Math.Min(WinogradShape.OutputBlock, shape.Outputs - first);

                // What the block before left behind must not stand for outputs that this one lacks.
                taps.Clear();
                for (var i = 0; i < count; i++) scale[i] = factors.IsEmpty ? 1 : factors[first + i];
                for (var c = 0; c < shape.Inputs; c++)
                {
                    var start = ((first * shape.Inputs) + c) * Taps;
                    LaneKernels.Transpose(weights[start..], shape.Inputs * Taps, taps, WinogradShape.OutputBlock, count, 0, Taps);
                    var place = (((nint)block * shape.Inputs) + c) * WinogradShape.OutputBlock;
                    Pack(tap, WinogradShape.OutputBlock, NarrowVector.Load(scale), target + place, shape.PackedStride);
                }
            }
        }
    }

    /// <summary>
    /// Packs blocks [<paramref name="from"/>, <paramref name="to"/>) of 8 for the convolution backwards: inputs and outputs change places, and each 3x3
    /// is turned by 180 degrees.
    /// </summary>
    /// <param name="shape">The convolution forwards.</param>
    /// <param name="weights">[output][input][3][3], as forwards.</param>
    /// <param name="factors">A factor for every output of the convolution forwards, or empty.</param>
    /// <param name="packed">Receives the <see cref="WinogradShape.PackedFloats"/> of <see cref="WinogradShape.Backward"/>.</param>
    /// <param name="from">First of the <see cref="WinogradShape.OutputBlocks"/> of <see cref="WinogradShape.Backward"/>.</param>
    /// <param name="to">Block after the last.</param>
    public static void PackBackward(in WinogradShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        var backward = shape.Backward();
        Checked.That(from >= 0 && to <= backward.OutputBlocks);
        Checked.Covers(weights, 0, (long)shape.Inputs * shape.Outputs * Taps);
        Checked.CoversIfAny(factors, 0, shape.Outputs);
        Checked.Covers(packed, 0, backward.PackedFloats);
        Span<float> taps = stackalloc float[Taps * WinogradShape.OutputBlock];
        fixed (float* target = packed, tap = taps)
        {
            for (var block = from; block < to; block++)
            {
                var first = block * WinogradShape.OutputBlock;
                var count = Math.Min(WinogradShape.OutputBlock, shape.Inputs - first);
                taps.Clear();
                for (var k = 0; k < shape.Outputs; k++)
                {
                    var start = ((k * shape.Inputs) + first) * Taps;
                    LaneKernels.Transpose(weights[start..], Taps, taps, WinogradShape.OutputBlock, count, 0, Taps);
                    var scale = NarrowVector.Fill(factors.IsEmpty ? 1 : factors[k]);
                    var place = (((nint)block * shape.Outputs) + k) * WinogradShape.OutputBlock;
                    Pack(tap + ((Taps - 1) * WinogradShape.OutputBlock), -WinogradShape.OutputBlock, scale, target + place, backward.PackedStride);
                }
            }
        }
    }

    /// <summary>G g G' of 8 outputs side by side; a tap is <paramref name="step"/> floats from the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* taps, nint step, NarrowVector scale, float* target, nint stride)
    {
        var zero = NarrowVector.Fill(0);
        Column(taps, 3 * step, scale, zero, out var a0, out var b0, out var c0, out var d0, out var e0, out var f0);
        Column(taps + step, 3 * step, scale, zero, out var a1, out var b1, out var c1, out var d1, out var e1, out var f1);
        Column(taps + (2 * step), 3 * step, scale, zero, out var a2, out var b2, out var c2, out var d2, out var e2, out var f2);
        Row(a0, a1, a2, target, stride);
        Row(b0, b1, b2, target + (6 * stride), stride);
        Row(c0, c1, c2, target + (12 * stride), stride);
        Row(d0, d1, d2, target + (18 * stride), stride);
        Row(e0, e1, e2, target + (24 * stride), stride);
        Row(f0, f1, f2, target + (30 * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(
        float* taps,
        nint step,
        NarrowVector scale,
        NarrowVector zero,
        out NarrowVector u0,
        out NarrowVector u1,
        out NarrowVector u2,
        out NarrowVector u3,
        out NarrowVector u4,
        out NarrowVector u5) =>
        WinogradTransforms.Weights(
            NarrowVector.Fma(NarrowVector.Load(taps), scale, zero),
            NarrowVector.Fma(NarrowVector.Load(taps + step), scale, zero),
            NarrowVector.Fma(NarrowVector.Load(taps + (2 * step)), scale, zero),
            out u0, out u1, out u2, out u3, out u4, out u5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(NarrowVector g0, NarrowVector g1, NarrowVector g2, float* target, nint stride)
    {
        WinogradTransforms.Weights(g0, g1, g2, out var u0, out var u1, out var u2, out var u3, out var u4, out var u5);
        NarrowVector.Store(u0, target);
        NarrowVector.Store(u1, target + stride);
        NarrowVector.Store(u2, target + (2 * stride));
        NarrowVector.Store(u3, target + (3 * stride));
        NarrowVector.Store(u4, target + (4 * stride));
        NarrowVector.Store(u5, target + (5 * stride));
    }
}
