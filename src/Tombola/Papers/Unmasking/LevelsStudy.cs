using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>Errors of the solutions of all levels and half-way between neighbours, for several rewinding steps.</summary>
internal static class LevelsStudy
{
    private const string Name = "unmasking/levels";

    public static Study Study { get; } = new(
        Name,
        "Are the solutions of neighbouring levels of pruning linearly connected, and is it so just where the sparser one matches the dense network?",
        "Paul et al. 2023, successive levels",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var steps = UnmaskingPoints.Steps(context);
        var rule = UnmaskingChoices.Rule(context);

        // The dense network of step 0 is level 0 of that step too.
        var conditions = steps.ToDictionary(step => step, step => Enumerable.Range(0, context.Preset.Levels + 1).Select(level => new Condition(NetworkKinds.Imp, step, level)).ToArray());
        return StudyDesign.Of(
            context,
            [
                Condition.Dense().Measured(),
                .. from step in steps
                   from condition in conditions[step]
                   where (step, condition.Level) != (0, 0)
                   select condition.Measured(condition.Level == 0 ? [] : SuccessiveLevels.All, copies: 1),
            ],
            rows =>
            {
                var line = LevelChain.LineOf(context.Preset, rows.Dense);
                LevelChain[] chains = [.. steps.Select(step => new LevelChain(step, rows.Of(conditions[step]), line))];
                var table = new ConnectionTable("connected", "matching", [.. chains.SelectMany(chain => chain.Pairs)]);
                return new StudyOutcome(
                    context.Preset.Levels == 0 ? "No weight was pruned." : Verdict(chains, table),
                    rows,
                    context.Preset.Levels == 0 ? [] : UnmaskingFindings.Of(context.Preset, Name).Claims(property => Has(property, chains, table), $"{table.Pairs.Count - table.Exceptions.Count} of {InWords.Count(table.Pairs.Count, "pair")}"),
                    context.Preset.Levels == 0 ? [] : [Errors(context, rows.Dense, chains), Scatter(context, rows.Dense, chains), Barriers(chains)])
                {
                    Table = Table(chains),
                    Tables = [table.Table],
                    Choices =
                    [
                        UnmaskingChoices.Matching(rule),
                        UnmaskingChoices.Connected,
                        UnmaskingChoices.Solution,
                        new Choice("Levels of the claims", $"below {InWords.Percent(LevelChain.AboutHalf, 0)} of the weights", "The paper's scatter starts at 41 %: denser networks match whatever the step k is."),
                    ],
                };
            });
    }

    private static string Verdict(LevelChain[] chains, ConnectionTable table)
    {
        if (table.Pairs.Count == 0) return $"No level has less than {InWords.Percent(LevelChain.AboutHalf, 0)} of the weights, so there is no pair to count; prune further.";

        // Steps of which the same is to be said are said together.
        var steps = chains.GroupBy(chain => $"{Onset(chain.FirstApart, "connected to the last level", "first apart at")}, {Onset(chain.FirstWorse, "matching to the last level", "first worse at")}", chain => InWords.Whole(chain.Step));
        return $"{table.Sentence} {string.Join("; ", steps.Select(same => $"k = {string.Join(", ", same)}: {same.Key}"))}.";

        static string Onset(int? level, string never, string from) => level is { } first ? $"{from} level {InWords.Whole(first)}" : never;
    }

    private static Answer? Has(string property, LevelChain[] chains, ConnectionTable table) => property switch
    {
        UnmaskingFindings.ConnectedWhereMatching => table.Together,
        UnmaskingFindings.OnsetsTogether => chains.Any(chain => (chain.FirstApart ?? chain.FirstWorse) is not null) ? Answers.Of(chains.All(chain => chain.OnsetsMeet)) : null,
        UnmaskingFindings.ApartFromStart => chains[0].Step > 0 || !chains[0].Sparse.Any() ? null : Answers.Of(chains[0].Sparse.All(row => !LevelChain.IsConnected(row))),
        _ => chains.Length < 2 || !chains[0].Sparse.Any() ? null : Answers.Of(chains.Zip(chains.Skip(1)).All(pair => Reach(pair.Second) >= Reach(pair.First))),
    };

    private static int Reach(LevelChain chain) => chain.FirstApart ?? chain.Levels.Count;

    private static Figure Errors(StudyContext context, StudyRow dense, LevelChain[] chains)
    {
        var published = UnmaskingPoints.Levels(context.Preset.Published);
        return new Figure(
            "errors-by-level",
            "Solutions of the levels, and half-way between",
            "Test error of the solution of every level, and between two levels that of the network half-way between their solutions, mean over replicates with a band of one standard deviation, for each rewinding step k.",
            new Axis("Level"),
            new Axis("Test error", Logarithmic: HeatMap.IsWide(chains.SelectMany(Lines).SelectMany(line => line.Points).Select(point => point.Y)), Format: ".1%"))
        {
            Panels = [.. chains.Select(chain => new Panel($"k = {InWords.Whole(chain.Step)}", [.. Lines(chain), .. Published(context, published, chain.Step)]))],
            Series = [new Series("dense", [new SeriesPoint(0, 1 - dense.TestAccuracy.Mean)]) { Reference = true }],
            Source = published.Count > 0 ? UnmaskingPoints.Source : null,
        };
    }

