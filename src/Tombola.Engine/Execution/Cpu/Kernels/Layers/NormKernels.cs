using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Batch norm over one channel of one lane block: [pixel][32 lanes], of which the first <c>samples</c> count.</summary>
/// <remarks>
/// A channel of a mini-batch (512 KB for 32x32 maps of 128 samples) stays in the second-level cache between the passes over it. Sums run in chains of
/// float32 over one map and go on in float64.
/// </remarks>
internal static unsafe class NormKernels
{
    private const int LaneCount = LanePlanes.Lanes;

    /// <summary>Sums of (x - pivot) and (x - pivot)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Plain, double Squares) Sums(ReadOnlySpan<float> x, int samples, float pivot)
    {
        Checked.That(x.Length % LaneCount == 0);
        var (low, high) = Live(samples);
        var p = Vector512.Create(pivot);
        fixed (float* px = x)
        {
            Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            var i = 0;
            for (; i + (2 * LaneCount) <= x.Length; i += 2 * LaneCount)
            {
                var (u0, u1) = (Vector512.Load(px + i) - p, Vector512.Load(px + i + 16) - p);
                var (v0, v1) = (Vector512.Load(px + i + 32) - p, Vector512.Load(px + i + 48) - p);
                (a0, a1, c0, c1) = (a0 + u0, a1 + u1, c0 + v0, c1 + v1);
                b0 = Vector512.FusedMultiplyAdd(u0, u0, b0);
                b1 = Vector512.FusedMultiplyAdd(u1, u1, b1);
                d0 = Vector512.FusedMultiplyAdd(v0, v0, d0);
                d1 = Vector512.FusedMultiplyAdd(v1, v1, d1);
            }

            if (i < x.Length)
            {
                var (u0, u1) = (Vector512.Load(px + i) - p, Vector512.Load(px + i + 16) - p);
                (a0, a1) = (a0 + u0, a1 + u1);
                b0 = Vector512.FusedMultiplyAdd(u0, u0, b0);
                b1 = Vector512.FusedMultiplyAdd(u1, u1, b1);
            }

            return (
                (double)Lanes.Sum((a0 + c0) & low) + Lanes.Sum((a1 + c1) & high),
                (double)Lanes.Sum((b0 + d0) & low) + Lanes.Sum((b1 + d1) & high));
        }
    }

    /// <summary>y = x scale + shift (+ residual), then max(y, 0) if <paramref name="rectify"/>.</summary>
    /// <param name="x">The map.</param>
    /// <param name="scale">weight / sqrt(variance + epsilon).</param>
    /// <param name="shift">bias - mean scale.</param>
    /// <param name="residual">A map to add, or empty.</param>
    /// <param name="y">The result.</param>
    /// <param name="rectify">Whether a rectifier follows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalise(ReadOnlySpan<float> x, float scale, float shift, ReadOnlySpan<float> residual, Span<float> y, bool rectify)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(x, 0, y.Length);
        Checked.CoversIfAny(residual, 0, y.Length);
        var (a, b) = (Vector512.Create(scale), Vector512.Create(shift));
        var lowest = Vector512.Create(rectify ? 0 : float.NegativeInfinity);
        fixed (float* px = x, pr = residual, py = y)
        {
            if (pr == null)
            {
                for (var i = 0; i < y.Length; i += Lanes.Width) Vector512.Max(Vector512.FusedMultiplyAdd(Vector512.Load(px + i), a, b), lowest).Store(py + i);
            }
            else
            {
                for (var i = 0; i < y.Length; i += Lanes.Width)
                {
                    Vector512.Max(Vector512.FusedMultiplyAdd(Vector512.Load(px + i), a, b) + Vector512.Load(pr + i), lowest).Store(py + i);
                }
            }
        }
    }

    /// <summary>Sums of dy and of dy (x - mean). Lanes that do not count have dy = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Plain, double Centred) GradientSums(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, float mean)
    {
        Checked.That(dy.Length % LaneCount == 0);
        Checked.Covers(x, 0, dy.Length);
        var m = Vector512.Create(mean);
        fixed (float* pd = dy, px = x)
        {
            Vector512<float> p0 = default, p1 = default, c0 = default, c1 = default;
            for (var i = 0; i < dy.Length; i += LaneCount)
            {
                var (d0, d1) = (Vector512.Load(pd + i), Vector512.Load(pd + i + 16));
                p0 += d0;
                p1 += d1;
                c0 = Vector512.FusedMultiplyAdd(d0, Vector512.Load(px + i) - m, c0);
                c1 = Vector512.FusedMultiplyAdd(d1, Vector512.Load(px + i + 16) - m, c1);
            }

            return (Lanes.Sum(p0 + p1), Lanes.Sum(c0 + c1));
        }
    }

    /// <summary>dx (+)= a dy + b (x - mean) + c in the lanes that count, 0 in the others. dx may be dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, float mean, float a, float b, float c, Span<float> dx, int samples, bool accumulate)
    {
        Checked.That(dy.Length % LaneCount == 0);
        Checked.Covers(x, 0, dy.Length);
        Checked.Covers(dx, 0, dy.Length);
        var (low, high) = Live(samples);
        var (m, va, vb, vc) = (Vector512.Create(mean), Vector512.Create(a), Vector512.Create(b), Vector512.Create(c));
        fixed (float* pd = dy, px = x, pdx = dx)
        {
            for (var i = 0; i < dy.Length; i += LaneCount)
            {
                var g0 = Vector512.FusedMultiplyAdd(Vector512.Load(pd + i), va, Vector512.FusedMultiplyAdd(Vector512.Load(px + i) - m, vb, vc)) & low;
                var g1 = Vector512.FusedMultiplyAdd(Vector512.Load(pd + i + 16), va, Vector512.FusedMultiplyAdd(Vector512.Load(px + i + 16) - m, vb, vc)) & high;
                if (accumulate)
                {
                    g0 += Vector512.Load(pdx + i);
                    g1 += Vector512.Load(pdx + i + 16);
                }

                g0.Store(pdx + i);
                g1.Store(pdx + i + 16);
            }
        }
    }

    /// <summary>All ones in the lanes that count, for the two vectors of a pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector512<float> Low, Vector512<float> High) Live(int samples) => (
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(samples)).AsSingle(),
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(samples - Lanes.Width)).AsSingle());
}
