using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Element-wise passes over maps of lanes. Lengths are multiples of 16. All are bound by the cache they read from.</summary>
internal static unsafe class MapKernels
{
    /// <summary>y = x + z, then max(y, 0) if <paramref name="rectify"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> z, Span<float> y, bool rectify)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(x, 0, y.Length);
        Checked.Covers(z, 0, y.Length);
        fixed (float* px = x, pz = z, py = y)
        {
            for (var i = 0; i < y.Length; i += Lanes.Width)
            {
                var sum = Vector512.Load(px + i) + Vector512.Load(pz + i);
                if (rectify) sum = Vector512.Max(sum, Vector512<float>.Zero);
                sum.Store(py + i);
            }
        }
    }

    /// <summary>y = max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(ReadOnlySpan<float> x, Span<float> y)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(x, 0, y.Length);
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < y.Length; i += Lanes.Width) Vector512.Max(Vector512.Load(px + i), Vector512<float>.Zero).Store(py + i);
        }
    }

    /// <summary>y = x z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> z, Span<float> y)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(x, 0, y.Length);
        Checked.Covers(z, 0, y.Length);
        fixed (float* px = x, pz = z, py = y)
        {
            for (var i = 0; i < y.Length; i += Lanes.Width) (Vector512.Load(px + i) * Vector512.Load(pz + i)).Store(py + i);
        }
    }

    /// <summary>dx (+)= dy where <paramref name="rectified"/> is positive, 0 elsewhere; everywhere if it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pass(ReadOnlySpan<float> dy, ReadOnlySpan<float> rectified, Span<float> dx, bool accumulate)
    {
        Checked.That(dx.Length % Lanes.Width == 0);
        Checked.Covers(dy, 0, dx.Length);
        Checked.CoversIfAny(rectified, 0, dx.Length);
        fixed (float* pdy = dy, px = rectified, pdx = dx)
        {
            for (var i = 0; i < dx.Length; i += Lanes.Width)
            {
                var gradient = Vector512.Load(pdy + i);
                if (px != null) gradient &= Vector512.GreaterThan(Vector512.Load(px + i), Vector512<float>.Zero);
                if (accumulate) gradient += Vector512.Load(pdx + i);
                gradient.Store(pdx + i);
            }
        }
    }
}
