using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>Evaluates many networks that are made of few, each example decoded once for all.</summary>
internal static class PointEvaluation
{
    /// <summary>A tenth of a second for a network of ResNet-20's size.</summary>
    private const int ExamplesBetweenReports = 1024;

    /// <param name="points">How many.</param>
    /// <param name="at">Makes one; asked for again where not all are kept.</param>
    /// <param name="isGiven">True for a network that was not made, and keeps its statistics.</param>
    /// <param name="evaluator">Measures them.</param>
    /// <param name="recalibrator">Estimates the statistics of those that were made; null to leave them as they are.</param>
    /// <param name="advance">Hears now and then how many examples were looked at so far, each counting at every point, and again for its statistics.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static IReadOnlyList<BatchLoss> Of(
        int points, Func<int, NetworkState> at, Func<int, bool> isGiven, Evaluator evaluator, Recalibrator? recalibrator, Action<long>? advance, CancellationToken cancellation)
    {
        var statistics = new float[points][];
        var seen = 0L;
        return evaluator.Evaluate(points, Point, advance is null ? null : Count, cancellation);

        void Count(int examples)
        {
            var before = seen / ExamplesBetweenReports;
            seen += examples;
            if (seen / ExamplesBetweenReports > before) advance!(seen / ExamplesBetweenReports * ExamplesBetweenReports);
        }

        // The weights of a point may be wanted again, and cost less than its statistics.
        NetworkState Point(int i)
        {
            var point = at(i);
            if (isGiven(i) || recalibrator is null) return point;
            if (statistics[i] is null)
            {
                statistics[i] = recalibrator.Recalibrate(point, cancellation).Statistics;
                if (advance is not null) Count(recalibrator.Examples);
            }

            return new NetworkState(point.Space, point.Weights, statistics[i]);
        }
    }
}
