using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>The networks of figures against density, and what they say about densities that match.</summary>
internal static class DensityConditions
{
    /// <summary>More levels than this, and networks that no other level builds on are trained at every second one.</summary>
    private const int AllLevels = 4;

    /// <summary>Tickets of all levels, rewound to step k.</summary>
    public static IEnumerable<Condition> Tickets(StudyContext context, long rewind) =>
        Enumerable.Range(1, context.Preset.Levels).Select(level => new Condition(NetworkKinds.Imp, rewind, level));

    /// <summary>Networks to compare with tickets, from step 0; at the level studied if not at all.</summary>
    public static IEnumerable<Condition> Others(StudyContext context, params IEnumerable<NetworkKind> kinds)
    {
        var (levels, studied) = (context.Preset.Levels, StabilizingPoints.Level(context));
        return
            from kind in kinds
            from level in Enumerable.Range(1, levels)
            where levels <= AllLevels || (level - studied) % 2 == 0
            select new Condition(kind, 0, level);
    }

    /// <summary>The largest level that matches for certain, and the largest that may; 0, the dense network, if none does.</summary>
    public static (int Certain, int Possible) Reach(IEnumerable<StudyRow> rows)
    {
        var (certain, possible) = (0, 0);
        foreach (var row in rows)
        {
            if (row.Matching == Answer.Yes) certain = Math.Max(certain, row.Level);
            if (row.Matching is Answer.Yes or Answer.Undecided) possible = Math.Max(possible, row.Level);
        }

        return (certain, possible);
    }

    /// <summary>"match down to 16.8 % of the weights".</summary>
    public static string WhenMatching(IReadOnlyList<StudyRow> rows) => rows.LastOrDefault(row => row.Matching == Answer.Yes) is { } smallest
        ? $"match down to {InWords.Percent(smallest.Density, 1)} of the weights"
        : "match at no level";
}
