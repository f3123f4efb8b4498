using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Benchmarks;

/// <summary>Measures what one core of this machine can do at best: the ceilings that kernels are compared with.</summary>
public static class MachineProbe
{
    private const int Repetitions = 7;

    /// <summary>Multiply-adds in registers, counted as two operations each, in GFLOP/s: the best of several tries.</summary>
    public static double PeakGflops()
    {
        const int Rounds = 400_000, Accumulators = 12;
        var best = double.MaxValue;
        var sink = 0f;
        for (var i = 0; i < Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            sink += Lanes.Wide ? Spin512(Rounds) : Spin256(Rounds);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var width = Lanes.Wide ? 16 : 8;
        return sink == float.MaxValue ? 0 : 2.0 * Rounds * Accumulators * width / best / 1e9;
    }

    /// <summary>Bytes read and written a second by one core that scales an array far larger than the caches, in GB/s.</summary>
    public static double MemoryGigabytesPerSecond() => GigabytesPerSecond(256 << 20);

    /// <summary>Bytes read and written a second by one core that scales an array into another, in GB/s.</summary>
    /// <param name="bytes">Size of the two arrays together: it tells which cache they come from.</param>
    public static double GigabytesPerSecond(int bytes)
    {
        var floats = Lanes.RoundUp(bytes / (2 * sizeof(float)));
        using var arena = new Arena();
        var (source, target) = (arena.Take(floats), arena.Take(floats));
        var best = double.MaxValue;
        var passes = Math.Max(1, (64 << 20) / bytes);
        for (var i = 0; i < Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var pass = 0; pass < passes; pass++) Scale(source.Span, target.Span);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / passes);
        }

        return 2.0 * floats * sizeof(float) / best / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(ReadOnlySpan<float> source, Span<float> target)
    {
        var factor = Vector512.Create(2f);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        for (nuint i = 0; i < (nuint)source.Length; i += (nuint)Lanes.Width) (Vector512.LoadUnsafe(ref from, i) * factor).StoreUnsafe(ref to, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Spin512(int rounds)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var n = 0; n < rounds; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y); b = Vector512.FusedMultiplyAdd(b, x, y); c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y); e = Vector512.FusedMultiplyAdd(e, x, y); f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y); h = Vector512.FusedMultiplyAdd(h, x, y); i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y); k = Vector512.FusedMultiplyAdd(k, x, y); l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Lanes.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Spin256(int rounds)
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var n = 0; n < rounds; n++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y); b = Vector256.FusedMultiplyAdd(b, x, y); c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y); e = Vector256.FusedMultiplyAdd(e, x, y); f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y); h = Vector256.FusedMultiplyAdd(h, x, y); i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y); k = Vector256.FusedMultiplyAdd(k, x, y); l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