    private static IEnumerable<Series> Lines(LevelChain chain) =>
    [
        new Series(Solution, [.. chain.Levels.Select(row => row.TestAccuracy.ErrorPoint(row.Level))]),
        new Series(Midpoint, [.. chain.Levels.Where(row => row.Level > 0).Select(row => row[SuccessiveLevels.MidpointError].Point(row.Level - 0.5))]),
    ];

    private static IEnumerable<Series> Published(StudyContext context, IEnumerable<PublishedLevel> published, long step)
    {
        PublishedLevel[] own = [.. published.Where(level => UnmaskingPoints.StepOf(context, level.Step) == step)];
        if (own.Length == 0) yield break;
        yield return new Series(Solution, [.. own.Select(level => new SeriesPoint(UnmaskingPoints.LevelOf(context, level.Density), level.Error))]) { Published = true };

        // Half-way between its level and the one 20 % denser.
        yield return new Series(Midpoint, [.. own.Select(level => new SeriesPoint(UnmaskingPoints.LevelOf(context, level.Density / Math.Sqrt(0.8)), level.Midpoint))]) { Published = true };
    }

    private static Figure Scatter(StudyContext context, StudyRow dense, LevelChain[] chains)
    {
        var published = UnmaskingPoints.Levels(context.Preset.Published);
        var above = MatchingRule.Parse(context.Preset.Matching).Above(dense.TestAccuracy.Sd);
        return new Figure(
            "connected-where-matching",
            "Midpoint error against the error of the sparser level",
            "Every two neighbouring levels: how much higher the test error is half-way between their solutions than at the two ends on average, against that of the sparser one above the dense networks', mean over replicates.",
            new Axis("Error above the dense networks'", Format: ".1%"),
            new Axis("Midpoint error above its ends'", Format: ".0%"))
        {
            Series =
            [
                .. chains.Select(chain => new Series($"k = {InWords.Whole(chain.Step)}", [.. chain.Levels.Where(row => row.Level > 0).Select(row =>
                    new SeriesPoint(1 - row.TestAccuracy.Mean - (1 - dense.TestAccuracy.Mean), row[SuccessiveLevels.MidpointBarrier].Mean, Note: $"level {InWords.Whole(row.Level)}, {InWords.Percent(row.Density, 1)}"))]) { Scattered = true }),
                .. chains.Select(chain => new Series($"k = {InWords.Whole(chain.Step)}", [.. PublishedScatter([.. published.Where(level => UnmaskingPoints.StepOf(context, level.Step) == chain.Step)])]) { Scattered = true, Published = true })
                    .Where(series => series.Points.Count > 0),
            ],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "connected below 2 %"),
            Divider = new Divider(above, "matching to the left"),
            Source = published.Count > 0 ? UnmaskingPoints.Source : null,
        };
    }

    /// <summary>Of levels that follow each other; of the first that is published, nobody knows the one before.</summary>
    private static IEnumerable<SeriesPoint> PublishedScatter(IReadOnlyList<PublishedLevel> levels) =>
        levels.Zip(levels.Skip(1), (denser, level) => new SeriesPoint(level.Error - UnmaskingPoints.DenseError, level.Midpoint - ((denser.Error + level.Error) / 2), Note: $"level {InWords.Whole(level.Level)}, {InWords.Percent(level.Density, 1)}"));

    private static Figure Barriers(LevelChain[] chains) => new(
        "level-barrier",
        "Barrier between neighbouring levels",
        "Error barrier on the test set on the whole line between the solutions of a level and of the one before, over the mean of both, mean over replicates with a band of one standard deviation.",
        new Axis("Level"),
        new Axis("Error barrier", Format: ".1%"))
    {
        Series = [.. chains.Select(chain => new Series($"k = {InWords.Whole(chain.Step)}", [.. chain.Levels.Where(row => row.Level > 0).Select(row => row[SuccessiveLevels.LevelBarrier].Point(row.Level))]))],
        Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "connected below 2 %"),
    };

    private static Table Table(LevelChain[] chains) => new(
        "levels",
        "Solutions and midpoints by level, mean over replicates",
        [new("k", true), new("Level", true), new("Density %", true), new("Error %", true), new("Midpoint %", true), new("Over ends %", true), new("Barrier %", true), new("Matching"), new("Connected")],
        [.. from chain in chains from row in chain.Levels select (IReadOnlyList<string>)
        [
            InWords.Whole(chain.Step),
            InWords.Whole(row.Level),
            InWords.Fixed(row.Density * 100, 1),
            InWords.Fixed((1 - row.TestAccuracy.Mean) * 100, 2),
            .. row.Level == 0 ? ["", "", "", "", ""] : new[]
            {
                Percent(row, SuccessiveLevels.MidpointError), Percent(row, SuccessiveLevels.MidpointBarrier), Percent(row, SuccessiveLevels.LevelBarrier), chain.Matches(row) ? "yes" : "no", LevelChain.IsConnected(row) ? "yes" : "no",
            },
        ]]);

    private const string Solution = "solution", Midpoint = "midpoint";

    private static string Percent(StudyRow row, Measure<double> measure) => InWords.Fixed(row[measure].Mean * 100, 2);
}
