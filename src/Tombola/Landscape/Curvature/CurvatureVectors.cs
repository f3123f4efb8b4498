using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Landscape;

/// <summary>What Krylov methods do with long vectors: stored in float32, added up in float64, sixteen chains in fixed order, the same for every processor.</summary>
internal static class CurvatureVectors
{
    private const int Width = 16, Half = 8;

    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<double> y)
    {
        y = y[..x.Length];
        var (low, high, i) = (Vector512<double>.Zero, Vector512<double>.Zero, 0);
        for (; i + Width <= x.Length; i += Width)
        {
            var (first, second) = Vector512.Widen(Vector512.Create(x[i..]));
            low += first * Vector512.Create(y[i..]);
            high += second * Vector512.Create(y[(i + Half)..]);
        }

        var sum = Vector512.Sum(low + high);
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
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
        var (factor, i) = (Vector512.Create(a), 0);
        for (; i + Width <= x.Length; i += Width)
        {
            var (first, second) = Vector512.Widen(Vector512.Create(x[i..]));
            (Vector512.Create<double>(y[i..]) + (factor * first)).CopyTo(y[i..]);
            (Vector512.Create<double>(y[(i + Half)..]) + (factor * second)).CopyTo(y[(i + Half)..]);
        }

        for (; i < x.Length; i++) y[i] += a * x[i];
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
        var bits = 0u;
        for (var i = 0; i < length; i++)
        {
            if ((i & 31) == 0) bits = stream.Bits((uint)number, (ulong)(i >> 5), 0);
            signs[i] = ((bits >> (i & 31)) & 1) == 0 ? 1 : -1;
        }

        return signs;
    }
}
