using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Derivatives of a batch norm along a direction, over one channel of one lane block: [pixel][32 lanes], of which the first <c>samples</c> count.</summary>
/// <remarks>Sums run in chains of float32 over one map and go on in float64, as those of <see cref="NormKernels"/>. All are bound by the cache.</remarks>
internal static unsafe class NormTangentKernels
{
    private const int LaneCount = LanePlanes.Lanes;

    /// <summary>Sums of a and of a (b - centre) over the lanes that count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Plain, double Centred) Sums(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float centre, int samples)
    {
        Checked.That(a.Length % LaneCount == 0);
        Checked.Covers(b, 0, a.Length);
        var (low, high) = NormKernels.Live(samples);
        var c = Vector512.Create(centre);
        fixed (float* pa = a, pb = b)
        {
            Vector512<float> p0 = default, p1 = default, c0 = default, c1 = default;
            for (var i = 0; i < a.Length; i += LaneCount)
            {
                var (a0, a1) = (Vector512.Load(pa + i) & low, Vector512.Load(pa + i + 16) & high);
                (p0, p1) = (p0 + a0, p1 + a1);
                c0 = Vector512.FusedMultiplyAdd(a0, Vector512.Load(pb + i) - c, c0);
                c1 = Vector512.FusedMultiplyAdd(a1, Vector512.Load(pb + i + 16) - c, c1);
            }

            return (Lanes.Sum(p0 + p1), Lanes.Sum(c0 + c1));
        }
    }

    /// <summary>y = a dx + b (x - centre) + c; dx may be empty, for zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(ReadOnlySpan<float> dx, ReadOnlySpan<float> x, float centre, float a, float b, float c, Span<float> y)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(x, 0, y.Length);
        Checked.CoversIfAny(dx, 0, y.Length);
        var (m, va, vb, vc) = (Vector512.Create(centre), Vector512.Create(a), Vector512.Create(b), Vector512.Create(c));
        fixed (float* pd = dx, px = x, py = y)
        {
            for (var i = 0; i < y.Length; i += Lanes.Width)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Load(px + i) - m, vb, vc);
                if (pd != null) sum = Vector512.FusedMultiplyAdd(Vector512.Load(pd + i), va, sum);
                sum.Store(py + i);
            }
        }
    }

    /// <summary>result (+)= a (d dy) + b dy + c (x - centre) + d dx + e in the lanes that count, 0 in the others. dy and dx may be empty, for zeros; result may be d dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        ReadOnlySpan<float> ddy, ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> dx, float centre, in Coefficients with, Span<float> result, int samples, bool accumulate)
    {
        Checked.That(result.Length % LaneCount == 0);
        Checked.Covers(ddy, 0, result.Length);
        Checked.CoversIfAny(dy, 0, result.Length);
        Checked.Covers(x, 0, result.Length);
        Checked.CoversIfAny(dx, 0, result.Length);
        var (low, high) = NormKernels.Live(samples);
        var m = Vector512.Create(centre);
        var (a, b, c, d, e) = (Vector512.Create(with.A), Vector512.Create(with.B), Vector512.Create(with.C), Vector512.Create(with.D), Vector512.Create(with.E));
        fixed (float* pddy = ddy, pdy = dy, px = x, pdx = dx, target = result)
        {
            for (var i = 0; i < result.Length; i += Lanes.Width)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Load(pddy + i), a, Vector512.FusedMultiplyAdd(Vector512.Load(px + i) - m, c, e));
                if (pdy != null) sum = Vector512.FusedMultiplyAdd(Vector512.Load(pdy + i), b, sum);
                if (pdx != null) sum = Vector512.FusedMultiplyAdd(Vector512.Load(pdx + i), d, sum);
                sum &= i % LaneCount == 0 ? low : high;
                if (accumulate) sum += Vector512.Load(target + i);
                sum.Store(target + i);
            }
        }
    }

    /// <summary>What <see cref="Backward"/> multiplies with.</summary>
    public readonly record struct Coefficients(float A, float B, float C, float D, float E);
}
