using Tombola.Jobs;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>A solution pruned by a fraction at once, in one of two ways, and retrained from the rewinding step.</summary>
/// <param name="Way">Name of the pruning strategy.</param>
/// <param name="Fraction">Part of the remaining weights that is removed.</param>
internal sealed record PrunedFraction(string Way, double Fraction)
{
    public const string Magnitude = "magnitude", Random = "random";

    /// <summary>Fractions at which networks are trained.</summary>
    public static IReadOnlyList<double> Fractions { get; } = [0.2, 0.4, 0.6, 0.8, 0.9, 0.95];

    public PruneJob Mask(Replicate replicate, Condition condition) => replicate.PruneBy(Way, replicate.Copy(condition, 0), replicate.Mask(condition), Fraction);

    /// <summary>Training loss after retraining.</summary>
    public EvaluateJob Loss(Replicate replicate, Condition condition) => replicate.Evaluate(condition, replicate.Retrained(condition, Mask(replicate, condition)), onTrainingSet: true);

    /// <summary>How far it moves the weights, and the curvature along that way.</summary>
    public FlatnessJob Flatness(Replicate replicate, Condition condition) => replicate.Flatness(condition, Mask(replicate, condition));
}

/// <summary>What was found of one way of pruning one solution.</summary>
/// <param name="Way">Name of the pruning strategy.</param>
/// <param name="Points">By fraction, ascending: how far the weights moved, curvature along that way, and the training loss after retraining.</param>
/// <param name="Norm">Length of the solution's remaining weights.</param>
internal sealed record PrunedWay(string Way, IReadOnlyList<(double Fraction, double Distance, double Curvature, double Loss)> Points, double Norm)
{
    /// <summary>How far pruning a fraction moves the weights: at random by its root times their length, which is exact on average; by magnitude between what was measured.</summary>
    public double DistanceAt(double fraction)
    {
        if (Way == PrunedFraction.Random) return Math.Sqrt(fraction) * Norm;
        var (before, at) = (0.0, 0.0);
        foreach (var point in Points.Append((1, Norm, 0, 0)))
        {
            if (fraction <= point.Item1) return at + ((point.Item2 - at) * (fraction - before) / (point.Item1 - before));
            (before, at) = (point.Item1, point.Item2);
        }

        return Norm;
    }

    /// <summary>The largest fraction after which retraining leads within eps of the solution's loss, in proportion between the last that does and the first that does not; the last if all do.</summary>
    /// <param name="solution">Loss of the solution, to which retraining leads where nothing is pruned.</param>
    /// <param name="eps">By how much it may rise.</param>
    public double LargestWithin(double solution, double eps)
    {
        var (before, loss) = (0.0, solution);
        foreach (var point in Points)
        {
            if (point.Loss > solution + eps) return before + ((point.Fraction - before) * (solution + eps - loss) / (point.Loss - loss));
            (before, loss) = (point.Fraction, point.Loss);
        }

        return before;
    }
}
