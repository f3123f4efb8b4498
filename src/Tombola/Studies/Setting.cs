namespace Tombola.Studies;

/// <summary>A network whose copies are trained under different SGD noise: which kind, from which step k, at which level of pruning.</summary>
/// <param name="Kind">Where mask and weights come from; at level 0 it makes no difference.</param>
/// <param name="Rewind">Step k.</param>
/// <param name="Level">Level of pruning; 0 is the dense network.</param>
public sealed record Setting(NetworkKind Kind, long Rewind, int Level)
{
    /// <summary>Train for T steps with the schedule from its beginning, instead of the T - k that are left (Frankle et al. 2020, figure 4).</summary>
    public bool Restarted { get; init; }

    /// <summary>The dense network from step k.</summary>
    public static Setting Dense(long step = 0) => new(NetworkKinds.Imp, step, 0);
}

/// <summary>Two copies of one setting, by number.</summary>
public readonly record struct Pair(int First, int Second)
{
    /// <summary>Every two of a number of copies: three copies make three pairs, as in Frankle et al. 2020.</summary>
    public static IReadOnlyList<Pair> Of(int copies) => [.. from second in Enumerable.Range(0, copies) from first in Enumerable.Range(0, second) select new Pair(first, second)];
}
