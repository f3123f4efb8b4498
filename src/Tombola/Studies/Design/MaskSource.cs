using Tombola.Engine.Naming;
using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>A way to come by the mask of a sparse network.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">Half a sentence for help and reports.</param>
/// <param name="Of">The mask for a rewinding step k and a level above 0; its density is that of the level.</param>
public sealed record MaskSource(string Name, string Description, Func<Replicate, long, int, Job<PruneResult>> Of)
{
    /// <summary>The mask for a rewinding step k and any density; null for masks that are not made at once, and so have a level's.</summary>
    public Func<Replicate, long, double, Job<PruneResult>>? ToDensity { get; init; }
}

/// <summary>The sources of masks by name. A new one is a line here.</summary>
public static class MaskSources
{
    /// <summary>Frankle et al. 2020, algorithm 2.</summary>
    public static MaskSource Imp { get; } = new("imp", "iterative magnitude pruning with rewinding", (replicate, rewind, level) => replicate.Mask(rewind, level)!);

    /// <summary>The control "random pruning".</summary>
    public static MaskSource Shuffled { get; } = new("shuffled", "the ticket's mask shuffled within each layer", (replicate, rewind, level) => replicate.ShuffledMask(rewind, level));

    /// <summary>Without iterations: the dense network trained from step k, pruned once.</summary>
    public static MaskSource OneShot { get; } = new("one-shot", "the trained dense network pruned once, by the preset's strategy", (replicate, rewind, level) => replicate.OneShotMask(rewind, level))
    {
        ToDensity = (replicate, rewind, density) => replicate.OneShotMask(rewind, 0, density),
    };

    /// <summary>Lee et al. 2019.</summary>
    public static MaskSource Snip { get; } = AtStart("snip", "snip", "the initial weights pruned once by connection sensitivity on a mini-batch (SNIP)");

    /// <summary>Wang et al. 2020.</summary>
    public static MaskSource Grasp { get; } = AtStart("grasp", "grasp", "the initial weights pruned once to keep the gradient on a mini-batch (GraSP)");

    /// <summary>Tanaka et al. 2020.</summary>
    public static MaskSource SynFlow { get; } = AtStart("synflow", "synflow", "the initial weights pruned in a hundred rounds by synaptic flow (SynFlow)");

    /// <summary>Frankle et al. 2021, "Pruning neural networks at initialization": a baseline.</summary>
    public static MaskSource MagnitudeAtStart { get; } = AtStart("magnitude-at-start", "magnitude", "the initial weights pruned once by magnitude");

    /// <summary>The baseline that any strategy should beat.</summary>
    public static MaskSource RandomAtStart { get; } = AtStart("random-at-start", "random", "weights chosen at random over the whole network");

    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<MaskSource> Registry { get; } = new("There is no mask", source => source.Name, [Imp, Shuffled, OneShot, Snip, Grasp, SynFlow, MagnitudeAtStart, RandomAtStart]);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<MaskSource> All => Registry.All;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static MaskSource Find(string name) => Registry.Find(name);

    /// <summary>A mask from W_0, whatever step k the weights come from.</summary>
    private static MaskSource AtStart(string name, string strategy, string description) => new(name, description, (replicate, rewind, level) => replicate.MaskAtStart(strategy, rewind, level))
    {
        ToDensity = (replicate, rewind, density) => replicate.MaskAtStart(strategy, rewind, 0, density),
    };
}
