using System.Globalization;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>The first step k at which sparse networks are stable, and the first at which they match, at every level.</summary>
internal static class LevelOnsetStudy
{
    /// <summary>Levels, and steps k, below the paper's scale: with ResNet-20 at the scale small, what two cores can do in an hour.</summary>
    private const int MostOfEach = 3;

    /// <summary>Claims about sparse networks are about these densities: of the paper's levels, 51.2 % and below. Less sparse tickets match before they are stable.</summary>
    private const double AboutHalf = 0.55;

    private static readonly NetworkKind[] Kinds = [NetworkKinds.Imp, NetworkKinds.RandomPruning];

    public static Study Study { get; } = new(
        "lmc/fig9",
        "At every level: from which step k on are the IMP ticket and a randomly pruned network stable, and from which do they match?",
        "Frankle et al. 2020, figure 9",
        "lenet-mnist",
        Design);

    /// <summary>When a kind of network becomes stable at a level, and when it first matches.</summary>
    internal sealed record KindAtLevel(int Level, double Density, NetworkKind Kind, StabilityOnset Stable, StabilityOnset Matching);

    private static StudyDesign Design(StudyContext context)
    {
        var (levels, steps) = (Levels(context.Preset), Steps(context));
        Condition[] conditions = [.. from level in levels from kind in Kinds.Take(level == 0 ? 1 : 2) from step in steps select At(kind, step, level)];
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. conditions.Measured(Measures.Barriers)], rows =>
        {
            KindAtLevel[] onsets = [.. from level in levels from kind in Kinds select OnsetsOf(rows, level, kind, steps)];
            return new StudyOutcome(Verdict(onsets), rows, Claims(LmcFindings.All.About(context.Preset, "lmc/fig9"), onsets), [Figure(context, onsets)])
            {
                Table = Table(context, onsets),
                Choices =
                [
                    new Choice("Stable from", "the first step k from which on all are stable", "A single step by chance below two points is no onset."),
                    new Choice("Matching from", "the first step k that matches", "Copies that start late have few steps left to match in."),
                    .. context.Preset.RewindFractions is not null
                        ? new[] { new Choice("Levels and steps k", $"levels {string.Join(", ", levels)}; steps {string.Join(", ", steps)}", "The paper has every level and more steps; these are spread evenly over them.") }
                        : [],
                ],
            };
        });
    }

    /// <summary>Every level with the dense one at the paper's scale; below it up to three, the last and the studied one among them.</summary>
    internal static int[] Levels(Preset preset)
    {
        if (preset.RewindFractions is null || preset.Levels == 0) return [.. Enumerable.Range(0, preset.Levels + 1)];
        var levels = EvenlySpaced.Of([.. Enumerable.Range(1, preset.Levels)], MostOfEach);
        if (levels.Contains(preset.StudiedLevel) || preset.StudiedLevel > preset.Levels || preset.StudiedLevel == 0) return levels;
        var nearest = levels.SkipLast(1).MinBy(level => Math.Abs(level - preset.StudiedLevel));
        return [.. levels.Select(level => level == nearest ? preset.StudiedLevel : level)];
    }

    // Steps that a person asks for are all taken.
    private static long[] Steps(StudyContext context) =>
        LmcPoints.Steps(context, "lmc/fig9") is var steps && (context.Preset.RewindFractions is null || context.Request.Steps is not null) ? steps : EvenlySpaced.Of(steps, MostOfEach);

    // The dense network is the same for both kinds, and would differ only in its noise.
    private static Condition At(NetworkKind kind, long step, int level) => level == 0 ? Condition.Dense(step) : new Condition(kind, step, level);

    private static KindAtLevel OnsetsOf(StudyRows rows, int level, NetworkKind kind, long[] steps)
    {
        var own = rows.Of(steps.Select(step => At(kind, step, level)));
        double[] full = Means(rows.Dense, Measures.TestAccuracy);
        double[][] accuracies = [.. own.Select(row => Means(row, Measures.TestAccuracy))], barriers = [.. own.Select(row => Means(row, Measures.Barrier))];
        var replicates = Enumerable.Range(0, full.Length);
        return new KindAtLevel(
            level,
            own[0].Density,
            kind,
            StabilityOnset.Of([.. replicates.Select(r => StabilityOnset.Step(steps, i => barriers[i][r] < ErrorBarrier.StabilityThreshold))]),
            StabilityOnset.Of([.. replicates.Select(r => steps.Cast<long?>().Where((_, i) => accuracies[i][r] - full[r] >= -StudyRows.MatchingTolerance).FirstOrDefault())]));

        // Every replicate by itself, over its copies or pairs.
        double[] Means(StudyRow row, Measure<double> measure) => [.. rows.Samples(row, measure).Select(samples => samples.Average())];
    }

    private static string Verdict(IReadOnlyList<KindAtLevel> onsets)
    {
        var text = string.Join("; ", Kinds.Select(kind =>
        {
            var own = onsets.Where(found => found.Kind == kind).ToArray();
            return $"{kind.Title}: stable {Where(own, found => found.Stable)}, matching {Where(own, found => found.Matching)}";
        }));
        return text + ".";

        static string Where(KindAtLevel[] all, Func<KindAtLevel, StabilityOnset> first)
        {
            var having = all.Where(found => first(found).Median is not null).ToArray();
            if (having.Length == 0) return $"at none of {all.Length} levels";
            var (low, high) = (having.Min(found => first(found).Median), having.Max(found => first(found).Median));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"at {having.Length} of {all.Length} levels, down to {InWords.Percent(having[^1].Density, 1)} (from step {low}{(low == high ? "" : FormattableString.Invariant($" to {high}"))} on)");
        }
    }

    /// <summary>Of medians; a claim about levels of which there are none stays open.</summary>
    internal static IReadOnlyList<Claim> Claims(IEnumerable<Finding> findings, IReadOnlyList<KindAtLevel> onsets)
    {
        (KindAtLevel Ticket, KindAtLevel Random)[] levels = [.. onsets.Where(found => found.Level > 0).GroupBy(found => found.Level).Select(level => (level.Single(found => found.Kind == NetworkKinds.Imp), level.Single(found => found.Kind != NetworkKinds.Imp)))];
        var matching = levels.Where(level => level.Ticket.Matching.Median is not null).ToArray();
        return findings.Claims(property => property switch
        {
            LmcFindings.MatchingLevelsStable => All(matching, level => level.Ticket.Stable.Median is not null),
            LmcFindings.StableBeforeMatching => All(matching.Where(level => level.Ticket.Density < AboutHalf), level => level.Ticket.Stable.Median <= level.Ticket.Matching.Median),
            LmcFindings.RandomNotBefore => All(levels, level => !Earlier(level.Random.Stable, level.Ticket.Stable) && !Earlier(level.Random.Matching, level.Ticket.Matching)),
            _ => All(matching.TakeLast(1), level => Earlier(level.Ticket.Matching, level.Random.Matching)),
        });

        static Answer? All(IEnumerable<(KindAtLevel Ticket, KindAtLevel Random)> levels, Func<(KindAtLevel Ticket, KindAtLevel Random), bool> holds) => levels.Any() ? Answers.Of(levels.All(holds)) : null;

        static bool Earlier(StabilityOnset first, StabilityOnset second) => first.Median is { } step && step < (second.Median ?? double.PositiveInfinity);
    }

    private static Figure Figure(StudyContext context, IReadOnlyList<KindAtLevel> onsets)
    {
        var published = LmcPoints.Figure9(context.Preset.Published);
        return new Figure(
            "first-step-by-density",
            "First step k that is stable, and that matches",
            "First rewinding step k from which on two copies have an error barrier below two points (stable), and first k at which accuracy is at most 0.2 points below the dense network's (matching), against the fraction of weights that remain; median over replicates with a band from the earliest to the latest; a gap where more than half of the replicates have none.",
            Axis.Density,
            new Axis("First step k", Logarithmic: true))
        {
            Series =
            [
                .. onsets.GroupBy(found => found.Kind).SelectMany(kind => new[]
                {
                    new Series($"{kind.Key.Title}: stable", [.. kind.Select(found => found.Stable.Point(found.Density))]),
                    new Series($"{kind.Key.Title}: matching", [.. kind.Select(found => found.Matching.Point(found.Density))]),
                }),
                .. published.Count == 0 ? [] : Columns.Select(column =>
                    new Series(column.Name, [.. published.Select(level => new SeriesPoint(level.Density, column.Published(level) ?? double.NaN))]) { Published = true }),
            ],
            Source = published.Count > 0 ? "Frankle et al. 2020, figure 9 (read off the plot)" : null,
        };
    }

    private static Table Table(StudyContext context, IReadOnlyList<KindAtLevel> onsets)
    {
        var published = LmcPoints.Figure9(context.Preset.Published);
        return new Table(
            "first-steps",
            "First step k that is stable, and that matches: median over replicates" + (published.Count > 0 ? "; published in square brackets" : ""),
            [new TableColumn("Density %", true), new("Ticket stable", true), new("Ticket matches", true), new("Random stable", true), new("Random matches", true)],
            [.. onsets.GroupBy(found => found.Level).Select(level =>
            {
                var paper = published.FirstOrDefault(other => Math.Abs(Math.Log(other.Density / level.First().Density)) < 0.02);
                StabilityOnset[] cells = [.. level.SelectMany(found => new[] { found.Stable, found.Matching })];
                return (IReadOnlyList<string>)
                [
                    InWords.Fixed(level.First().Density * 100, 1),
                    .. cells.Zip(Columns, (cell, column) => paper is null ? $"{cell}" : $"{cell} [{(column.Published(paper) is { } step ? InWords.Number(step) : "none")}]"),
                ];
            })]);
    }

    private static readonly (string Name, Func<PublishedOnsets, double?> Published)[] Columns =
    [
        ($"{NetworkKinds.Imp.Title}: stable", level => level.StableImp), ($"{NetworkKinds.Imp.Title}: matching", level => level.MatchingImp),
        ($"{NetworkKinds.RandomPruning.Title}: stable", level => level.StableRandom), ($"{NetworkKinds.RandomPruning.Title}: matching", level => level.MatchingRandom),
    ];
}
