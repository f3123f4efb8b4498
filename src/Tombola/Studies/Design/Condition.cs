using Tombola.Training;

namespace Tombola.Studies;

/// <summary>A network whose copies are trained under different SGD noise: which kind, from which step k, at which level of pruning.</summary>
/// <param name="Kind">Where mask and weights come from; at level 0 it makes no difference.</param>
/// <param name="Rewind">Step k.</param>
/// <param name="Level">Level of pruning; 0 is the dense network.</param>
public sealed record Condition(NetworkKind Kind, long Rewind, int Level)
{
    /// <summary>Train for T steps with the schedule from its beginning, instead of the T - k that are left (Frankle et al. 2020, figure 4).</summary>
    public bool Restarted { get; init; }

    /// <summary>Step that weights are taken from and training goes on at, where it is not the step k that the mask was found with.</summary>
    public long? From { get; init; }

    /// <summary>What the copies are trained with, where it is not the preset's recipe.</summary>
    public Retraining? Retraining { get; init; }

    /// <summary>Step of the weights that the copies start from.</summary>
    public long StartStep => From ?? Rewind;

    /// <summary>The kind as files name it, <c>dense</c> at level 0.</summary>
    internal string NameOfKind => Level == 0 ? "dense" : Kind.Name;

    /// <summary>The ticket of the same step k and level.</summary>
    public Condition Ticket() => new(NetworkKinds.Imp, Rewind, Level);

    /// <summary>The dense network from step k.</summary>
    public static Condition Dense(long step = 0) => new(NetworkKinds.Imp, step, 0);
}

/// <summary>A recipe for the copies alone: trunk and mask keep the preset's.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Total">Its length in steps, counted from step 0 as T is.</param>
public sealed record Retraining(Recipe Recipe, long Total);

/// <summary>Two copies of one condition, by number.</summary>
public readonly record struct Pair(int First, int Second)
{
    /// <summary>As files name it: <c>0-1</c>.</summary>
    internal string Name => $"{First}-{Second}";

    /// <summary>Every two of a number of copies: three copies make three pairs, as in Frankle et al. 2020.</summary>
    public static IReadOnlyList<Pair> Of(int copies) => [.. from second in Enumerable.Range(0, copies) from first in Enumerable.Range(0, second) select new Pair(first, second)];
}
