using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;

namespace Tombola.Jobs;

/// <summary>Makes the next mask from trained weights.</summary>
public sealed record PruneJob : Job<PruneResult>
{
    public override string Kind => "prune";

    public required string Model { get; init; }

    /// <summary>The weights to judge.</summary>
    public required StateRef State { get; init; }

    /// <summary>The mask so far, or null for a dense network.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>Name of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Fraction of the remaining weights to remove.</summary>
    public double Fraction { get; init; }

    /// <summary>One-shot: density to reach, instead of <see cref="Fraction"/>.</summary>
    public double Density { get; init; }

    /// <summary>Layers whose weights stay.</summary>
    public IReadOnlyList<string> Exempt { get; init; } = [];

    /// <summary>For strategies that draw.</summary>
    public ulong Seed { get; init; }

    public override IEnumerable<Job> Inputs => Mask is null ? [State.Of] : [State.Of, Mask];

    public override string Title => $"prune {Model} by {Strategy}";

    public override double Cost => 5e7;

    /// <summary>About the density that a mask will have, as far as can be told before it is there.</summary>
    internal static double ExpectedDensity(Job<PruneResult>? mask) => mask switch
    {
        null => 1,
        PruneJob { Density: > 0 } once => once.Density,
        PruneJob again => (1 - again.Fraction) * ExpectedDensity(again.Mask),
        ShuffleMaskJob shuffled => ExpectedDensity(shuffled.Mask),
        _ => 1,
    };

    internal override PruneResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var before = context.Mask(Mask, network.Space) ?? Engine.Networks.Mask.Full(network.Space);
        var fraction = Density > 0 ? PruningStrategies.FractionFor(before, Density) : Fraction;
        var mask = PruningStrategies.Prune(
            context.State(State, network.Space), before, Strategy, fraction, Exempt.ToHashSet(), new RandomStream(Seed, RandomStream.Prune));
        return PruneResult.Write(context, mask);
    }
}

/// <summary>The control "random pruning": shuffles a mask within its layers.</summary>
public sealed record ShuffleMaskJob : Job<PruneResult>
{
    public override string Kind => "shuffle-mask";

    public required string Model { get; init; }

    public required Job<PruneResult> Mask { get; init; }

    public required ulong Seed { get; init; }

    public override IEnumerable<Job> Inputs => [Mask];

    public override string Title => $"shuffle a mask of {Model}";

    public override double Cost => 5e7;

    internal override PruneResult Run(JobContext context) => PruneResult.Write(
        context, RandomPruning.ShuffleWithinLayers(context.Mask(Mask, Architectures.Create(Model).Space)!, new RandomStream(Seed, RandomStream.Prune)));
}

/// <summary>What a mask leaves; the mask itself lies beside it.</summary>
/// <param name="Remaining">Prunable weights that remain.</param>
/// <param name="Prunable">Prunable weights there are.</param>
/// <param name="Layers">The same by layer.</param>
public sealed record PruneResult(int Remaining, int Prunable, IReadOnlyList<LayerSparsity> Layers)
{
    internal const string FileName = "mask.safetensors";

    public double Density => (double)Remaining / Prunable;

    internal static PruneResult Write(JobContext context, Mask mask)
    {
        context.WriteAside(FileName, stream => Safetensors.Write(stream, StateFile.Tensors(mask)));
        return new PruneResult(mask.Remaining, mask.Space.PrunableCount, SparsityReport.Of(mask));
    }
}
