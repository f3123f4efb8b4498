using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The coefficients of B' in registers of their own.</summary>
/// <remarks>
/// They come from memory at run time. Constants that the compiler knows it would read from memory again for every operation, which is more than the
/// load ports can take beside the data.
/// </remarks>
internal readonly unsafe struct InputFactors<T>(float* source)
    where T : struct, ILaneVector<T>
{
    /// <summary>What the source must hold.</summary>
    public static ReadOnlySpan<float> Values => [4, 5, 2];

    public readonly T Four = T.Fill(source[0]), Five = T.Fill(source[1]), Two = T.Fill(source[2]);
}

/// <summary>One-dimensional transforms of F(4, 3), for one register of lanes each: interpolation at 0, 1, -1, 2, -2 and infinity.</summary>
/// <remarks>
/// The 6 x 6 elements of a tile do not fit into 32 registers, but the upper and the lower three rows of B' share no operation, nor do the even
/// and the odd rows of A'. So a tile is transformed in two passes, each of which keeps its half of the intermediate values in registers and
/// stores nothing but results: reading most of the tile twice is cheaper than writing the intermediate values once.
/// </remarks>
internal static class WinogradTransforms
{
    /// <summary>Rows 0 to 2 of B' d: (4, 0, -5, 0, 1), (0, -4, -4, 1, 1), (0, 4, -4, -1, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputUpper<T>(InputFactors<T> by, T d0, T d1, T d2, T d3, T d4, out T t0, out T t1, out T t2)
        where T : struct, ILaneVector<T>
    {
        t0 = T.Fma(d0, by.Four, T.Fnma(d2, by.Five, d4));
        var even = T.Fnma(d2, by.Four, d4);
        var odd = T.Fnma(d1, by.Four, d3);
        t1 = even + odd;
        t2 = even - odd;
    }

    /// <summary>Rows 3 to 5 of B' d, from d1 on: (-2, -1, 2, 1, 0), (2, -1, -2, 1, 0), (4, 0, -5, 0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputLower<T>(InputFactors<T> by, T d1, T d2, T d3, T d4, T d5, out T t3, out T t4, out T t5)
        where T : struct, ILaneVector<T>
    {
        var even = d4 - d2;
        var odd = d3 - d1;
        t3 = T.Fma(odd, by.Two, even);
        t4 = T.Fnma(odd, by.Two, even);
        t5 = T.Fma(d1, by.Four, T.Fnma(d3, by.Five, d5));
    }

    /// <summary>Rows 0 and 2 of A' m: (1, 1, 1, 1, 1), (0, 1, 1, 4, 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputEven<T>(T m0, T m1, T m2, T m3, T m4, out T y0, out T y2)
        where T : struct, ILaneVector<T>
    {
        var one = m1 + m2;
        var two = m3 + m4;
        y0 = m0 + one + two;
        y2 = T.Fma(two, T.Fill(4), one);
    }

    /// <summary>Rows 1 and 3 of A' m, from m1 on: (1, -1, 2, -2, 0), (1, -1, 8, -8, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputOdd<T>(T m1, T m2, T m3, T m4, T m5, out T y1, out T y3)
        where T : struct, ILaneVector<T>
    {
        var one = m1 - m2;
        var two = m3 - m4;
        y1 = T.Fma(two, T.Fill(2), one);
        y3 = T.Fma(two, T.Fill(8), one) + m5;
    }

    /// <summary>G g: (1/4, 0, 0), (-1, -1, -1) / 6, (-1, 1, -1) / 6, (1, 2, 4) / 24, (1, -2, 4) / 24, (0, 0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<T>(T g0, T g1, T g2, out T u0, out T u1, out T u2, out T u3, out T u4, out T u5)
        where T : struct, ILaneVector<T>
    {
        var zero = T.Fill(0);
        u0 = T.Fma(g0, T.Fill(1f / 4), zero);
        var even = T.Fma(g0 + g2, T.Fill(-1f / 6), zero);
        u1 = T.Fma(g1, T.Fill(-1f / 6), even);
        u2 = T.Fma(g1, T.Fill(1f / 6), even);
        even = T.Fma(g0, T.Fill(1f / 24), T.Fma(g2, T.Fill(1f / 6), zero));
        u3 = T.Fma(g1, T.Fill(1f / 12), even);
        u4 = T.Fma(g1, T.Fill(-1f / 12), even);
        u5 = g2;
    }

    /// <summary>Rows 0 to 2 of A y: (1, 0, 0, 0), (1, 1, 1, 1), (1, -1, 1, -1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GradientUpper<T>(T y0, T y1, T y2, T y3, out T d0, out T d1, out T d2)
        where T : struct, ILaneVector<T>
    {
        var even = y0 + y2;
        var odd = y1 + y3;
        d0 = y0;
        d1 = even + odd;
        d2 = even - odd;
    }

    /// <summary>Rows 3 to 5 of A y: (1, 2, 4, 8), (1, -2, 4, -8), (0, 0, 0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GradientLower<T>(T y0, T y1, T y2, T y3, out T d3, out T d4, out T d5)
        where T : struct, ILaneVector<T>
    {
        var even = T.Fma(y2, T.Fill(4), y0);
        var odd = T.Fma(y3, T.Fill(4), y1);
        d3 = T.Fma(odd, T.Fill(2), even);
        d4 = T.Fma(odd, T.Fill(-2), even);
        d5 = y3;
    }

    /// <summary>G' s, back from six sums to three taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Taps<T>(T s0, T s1, T s2, T s3, T s4, T s5, out T g0, out T g1, out T g2)
        where T : struct, ILaneVector<T>
    {
        var one = T.Fma(s1 + s2, T.Fill(-1f / 6), T.Fill(0));
        var two = s3 + s4;
        g0 = T.Fma(s0, T.Fill(1f / 4), T.Fma(two, T.Fill(1f / 24), one));
        g1 = T.Fma(s2 - s1, T.Fill(1f / 6), T.Fma(s3 - s4, T.Fill(1f / 12), T.Fill(0)));
        g2 = T.Fma(two, T.Fill(1f / 6), one) + s5;
    }
}
