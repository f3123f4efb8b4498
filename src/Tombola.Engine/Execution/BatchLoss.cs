namespace Tombola.Engine.Execution;

/// <summary>What a forward pass found over its samples.</summary>
/// <param name="Samples">Number of samples.</param>
/// <param name="LossSum">Sum of their cross-entropies, nats, added in float64 in the order of the samples.</param>
/// <param name="Hits">Number of samples classified correctly.</param>
public readonly record struct BatchLoss(int Samples, double LossSum, int Hits)
{
    /// <summary>Mean cross-entropy, nats.</summary>
    public double Loss => LossSum / Samples;

    /// <summary>Fraction of samples misclassified.</summary>
    public double Error => (double)(Samples - Hits) / Samples;

    /// <summary>Losses and hits of both together.</summary>
    public static BatchLoss operator +(BatchLoss x, BatchLoss y) => new(x.Samples + y.Samples, x.LossSum + y.LossSum, x.Hits + y.Hits);
}
