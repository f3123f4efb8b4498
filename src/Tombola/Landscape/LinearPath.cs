using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>The straight line between two networks in weight space: W(a) = (1-a) W1 + a W2.</summary>
/// <remarks>
/// The papers leave open what becomes of batch norm's running statistics. As part of the state they are interpolated like weights, as the authors' later
/// notebooks do; or a <see cref="Recalibrator"/> estimates them anew at every point between the ends.
/// </remarks>
public static class LinearPath
{
    /// <summary>Points evaluated by default: the 30 steps of the paper, with 0.5 on the grid.</summary>
    public const int DefaultPoints = 31;

    /// <summary>All points of a small network are evaluated in one pass over the examples; those of a large one in groups that take no more than 64 MB.</summary>
    private const int WeightsAtOnce = 1 << 24;

    /// <summary>A tenth of a second for a network of ResNet-20's size.</summary>
    private const int ExamplesBetweenReports = 1024;

    /// <summary>The network at <paramref name="alpha"/>. At 0 and 1, and wherever the ends agree, it is theirs bit for bit.</summary>
    public static NetworkState At(NetworkState first, NetworkState second, double alpha)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);

        // The sum below would make +0 of an end's -0.
        if (alpha is 0 or 1) return (alpha == 0 ? first : second).Clone();
        var point = new NetworkState(first.Space);
        Interpolate(first.Weights, second.Weights, alpha, point.Weights);
        Interpolate(first.Statistics, second.Statistics, alpha, point.Statistics);
        return point;
    }

    /// <summary>Loss and error at equally spaced points, the ends included.</summary>
    /// <param name="first">The network at 0.</param>
    /// <param name="second">The network at 1.</param>
    /// <param name="points">Number of points.</param>
    /// <param name="evaluator">Measures them.</param>
    /// <param name="recalibrator">Estimates the statistics of the points between the ends; null to interpolate them.</param>
    /// <param name="advance">Hears now and then how many examples were evaluated so far, each counting at every point.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static IReadOnlyList<PathPoint> Evaluate(
        NetworkState first,
        NetworkState second,
        int points,
        Evaluator evaluator,
        Recalibrator? recalibrator = null,
        Action<long>? advance = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        ArgumentNullException.ThrowIfNull(evaluator);
        var alphas = Enumerable.Range(0, points).Select(i => (double)i / (points - 1)).ToArray();
        var path = new List<PathPoint>();
        var seen = 0L;
        foreach (var group in alphas.Chunk(Math.Max(1, WeightsAtOnce / first.Space.Count)))
        {
            var losses = evaluator.Evaluate([.. group.Select(Point)], advance is null ? null : Count, cancellation);
            path.AddRange(group.Zip(losses, (alpha, loss) => new PathPoint(alpha, loss.Loss, loss.Error)));
        }

        return path;

        void Count(int state, int example, float loss, int prediction)
        {
            if (++seen % ExamplesBetweenReports == 0) advance!(seen);
        }

        NetworkState Point(double alpha)
        {
            var point = At(first, second, alpha);
            return alpha is 0 or 1 || recalibrator is null ? point : recalibrator.Recalibrate(point, cancellation);
        }
    }

    private static void Interpolate(float[] x, float[] y, double alpha, float[] target)
    {
        // In float64, so that equal numbers come out equal after rounding.
        for (var i = 0; i < target.Length; i++) target[i] = (float)(((1 - alpha) * x[i]) + (alpha * y[i]));
    }
}
