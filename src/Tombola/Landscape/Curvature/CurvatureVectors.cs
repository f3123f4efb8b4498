using Tombola.Engine.Numerics;

namespace Tombola.Landscape;

/// <summary>What Krylov methods do with long vectors: stored in float32, added up in float64, four chains in fixed order.</summary>
internal static class CurvatureVectors
{
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<double> y)
    {
        var (a, b, c, d, i) = (0.0, 0.0, 0.0, 0.0, 0);
        y = y[..x.Length];
        for (; i + 4 <= x.Length; i += 4)
        {
            a += x[i] * y[i];
            b += x[i + 1] * y[i + 1];
            c += x[i + 2] * y[i + 2];
            d += x[i + 3] * y[i + 3];
        }

        for (; i < x.Length; i++) a += x[i] * y[i];
        return (a + b) + (c + d);
    }

    public static double Norm(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var value in x) sum += value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>y += a x.</summary>
    public static void Add(double a, ReadOnlySpan<float> x, Span<double> y)
    {
        y = y[..x.Length];
        for (var i = 0; i < x.Length; i++) y[i] += a * x[i];
    }

    /// <summary>Takes out of a vector what lies along orthonormal ones; twice, since the first time leaves roundings of what it takes out.</summary>
    public static void Orthogonalise(Span<double> vector, IReadOnlyList<float[]> basis)
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var unit in basis) Add(-Dot(unit, vector), unit, vector);
        }
    }

    /// <summary>The vector at unit length.</summary>
    public static float[] Unit(ReadOnlySpan<double> vector, double norm)
    {
        var unit = new float[vector.Length];
        for (var i = 0; i < unit.Length; i++) unit[i] = (float)(vector[i] / norm);
        return unit;
    }

    /// <summary>Signs drawn from the stream of probes: +1 or -1, each as likely.</summary>
    public static float[] Signs(int length, ulong seed, int number)
    {
        var stream = new RandomStream(seed, RandomStream.Probe);
        var signs = new float[length];
        for (var i = 0; i < length; i++) signs[i] = (stream.Bits((uint)number, (ulong)(i >> 5), 0) >> (i & 31) & 1) == 0 ? 1 : -1;
        return signs;
    }
}
