using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>The largest fraction of weights that can be pruned without leaving a sublevel set, from its shape near the solution (Larsen et al. 2022; Paul et al. 2023, section 5).</summary>
/// <remarks>
/// A quadratic with eigenvalues l stays within eps out to radii r, r^2 = 2 eps / |l|, and a random subspace of codimension p D meets it up to the p below. What R is: how far
/// pruning a fraction moves the weights.
/// </remarks>
public static class PrunableFraction
{
    /// <summary>Form <c>point</c>: p = mean of r^2 / (r^2 + R^2), a random subspace through a point at distance R.</summary>
    /// <param name="spectrum">The spectrum of the loss's Hessian.</param>
    /// <param name="eps">By how much the loss may rise, nats.</param>
    /// <param name="distance">R.</param>
    /// <exception cref="SettingException">eps is not above 0, or R below 0.</exception>
    public static double Point(IReadOnlyList<SpectralNode> spectrum, double eps, double distance)
    {
        Demand(spectrum, eps, distance);
        return Mean(spectrum, eps, distance * distance);
    }

    /// <summary>Form <c>projection</c>: p = mean of r^2 / (r^2 + R^2 (1 - p) / p), the orthogonal projection that pruning is. 0 where only 0 solves it.</summary>
    /// <inheritdoc cref="Point"/>
    public static double Projection(IReadOnlyList<SpectralNode> spectrum, double eps, double distance)
    {
        Demand(spectrum, eps, distance);
        return LargestFixedPoint(p => Mean(spectrum, eps, distance * distance * (1 - p) / p));
    }

    /// <summary>The largest p at which p = form(R(p)): where a way of pruning meets the bound.</summary>
    /// <param name="form">The fraction at a distance.</param>
    /// <param name="distanceAt">How far pruning a fraction moves the weights.</param>
    public static double Meeting(Func<double, double> form, Func<double, double> distanceAt)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(distanceAt);
        return LargestFixedPoint(p => form(distanceAt(p)));
    }

    /// <summary>The largest p in (0, 1] at which a function is p; it is sought from above on a grid, then halved in.</summary>
    private static double LargestFixedPoint(Func<double, double> f)
    {
        const int Grid = 1000;
        for (var i = Grid; i > 0; i--)
        {
            var p = (double)i / Grid;
            if (f(p) < p) continue;
            var (below, above) = (p, Math.Min(1, (i + 1.0) / Grid));
            for (var round = 0; round < 40; round++)
            {
                var middle = (below + above) / 2;
                if (f(middle) >= middle) below = middle;
                else above = middle;
            }

            return below;
        }

        return 0;
    }

    /// <summary>Mean of r^2 / (r^2 + s) with r^2 = 2 eps / |l|, written so that l = 0 is no exception.</summary>
    private static double Mean(IReadOnlyList<SpectralNode> spectrum, double eps, double square) =>
        spectrum.Sum(node => node.Weight * 2 * eps / ((2 * eps) + (square * Math.Abs(node.Value)))) / spectrum.Sum(node => node.Weight);

    private static void Demand(IReadOnlyList<SpectralNode> spectrum, double eps, double distance)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        if (!(eps > 0)) throw new SettingException(FormattableString.Invariant($"The loss may rise by {eps} nats; the largest prunable fraction needs a rise above 0. With one replicate there is no deviation to take it from: give two or more."));
        if (!(distance >= 0)) throw new SettingException(FormattableString.Invariant($"The distance that pruning moves the weights is {distance}; it must be 0 or more."));
    }
}
