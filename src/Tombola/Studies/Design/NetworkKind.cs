using Tombola.Engine.Naming;

namespace Tombola.Studies;

/// <summary>A kind of network that the papers compare: where its mask comes from, and where its weights come from. At level 0 every kind is the dense network.</summary>
/// <param name="Name">As in rows and on the command line, such as <c>random-pruning</c>.</param>
/// <param name="Title">As in legends and sentences.</param>
/// <param name="Masks">Where the mask comes from.</param>
/// <param name="Weights">Where the weights at step k come from.</param>
public sealed record NetworkKind(string Name, string Title, MaskSource Masks, WeightSource Weights)
{
    /// <summary>The name as it goes into the seeds of SGD noise: <c>RandomPruning</c>. Kinds of one role see the same data order, copy by copy.</summary>
    internal string NoiseRole { get; init; } = string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}

/// <summary>The kinds that studies compare. A new one is a line here.</summary>
public static class NetworkKinds
{
    /// <summary>Iterative magnitude pruning with rewinding: the ticket.</summary>
    public static NetworkKind Imp { get; } = new("imp", "IMP ticket", MaskSources.Imp, WeightSources.Rewound);

    /// <summary>Control: the ticket's mask shuffled within each layer.</summary>
    public static NetworkKind RandomPruning { get; } = new("random-pruning", "random pruning", MaskSources.Shuffled, WeightSources.Rewound);

    /// <summary>Control: the ticket's mask on newly drawn weights.</summary>
    public static NetworkKind RandomReinitialisation { get; } = new("random-reinitialisation", "random reinitialisation", MaskSources.Imp, WeightSources.Reinitialised);

    /// <summary>The ticket and the two controls of Frankle et al. 2020.</summary>
    public static IReadOnlyList<NetworkKind> Three { get; } = [Imp, RandomPruning, RandomReinitialisation];

    /// <summary>Pruned before training by <see cref="MaskSources.Snip"/>.</summary>
    public static NetworkKind Snip { get; } = new("snip", "SNIP", MaskSources.Snip, WeightSources.Rewound);

    /// <summary>Pruned before training by <see cref="MaskSources.Grasp"/>.</summary>
    public static NetworkKind Grasp { get; } = new("grasp", "GraSP", MaskSources.Grasp, WeightSources.Rewound);

    /// <summary>Pruned before training by <see cref="MaskSources.SynFlow"/>.</summary>
    public static NetworkKind SynFlow { get; } = new("synflow", "SynFlow", MaskSources.SynFlow, WeightSources.Rewound);

    /// <summary>Pruned before training by <see cref="MaskSources.MagnitudeAtStart"/>.</summary>
    public static NetworkKind MagnitudeAtStart { get; } = new("magnitude-at-start", "magnitude at initialisation", MaskSources.MagnitudeAtStart, WeightSources.Rewound);

    /// <summary>Pruned before training by <see cref="MaskSources.RandomAtStart"/>.</summary>
    public static NetworkKind RandomAtStart { get; } = new("random-at-start", "random at initialisation", MaskSources.RandomAtStart, WeightSources.Rewound);

    /// <summary>Networks pruned before any training.</summary>
    public static IReadOnlyList<NetworkKind> AtStart { get; } = [Snip, Grasp, SynFlow, MagnitudeAtStart, RandomAtStart];

    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<NetworkKind> Registry { get; } = new("There is no kind of network", kind => kind.Name, [.. Three, .. AtStart]);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<NetworkKind> All => Registry.All;

    /// <summary>What to call the kind of a row; its name if a study made it for itself.</summary>
    internal static string TitleOf(string name) => Registry.TryFind(name)?.Title ?? name;
}
