using Tombola.Engine.Networks;
using Tombola.Landscape;

namespace Tombola.Jobs;

/// <summary>Compares the magnitudes of weights before pruning, after it, and after retraining.</summary>
public sealed record MagnitudesJob : Job<MagnitudesResult>
{
    /// <inheritdoc/>
    public override string Kind => "magnitudes";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state to be pruned.</summary>
    public required Job Before { get; init; }

    /// <summary>The job that made the mask which it keeps to; null for none.</summary>
    public Job<PruneResult>? Denser { get; init; }

    /// <summary>The job that made the next mask.</summary>
    public required Job<PruneResult> Mask { get; init; }

    /// <summary>The job that made the state after retraining under that mask.</summary>
    public required Job After { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Denser is null ? [Before, Mask, After] : [Before, Denser, Mask, After];

    /// <inheritdoc/>
    public override string Title => $"count magnitudes of {Model} before and after retraining";

    /// <inheritdoc/>
    public override double Cost => 1e8;

    /// <inheritdoc/>
    protected internal override MagnitudesResult Run(JobContext context)
    {
        var space = Architectures.Create(Model).Space;
        var (before, after) = (context.State(Before, space), context.State(After, space));
        var (denser, mask) = (context.Mask(Denser, space) ?? Engine.Networks.Mask.Full(space), context.Mask(Mask, space)!);
        var threshold = MagnitudeChange.Threshold(before, denser, mask);
        return new MagnitudesResult(threshold, mask.Remaining, MagnitudeChange.NewlySmall(before, after, mask, threshold), MagnitudeChange.Bins(before, after, denser, mask));
    }
}

/// <param name="Threshold">Largest magnitude that was pruned.</param>
/// <param name="Remaining">Prunable weights that remain.</param>
/// <param name="NewlySmall">Of them, those that were above the threshold before pruning and are not any more after retraining.</param>
/// <param name="Bins">How many weights have which magnitude.</param>
public sealed record MagnitudesResult(double Threshold, int Remaining, int NewlySmall, IReadOnlyList<MagnitudeBin> Bins);
