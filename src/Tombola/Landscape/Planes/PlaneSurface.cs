using Tombola.Engine.Naming;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>Loss and error on a plane of networks.</summary>
internal static class PlaneSurface
{
    /// <summary>Evaluates the points of a grid, row by row.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="grid">Where to look.</param>
    /// <param name="evaluator">Measures them.</param>
    /// <param name="recalibrator">Estimates the running statistics of all points but the origin; null to let them move along with the weights.</param>
    /// <param name="advance">Hears now and then how many examples were looked at so far, each counting at every point, and again for its statistics.</param>
    /// <param name="cancellation">Stops soon.</param>
    /// <exception cref="SettingException">Somewhere statistics that move along would be variances below zero.</exception>
    public static IReadOnlyList<PlanePoint> Evaluate(
        Plane plane, PlaneGrid grid, Evaluator evaluator, Recalibrator? recalibrator = null, Action<long>? advance = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plane);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(evaluator);
        var points = grid.Points;
        if (recalibrator is null) DemandVariances(plane, points);
        var losses = PointEvaluation.Of(
            points.Count, i => plane.At(points[i].X, points[i].Y), i => points[i] is (0, 0), evaluator, recalibrator, advance, cancellation);
        return [.. points.Zip(losses, (point, loss) => new PlanePoint(point.X, point.Y, loss.Loss, loss.Error))];
    }

    /// <summary>Before anything is computed: far from the networks a straight line leads out of what a variance can be.</summary>
    private static void DemandVariances(Plane plane, IReadOnlyList<(double X, double Y)> points)
    {
        foreach (var (x, y) in points) RunningVariances.Demand(plane.Origin.Space, plane.StatisticsAt(x, y), $"({x:G3}, {y:G3})");
    }
}
