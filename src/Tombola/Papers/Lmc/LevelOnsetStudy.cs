using System.Globalization;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Reporting.Published;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>The first step k at which sparse networks are stable, and the first at which they match, at every level.</summary>
internal static class LevelOnsetStudy
{
    /// <summary>Levels, and steps k, below the paper's scale: with ResNet-20 at the scale small, what two cores can do in an hour.</summary>
    private const int Few = 3;

    /// <summary>Claims about sparse networks are about these densities: of the paper's levels, 51.2 % and below. Less sparse tickets match before they are stable.</summary>
    private const double AboutHalf = 0.55;

    private static readonly NetworkKind[] Kinds = [NetworkKinds.Imp, NetworkKinds.RandomPruning];

    public static Study Study { get; } = new(
        "lmc/fig9",
        "At every level: from which step k on are the IMP ticket and a randomly pruned network stable, and from which do they match?",
        "Frankle et al. 2020, figure 9",
        "lenet-mnist",
        Design);

    /// <summary>What was found of a kind of network at a level.</summary>
    internal sealed record Onsets(int Level, double Density, NetworkKind Kind, FirstStep Stable, FirstStep Matching);

    private static StudyDesign Design(StudyContext context)
    {
        var (levels, steps) = (Levels(context.Preset), Steps(context));
        var dense = new Probe(Condition.Dense());
        Probe[] probes = [.. from level in levels from kind in Kinds.Take(level == 0 ? 1 : 2) from step in steps select At(kind, step, level)];
        return StudyDesign.Of(context, [dense, .. probes], (store, rows) =>
        {
            Onsets[] onsets = [.. from level in levels from kind in Kinds select OnsetsOf(context, store, dense, kind, level, steps)];
            return new StudyOutcome(Verdict(onsets), rows, StepFigure.Published(context, "lmc/fig6").Count == 0 ? [] : Claims(onsets), [Figure(context, onsets)])
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
        var levels = EvenlySpaced.Of([.. Enumerable.Range(1, preset.Levels)], Few);
        if (levels.Contains(preset.StudiedLevel) || preset.StudiedLevel > preset.Levels || preset.StudiedLevel == 0) return levels;
        var nearest = levels.SkipLast(1).MinBy(level => Math.Abs(level - preset.StudiedLevel));
        return [.. levels.Select(level => level == nearest ? preset.StudiedLevel : level)];
    }

    // Steps that a person asks for are all taken.
    private static long[] Steps(StudyContext context) =>
        context.Steps("lmc/fig9") is var steps && (context.Preset.RewindFractions is null || context.Request.Steps is not null) ? steps : EvenlySpaced.Of(steps, Few);

    // The dense network is the same for both kinds, and would differ only in its noise.
    private static Probe At(NetworkKind kind, long step, int level) => new(level == 0 ? Condition.Dense(step) : new Condition(kind, step, level), Measures.Barrier);

    private static Onsets OnsetsOf(StudyContext context, Store store, Probe dense, NetworkKind kind, int level, long[] steps)
    {
        var measurement = new Measurement(context);
        var full = measurement.ByReplicate(store, dense);
        var found = steps.Select(step => measurement.ByReplicate(store, At(kind, step, level))).ToArray();
        var replicates = Enumerable.Range(0, full.Count);
        return new Onsets(
            level,
            measurement.Density(store, At(kind, steps[0], level).Condition),
            kind,
            FirstStep.Of([.. replicates.Select(r => Onset.Of(steps, i => found[i][r].Barrier < ErrorBarrier.StabilityThreshold))]),
            FirstStep.Of([.. replicates.Select(r => steps.Cast<long?>().Where((_, i) => found[i][r].Accuracy - full[r].Accuracy >= -Measurement.MatchingTolerance).FirstOrDefault())]));
    }

    private static string Verdict(IReadOnlyList<Onsets> onsets)
    {
        var text = string.Join("; ", Kinds.Select(kind =>
        {
            var own = onsets.Where(found => found.Kind == kind).ToArray();
            return $"{kind.Title}: stable {Where(own, found => found.Stable)}, matching {Where(own, found => found.Matching)}";
        }));
        return text + ".";

        static string Where(Onsets[] all, Func<Onsets, FirstStep> first)
        {
            var having = all.Where(found => first(found).Median is not null).ToArray();
            if (having.Length == 0) return $"at none of {all.Length} levels";
            var (low, high) = (having.Min(found => first(found).Median), having.Max(found => first(found).Median));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"at {having.Length} of {all.Length} levels, down to {Percent.Of(having[^1].Density, 1)} (from step {low}{(low == high ? "" : FormattableString.Invariant($" to {high}"))} on)");
        }
    }

    /// <summary>Of medians; a claim about levels of which there are none stays open.</summary>
    internal static Claim[] Claims(IReadOnlyList<Onsets> onsets)
    {
        (Onsets Ticket, Onsets Random)[] levels = [.. onsets.Where(found => found.Level > 0).GroupBy(found => found.Level).Select(level => (level.Single(found => found.Kind == NetworkKinds.Imp), level.Single(found => found.Kind != NetworkKinds.Imp)))];
        var matching = levels.Where(level => level.Ticket.Matching.Median is not null).ToArray();
        var sparse = matching.Where(level => level.Ticket.Density < AboutHalf).ToArray();
        return
        [
            new Claim("Tickets match only at levels at which they become stable.", matching.Length == 0 ? null : matching.All(level => level.Ticket.Stable.Median is not null)),
            new Claim("With about half of the weights or fewer, the step at which tickets first match is one at which they are stable.", sparse.Length == 0 ? null : sparse.All(level => level.Ticket.Stable.Median <= level.Ticket.Matching.Median)),
            new Claim(
                "At no level does random pruning become stable, or match, at an earlier step than the ticket.",
                levels.Length == 0 ? null : levels.All(level => !Earlier(level.Random.Stable, level.Ticket.Stable) && !Earlier(level.Random.Matching, level.Ticket.Matching))),
            new Claim(
                "At the sparsest level at which tickets match, random pruning needs a later step to match, or matches at none.",
                matching.Length == 0 ? null : Earlier(matching[^1].Ticket.Matching, matching[^1].Random.Matching)),
        ];

        static bool Earlier(FirstStep first, FirstStep second) => first.Median is { } step && step < (second.Median ?? double.PositiveInfinity);
    }

    private static Figure Figure(StudyContext context, IReadOnlyList<Onsets> onsets)
    {
        var published = Published(context);
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

    private static Table Table(StudyContext context, IReadOnlyList<Onsets> onsets)
    {
        var published = Published(context);
        return new Table(
            "first-steps",
            "First step k that is stable, and that matches: median over replicates" + (published.Count > 0 ? "; published in square brackets" : ""),
            [new TableColumn("Density %", true), new("Ticket stable", true), new("Ticket matches", true), new("Random stable", true), new("Random matches", true)],
            [.. onsets.GroupBy(found => found.Level).Select(level =>
            {
                var paper = published.FirstOrDefault(other => Math.Abs(Math.Log(other.Density / level.First().Density)) < 0.02);
                FirstStep[] cells = [.. level.SelectMany(found => new[] { found.Stable, found.Matching })];
                return (IReadOnlyList<string>)
                [
                    (level.First().Density * 100).ToString("F1", CultureInfo.InvariantCulture),
                    .. cells.Zip(Columns, (cell, column) => paper is null ? $"{cell}" : $"{cell} [{column.Published(paper)?.ToString(CultureInfo.InvariantCulture) ?? "none"}]"),
                ];
            })]);
    }

    private static readonly (string Name, Func<PublishedThresholds, double?> Published)[] Columns =
    [
        ($"{NetworkKinds.Imp.Title}: stable", level => level.StableImp), ($"{NetworkKinds.Imp.Title}: matching", level => level.MatchingImp),
        ($"{NetworkKinds.RandomPruning.Title}: stable", level => level.StableRandom), ($"{NetworkKinds.RandomPruning.Title}: matching", level => level.MatchingRandom),
    ];

    private static IReadOnlyList<PublishedThresholds> Published(StudyContext context) =>
        context.Preset.Published is { Network: "ResNet-20", Variant: "standard" } ? PublishedPoints.LmcFigure9() : [];
}
