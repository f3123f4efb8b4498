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

    /// <summary>Form <c>projection</c>: p = mean of r^2 / (r^2 + R^2 (1 - p) / p), the orthogonal projection that pruning is. The largest solution, but for p = 1, which always is one; 0 where there is none.</summary>
    /// <inheritdoc cref="Point"/>
    public static double Projection(IReadOnlyList<SpectralNode> spectrum, double eps, double distance)
    {
        Demand(spectrum, eps, distance);
        return LargestSolution(p => Mean(spectrum, eps, distance * distance * (1 - p) / p));
    }

    /// <summary>Where a way of pruning meets the form <c>point</c>: the largest p that is the fraction at the distance that pruning p moves the weights.</summary>
    /// <param name="spectrum">The spectrum of the loss's Hessian.</param>
    /// <param name="eps">By how much the loss may rise, nats.</param>
    /// <param name="distanceAt">How far pruning a fraction moves the weights.</param>
    /// <exception cref="SettingException">eps is not above 0, or a distance below 0.</exception>
    public static double PointAlong(IReadOnlyList<SpectralNode> spectrum, double eps, Func<double, double> distanceAt)
    {
        ArgumentNullException.ThrowIfNull(distanceAt);
        return LargestSolution(p => Point(spectrum, eps, distanceAt(p)));
    }

    /// <summary>Where a way of pruning meets the form <c>projection</c>.</summary>
    /// <inheritdoc cref="PointAlong"/>
    public static double ProjectionAlong(IReadOnlyList<SpectralNode> spectrum, double eps, Func<double, double> distanceAt)
    {
        ArgumentNullException.ThrowIfNull(distanceAt);
        return LargestSolution(p =>
        {
            var distance = distanceAt(p);
            Demand(spectrum, eps, distance);
            return Mean(spectrum, eps, distance * distance * (1 - p) / p);
        });
    }

    /// <summary>The largest p below 1 at which a function is p; it is sought from above on a grid, then halved in. 1 if the function is above p up to there, 0 if it is below everywhere.</summary>
    private static double LargestSolution(Func<double, double> f)
    {
        const int Grid = 1000, Halvings = 40;
        for (var i = Grid - 1; i > 0; i--)
        {
            var below = (double)i / Grid;
            if (f(below) < below) continue;
            if (i == Grid - 1) return 1;
            var above = (i + 1.0) / Grid;
            for (var round = 0; round < Halvings; round++)
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
