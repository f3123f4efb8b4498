using Tombola.Engine.Naming;
using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>A way to come by the weights that a sparse network starts from.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">Half a sentence for help and reports.</param>
/// <param name="Of">The state at step k; the mask is still to be applied.</param>
public sealed record WeightSource(string Name, string Description, Func<Replicate, long, Job> Of)
{
    /// <summary>Where the weights depend on more than the step: those of the level before, for instance. Comes first.</summary>
    internal Func<Replicate, Condition, Job>? OfCondition { get; init; }
}

/// <summary>The sources of weights by name. A new one is a line here.</summary>
public static class WeightSources
{
    /// <summary>Rewinding (Frankle et al. 2020).</summary>
    public static WeightSource Rewound { get; } = new("rewound", "the dense network's weights at step k", (replicate, step) => replicate.At(step));

    /// <summary>Drawn anew, then trained densely to step k: the control starts at the same step as the ticket.</summary>
    public static WeightSource Reinitialised { get; } = new("reinitialised", "newly drawn weights, trained densely to step k", (replicate, step) => replicate.Reinitialised(step));

    /// <summary>Frankle et al. 2020 ask what of the weights matters; this leaves each layer its magnitudes and its number of negative signs.</summary>
    public static WeightSource ShuffledSigns { get; } = new("shuffled-signs", "the weights of step k with their signs shuffled within each layer", (replicate, step) => replicate.ShuffledSigns(step));

    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<WeightSource> Registry { get; } = new("There are no weights", source => source.Name, [Rewound, Reinitialised, ShuffledSigns]);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<WeightSource> All => Registry.All;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static WeightSource Find(string name) => Registry.Find(name);
}
