using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>The straight line between two networks in weight space: W(a) = (1-a) W1 + a W2.</summary>
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
        var (x, y, w) = (first.Weights, second.Weights, point.Weights);

        // In float64, so that equal weights come out equal after rounding.
        for (var i = 0; i < w.Length; i++) w[i] = (float)(((1 - alpha) * x[i]) + (alpha * y[i]));
        return point;
    }

    /// <summary>Loss and error at equally spaced points, the ends included.</summary>
    public static IReadOnlyList<PathPoint> Evaluate(
        NetworkState first, NetworkState second, int points, Evaluator evaluator, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        ArgumentNullException.ThrowIfNull(evaluator);
        var alphas = Enumerable.Range(0, points).Select(i => (double)i / (points - 1)).ToArray();
        var losses = evaluator.Evaluate([.. alphas.Select(alpha => At(first, second, alpha))], cancellation: cancellation);
        return [.. alphas.Zip(losses, (alpha, loss) => new PathPoint(alpha, loss.Loss, loss.Error))];
    }
}
