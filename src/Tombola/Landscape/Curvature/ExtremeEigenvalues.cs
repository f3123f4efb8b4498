using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>Both ends of a spectrum.</summary>
internal static class ExtremeEigenvalues
{
    /// <summary>Steps between two looks at the residuals, which cost an eigen-decomposition.</summary>
    private const int Every = 5;

    /// <summary>Steps until the ends are known well enough, or enough of them were taken.</summary>
    /// <param name="lanczos">The method, at its start.</param>
    /// <param name="dimension">Dimensions.</param>
    /// <param name="count">Eigenvalues at each end.</param>
    /// <param name="tolerance">Largest residual over the size of the eigenvalue.</param>
    /// <param name="most">Steps at most.</param>
    /// <param name="look">Sees each vector and its product.</param>
    /// <exception cref="SettingException">There are not so many eigenvalues.</exception>
    public static (IReadOnlyList<Eigenvalue> Largest, IReadOnlyList<Eigenvalue> Smallest) Find(
        Lanczos lanczos, int dimension, int count, double tolerance, int most, Action<float[], double[]>? look = null)
    {
        if (count < 1 || 2L * count > dimension)
        {
            throw new SettingException($"{count} eigenvalues at each end were asked for, and there are {dimension} in all. Ask for {Math.Max(1, dimension / 2)} at most, and 1 at least.");
        }

        while (!lanczos.IsComplete && lanczos.Steps < most)
        {
            lanczos.Step(look);
            if (lanczos.Steps < 2 * count || lanczos.Steps % Every != 0) continue;
            if (Ends(lanczos, count) is var ends && ends.Largest.Concat(ends.Smallest).All(end => end.Residual <= tolerance * Math.Abs(end.Value))) break;
        }

        return Ends(lanczos, Math.Min(count, lanczos.Steps / 2));
    }

    private static (Eigenvalue[] Largest, Eigenvalue[] Smallest) Ends(Lanczos lanczos, int count)
    {
        var values = lanczos.Values();
        return ([.. values.Reverse().Take(count).Select(Of)], [.. values.Take(count).Select(Of)]);

        static Eigenvalue Of(RitzValue value) => new(value.Value, value.Residual);
    }
}

/// <param name="Value">The eigenvalue.</param>
/// <param name="Residual">|H x - value x| of its unit eigenvector x: how far it can be from one of H.</param>
public sealed record Eigenvalue(double Value, double Residual);
