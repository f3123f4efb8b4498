using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Makes the next mask from trained weights.</summary>
public sealed record PruneJob : Job<PruneResult>
{
    /// <summary>Examples in a mini-batch unless the job says otherwise.</summary>
    private const int DefaultBatch = 128;

    /// <summary>What a search may find, for estimates of time.</summary>
    private const double ExpectedFraction = 0.4;

    /// <inheritdoc/>
    public override string Kind => "prune";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The weights to judge.</summary>
    public required Job State { get; init; }

    /// <summary>The mask so far, or null for a dense network.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>Name of the strategy: of a score, or of one together with a distribution.</summary>
    public required string Strategy { get; init; }

    /// <summary>Name of the distribution; null for the strategy's own.</summary>
    public string? Distribution { get; init; }

    /// <summary>Densities by layer, for a distribution that takes some.</summary>
    public IReadOnlyList<LayerDensity> Densities { get; init; } = [];

    /// <summary>Fraction of the remaining weights to remove.</summary>
    public double Fraction { get; init; }

    /// <summary>One-shot: density to reach, instead of <see cref="Fraction"/>.</summary>
    public double Density { get; init; }

    /// <summary>The job that found the fraction; null where <see cref="Fraction"/>, <see cref="Density"/> or <see cref="Like"/> says how much goes. A fraction of 0 leaves the mask as it is.</summary>
    public Job<AdaptiveLevelResult>? Search { get; init; }

    /// <summary>One-shot: the mask whose density to reach; null where the number is known beforehand.</summary>
    public Job<PruneResult>? Like { get; init; }

    /// <summary>Layers whose weights stay.</summary>
    public IReadOnlyList<string> Exempt { get; init; } = [];

    /// <summary>For scores that draw, and for the mini-batch.</summary>
    public ulong Seed { get; init; }

    /// <summary>The data set whose training examples a score may look at; null for scores that look at none.</summary>
    public DatasetSpec? Data { get; init; }

    /// <summary>Training examples to look at, one mini-batch as they are, not augmented, or all if there are fewer; 0 for 128.</summary>
    public int Batch { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => new Job?[] { State, Mask, Search, Like }.OfType<Job>();

    /// <inheritdoc/>
    public override string Title => $"prune {Model} by {Strategy}{(Distribution is null ? "" : $", {Distribution}")}";

    // Besides reading and writing: each pass is forward, and backward twice as much.
    /// <inheritdoc/>
    public override double Cost
    {
        get
        {
            var score = PruningStrategies.Find(Strategy, Distribution).Score;
            return 5e7 + (score.Rounds * score.Passes * (score.NeedsExamples ? Examples : 1) * Arithmetic.Training(Model));
        }
    }

    private int Examples => Batch == 0 ? DefaultBatch : Batch;

    /// <summary>About the density that a mask will have, as far as can be told before it is there.</summary>
    internal static double ExpectedDensity(Job<PruneResult>? mask) => mask switch
    {
        null => 1,
        PruneJob { Density: > 0 } once => once.Density,
        PruneJob { Like: { } other } => ExpectedDensity(other),
        PruneJob { Search: not null } searched => (1 - ExpectedFraction) * ExpectedDensity(searched.Mask),
        PruneJob again => (1 - again.Fraction) * ExpectedDensity(again.Mask),
        ShuffleMaskJob shuffled => ExpectedDensity(shuffled.Mask),
        _ => 1,
    };

    /// <inheritdoc/>
    protected internal override PruneResult Run(JobContext context)
    {
        var before = context.Mask(Mask, Architectures.Create(Model).Space) ?? Engine.Networks.Mask.Full(Architectures.Create(Model).Space);
        double? density = Like is not null ? context.Store.Result(Like).Density : Density > 0 ? Density : null;
        var stays = Search is not null ? context.Store.Result(Search).Fraction == 0 : Like is not null && density == before.Density;
        var fraction = stays ? 0 : density is { } reached ? PruningStrategies.FractionFor(before, reached) : Search is not null ? context.Store.Result(Search).Fraction : Fraction;
        return PruneResult.Write(context, stays ? before : MaskOf(context, before, fraction));
    }

    /// <summary>The mask that another fraction of the remaining weights would leave, whatever the job says.</summary>
    internal Mask MaskOf(JobContext context, Mask before, double fraction)
    {
        var network = Architectures.Create(Model);
        var stream = new RandomStream(Seed, RandomStream.Prune);
        var input = new PruningInput(network, context.State(State, network.Space), before, Exempt.ToHashSet(), stream)
        {
            Batch = Data is null ? null : Draw(context.Data.Load(Data).Train, stream),
            Backend = Backends.Find(Backend),
            Team = context.Team,
            Cancellation = context.Cancellation,
        };
        return (PruningStrategies.Find(Strategy, Distribution) with { Densities = Densities }).Prune(input, fraction);
    }

    /// <summary>The first examples of a random order, in that order.</summary>
    private MiniBatch Draw(ExampleSource examples, RandomStream stream)
    {
        if (Batch < 0) throw new SettingException($"The batch to prune by has {Batch} examples; it must have 1 or more, or 0 for {DefaultBatch}.");
        var order = new int[examples.Count];
        stream.Permutation(order, 0);
        return MiniBatch.Read(examples, order[..Math.Min(Examples, order.Length)]);
    }
}

/// <summary>The control "random pruning": shuffles a mask within its layers.</summary>
public sealed record ShuffleMaskJob : Job<PruneResult>
{
    /// <inheritdoc/>
    public override string Kind => "shuffle-mask";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the mask.</summary>
    public required Job<PruneResult> Mask { get; init; }

    /// <summary>What the places are drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [Mask];

    /// <inheritdoc/>
    public override string Title => $"shuffle a mask of {Model}";

    /// <inheritdoc/>
    public override double Cost => 5e7;

    /// <inheritdoc/>
    protected internal override PruneResult Run(JobContext context) => PruneResult.Write(
        context, MaskShuffle.WithinLayers(context.Mask(Mask, Architectures.Create(Model).Space)!, new RandomStream(Seed, RandomStream.Prune)));
}

/// <summary>What a mask leaves; the mask itself lies beside it.</summary>
/// <param name="Remaining">Prunable weights that remain.</param>
/// <param name="Prunable">Prunable weights there are.</param>
/// <param name="Layers">The same by layer.</param>
public sealed record PruneResult(int Remaining, int Prunable, IReadOnlyList<LayerSparsity> Layers)
{
    internal const string FileName = "mask.safetensors";

    /// <summary>Fraction of the prunable weights that remain.</summary>
    public double Density => (double)Remaining / Prunable;

    internal static PruneResult Write(JobContext context, Mask mask)
    {
        context.Write(FileName, stream => Safetensors.Write(stream, StateFile.Tensors(mask)));
        return new PruneResult(mask.Remaining, mask.Space.PrunableCount, SparsityReport.Of(mask));
    }
}
