using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>Loss and error at equally spaced points from the first network to the second, the ends included.</summary>
    /// <param name="first">The network at 0.</param>
    /// <param name="second">The network at 1.</param>
    /// <param name="points">Number of points.</param>
    /// <param name="evaluator">Measures them.</param>
    /// <param name="recalibrator">Estimates the statistics of the points between the ends; null to interpolate them.</param>
    /// <param name="advance">Hears now and then how many examples were looked at so far, each counting at every point, and again for its statistics.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static IReadOnlyList<PathPoint> Evaluate(
        NetworkState first,
        NetworkState second,
        int points,
        Evaluator evaluator,
        Recalibrator? recalibrator = null,
        Action<long>? advance = null,
        CancellationToken cancellation = default) => Evaluate(first, second, PathRange.Between.Places(points), evaluator, recalibrator, advance, cancellation);

    /// <summary>Loss and error at places on the line.</summary>
    /// <param name="first">The network at 0.</param>
    /// <param name="second">The network at 1.</param>
    /// <param name="places">Which; <see cref="PathRange.Places"/> spaces them equally.</param>
    /// <param name="evaluator">Measures them.</param>
    /// <param name="recalibrator">Estimates the statistics of the points between the ends; null to interpolate them.</param>
    /// <param name="advance">Hears now and then how many examples were looked at so far, each counting at every point, and again for its statistics.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static IReadOnlyList<PathPoint> Evaluate(
        NetworkState first,
        NetworkState second,
        IReadOnlyList<double> places,
        Evaluator evaluator,
        Recalibrator? recalibrator = null,
        Action<long>? advance = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(evaluator);
        var losses = PointEvaluation.Of(places.Count, i => At(first, second, places[i]), i => places[i] is 0 or 1, evaluator, recalibrator, advance, cancellation);
        return [.. places.Zip(losses, (alpha, loss) => new PathPoint(alpha, loss.Loss, loss.Error))];
    }

    private static void Interpolate(float[] x, float[] y, double alpha, float[] target)
    {
        // In float64, so that equal numbers come out equal after rounding.
        var xs = MemoryMarshal.Cast<float, Vector512<float>>(x);
        var ys = MemoryMarshal.Cast<float, Vector512<float>>(y);
        var targets = MemoryMarshal.Cast<float, Vector512<float>>(target.AsSpan());
        for (var i = 0; i < targets.Length; i++)
        {
            var ((x1, x2), (y1, y2)) = (Vector512.Widen(xs[i]), Vector512.Widen(ys[i]));
            targets[i] = Vector512.Narrow(((1 - alpha) * x1) + (alpha * y1), ((1 - alpha) * x2) + (alpha * y2));
        }

        for (var i = targets.Length * Vector512<float>.Count; i < target.Length; i++) target[i] = (float)(((1 - alpha) * x[i]) + (alpha * y[i]));
    }
}
