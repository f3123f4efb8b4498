using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>What retraining does between two prunings: by rewinding weights, by rewinding the learning rate, by fine-tuning, briefly, or not at all.</summary>
internal static class RetrainingStudy
{
    private const string Name = "unmasking/retraining", WithoutName = "no retraining";

    /// <summary>Length of the published training whose late steps are rewound to, and those of them that are drawn.</summary>
    private const double PublishedTotal = 62_400;

    private static readonly long[] LateSteps = [35_100, 46_800, 54_600];

    public static Study Study { get; } = new(
        Name,
        "Why is a solution retrained before it is pruned again, and does it matter how?",
        "Paul et al. 2023, the role of retraining",
        "lenet-mnist",
        Design);

    /// <summary>Test error of the solution under the next mask that is made of it.</summary>
    public static Measure<double> NextProjectionError { get; } = Measure.OfReplicates(
        "nextProjectionError",
        (replicate, condition) => replicate.Evaluate(condition, replicate.Projection(replicate.Copy(condition, 0), Next(replicate, condition)), onTrainingSet: false),
        result => result.Error);

    /// <summary>Part of the remaining weights that were above the largest magnitude that was pruned, and are below it after retraining.</summary>
    public static Measure<double> NewlySmall { get; } = new("newlySmall", (replicate, condition, _) => [Reading.Of(Magnitudes(replicate, condition, Before(condition)), result => (double)result.NewlySmall / result.Remaining)]);

    /// <summary>Test error of the dense solution pruned to each level, against the level.</summary>
    public static Measure<IReadOnlyList<SeriesPoint>> WithoutRetraining { get; } = new("withoutRetraining", (replicate, condition, _) => [Without(replicate, condition)]);

    private static Job<PruneResult> Next(Replicate replicate, Condition condition) => replicate.NextMask(replicate.Copy(condition, 0), replicate.Mask(condition), condition.Level + 1);

    /// <summary>The level before, of the same kind.</summary>
    private static Condition Before(Condition condition) => condition.Level == 1 ? Condition.Dense(condition.Rewind) : condition with { Level = condition.Level - 1 };

    private static MagnitudesJob Magnitudes(Replicate replicate, Condition condition, Condition before) => new()
    {
        Model = replicate.Preset.Model,
        Before = replicate.Copy(before, 0),
        Denser = replicate.Mask(before),
        Mask = replicate.Mask(condition)!,
        After = replicate.Copy(condition, 0),
    };

    private static Reading<IReadOnlyList<SeriesPoint>> Without(Replicate replicate, Condition dense)
    {
        List<EvaluateJob> errors = [];
        Job solution = replicate.Copy(dense, 0);
        var mask = replicate.Mask(dense);
        for (var level = 1; level <= replicate.Preset.Levels; level++)
        {
            mask = replicate.NextMask(solution, mask, level);
            solution = replicate.Projection(solution, mask);
            errors.Add(replicate.Evaluate(dense with { Level = level }, solution, onTrainingSet: false));
        }

        return new([.. errors], results => [.. errors.Select((job, i) => new SeriesPoint(i + 1, results.Of(job).Error))]);
    }

    private static StudyDesign Design(StudyContext context)
    {
        var (step, levels) = (UnmaskingPoints.Step(context), context.Preset.Levels);
        var modes = RetrainingMode.Of(context, step);
        long[] late = [.. LateSteps.Select(published => (long)Math.Round(published / PublishedTotal * context.Total)).Where(other => other > step && other < context.Total).Distinct()];
        Line[] lines =
        [
            new("weight rewinding", level => new Condition(NetworkKinds.Imp, step, level)),
            .. modes.Select(mode => new Line(mode.Kind.Title, mode.At)),
            .. late.Select(other => new Line($"rewinding to step {InWords.Whole(other)}", level => new Condition(NetworkKinds.Imp, other, level))),
        ];
        var dense = Condition.Dense(step);
        return StudyDesign.Of(
            context,
            [
                dense.Measured(levels == 0 ? [] : [NextProjectionError, WithoutRetraining], copies: 1),
                .. from line in lines
                   from level in Enumerable.Range(1, levels)
                   select line.At(level).Measured(level < levels ? [NewlySmall, NextProjectionError] : [NewlySmall], copies: 1),
            ],
            rows =>
            {
                if (levels == 0) return new StudyOutcome("No weight was pruned.", rows, [], []);
                var without = rows.Curve(rows.Dense, WithoutRetraining);
                var results = lines.Select(line => new ModeResult(line.Title, rows.Dense, [.. rows.Of(Enumerable.Range(1, levels).Select(line.At))])).ToArray();
                return new StudyOutcome(
                    Verdict(results, without),
                    rows,
                    UnmaskingFindings.Of(context.Preset, Name).Claims(property => Has(property, results, without)),
                    [Accuracy(context, rows.Dense, results, without), Projections(context, results), Small(results), Histograms(rows, lines.Take(1 + modes.Count), levels)])
                {
                    Table = Table(results, without),
                    Choices =
                    [
                        UnmaskingChoices.Step(step, context),
                        .. modes.Select(mode => new Choice(InWords.Capitalised(mode.Kind.Title), mode.Description, "The solution before, under the next mask; masks of its own from there on; the data order of the ticket.")),
                        .. modes.Any(mode => mode.Kind.Name == "fine-tuning") ? [] : new[] { new Choice("Fine-tuning", "not shown", "The learning rate is constant here, so that fine-tuning at the last rate is learning-rate rewinding.") },
                        new Choice("Small weights", "up to the largest magnitude that was pruned", "Counted where they were larger before pruning, so that all of them are made by retraining."),
                        new Choice("Late steps", late.Length == 0 ? "none" : string.Join(", ", late), "Weights and schedule rewound to a late step, as the authors did with steps 35,100, 46,800 and 54,600 of 62,400, in proportion."),
                    ],
                };
            });
    }

    /// <summary>A way to retrain, and its network at a level.</summary>
    private sealed record Line(string Title, Func<int, Condition> At);

    /// <summary>What was measured of it.</summary>
    /// <param name="Title">As in legends.</param>
    /// <param name="Dense">Level 0.</param>
    /// <param name="Levels">The other levels.</param>
    internal sealed record ModeResult(string Title, StudyRow Dense, IReadOnlyList<StudyRow> Levels)
    {
        /// <summary>Rows that were pruned once more, each with what that costs in error.</summary>
        public IEnumerable<(StudyRow Row, double Cost)> Costs => Levels.Where(row => row.Has(NextProjectionError)).Select(row => (row, row[NextProjectionError].Mean - (1 - row.TestAccuracy.Mean)));

        /// <summary>The mean of these; null if there is none.</summary>
        public double? MeanCost => Costs.Select(pair => pair.Cost).Cast<double?>().Average();
    }

    private static string Verdict(ModeResult[] results, IReadOnlyList<SeriesPoint> without)
    {
        var density = results[0].Levels[^1].Density;
        return $"At {InWords.Percent(density, 1)} of the weights: {string.Join(", ", results.Select(mode => $"{mode.Title} {InWords.Percent(mode.Levels[^1].TestAccuracy.Mean)}"))}, {WithoutName} {InWords.Percent(1 - without[^1].Y)}; dense {InWords.Percent(results[0].Dense.TestAccuracy.Mean)}."
            + (results[0].MeanCost is null ? "" : $" The next pruning costs on average {string.Join(", ", results.Select(mode => $"{InWords.Points(mode.MeanCost!.Value)} after {mode.Title}"))}.");
    }

    private static Answer? Has(string property, ModeResult[] results, IReadOnlyList<SeriesPoint> without)
    {
        ModeResult? Find(string title) => results.FirstOrDefault(mode => mode.Title == title);
        var rewinding = results[0];
        return property switch
        {
            UnmaskingFindings.CheaperAfterRewinding => Find("fine-tuning") is { MeanCost: { } tuned } ? Answers.Of(rewinding.MeanCost < tuned) : null,
            UnmaskingFindings.CostGrowsWithout => without.Count < 3 ? null : Answers.Of(without[^1].Y - without[^2].Y > without[1].Y - without[0].Y),
            UnmaskingFindings.NewSmallWeights => Answers.Of(rewinding.Levels.Average(row => row[NewlySmall].Mean) > Find("brief retraining")!.Levels.Average(row => row[NewlySmall].Mean)),
            _ => results.Where(mode => mode.Title.StartsWith("rewinding to step", StringComparison.Ordinal)).ToArray() is { Length: > 0 } late ? Answers.Of(late.All(mode => mode.Levels.Average(row => row.TestAccuracy.Mean) < rewinding.Levels.Average(row => row.TestAccuracy.Mean))) : null,
        };
    }

    private static Figure Accuracy(StudyContext context, StudyRow dense, ModeResult[] results, IReadOnlyList<SeriesPoint> without)
    {
        var published = UnmaskingPoints.Rewindings(context.Preset.Published);
        return new Figure(
            "accuracy-by-density",
            "Accuracy against density, by retraining",
            "Test accuracy after retraining, mean over replicates with a band of one standard deviation, against the fraction of weights that remain.",
            Axis.Density,
            new Axis("Test accuracy", Format: ".1%"))
        {
            Series =
            [
                .. results.Select(mode => new Series(mode.Title, [.. mode.Levels.Prepend(dense).Select(row => row.TestAccuracy.Point(row.Density))])),
                new Series(WithoutName, [.. without.Select((point, i) => new SeriesPoint(results[0].Levels[i].Density, 1 - point.Y))]),
                .. published.GroupBy(point => point.Step).Where(step => step.Key == 1000 || LateSteps.Contains(step.Key)).Select(step => new Series(
                    step.Key == 1000 ? "weight rewinding" : $"rewinding to step {InWords.Whole((long)Math.Round(step.Key / PublishedTotal * context.Total))}",
                    [.. step.Select(point => new SeriesPoint(point.Density, point.Accuracy))]) { Published = true }),
            ],
            Source = published.Count > 0 ? UnmaskingPoints.Source + ", k = 1,000" : null,
        };
    }

    private static Figure Projections(StudyContext context, ModeResult[] results)
    {
        var published = UnmaskingPoints.Projections(context.Preset.Published);
        return new Figure(
            "cost-of-pruning",
            "What the next pruning costs, by retraining",
            "Test error of a solution under the next mask less its own, before any retraining, against the fraction of weights that remain before the pruning; mean over replicates.",
            Axis.Density,
            new Axis("Error added by pruning", Format: ".2%"))
        {
            Series =
            [
                .. results.Select(mode => new Series(mode.Title, [.. mode.Costs.Select(pair => new SeriesPoint(pair.Row.Density, pair.Cost))])),
                .. published.GroupBy(point => point.ReachedBy).Select(way => new Series(
                    way.Key.Replace('-', ' ') is var words && words == "training" ? "dense training" : words,
                    [.. way.Select(point => new SeriesPoint(point.FromDensity, point.Solution - point.Projection))]) { Published = true, Scattered = true }),
            ],
            Source = published.Count > 0 ? "notebooks of the authors of Paul et al. 2023 (printed numbers)" : null,
        };
    }

    private static Figure Small(ModeResult[] results) => new(
        "newly-small",
        "New small weights",
        "Fraction of the remaining weights that had a larger magnitude than all that were pruned, and have a smaller one after retraining, against the fraction of weights that remain; mean over replicates with a band of one standard deviation.",
        Axis.Density,
        new Axis("Remaining weights", Format: ".0%"))
    {
        Series = [.. results.Select(mode => new Series(mode.Title, [.. mode.Levels.Select(row => row[NewlySmall].Point(row.Density))]))],
    };

    /// <summary>Of the first replicate at the last level.</summary>
    private static Figure Histograms(StudyRows rows, IEnumerable<Line> lines, int level)
    {
        var replicate = rows.Context.Replicates[0];
        return new Figure(
            "magnitudes",
            "Magnitudes before pruning, after it, and after retraining",
            $"Fraction of the weights before pruning to level {InWords.Whole(level)}, per doubling of magnitude, that have a magnitude: before pruning, of those that pruning left, and after retraining; the first replicate.",
            new Axis("Magnitude", Logarithmic: true) { RoundTicks = true },
            new Axis("Fraction of weights per doubling", Format: ".0%"))
        {
            Panels = [.. lines.Select(line =>
            {
                var bins = rows.Results.Of(Magnitudes(replicate, line.At(level), Before(line.At(level)))).Bins;
                double all = Math.Max(1, bins.Sum(bin => bin.Before));
                return new Panel(line.Title, [Histogram("before pruning", bin => bin.Before), Histogram("after pruning", bin => bin.Kept), Histogram("after retraining", bin => bin.After)]);

                Series Histogram(string name, Func<Landscape.MagnitudeBin, int> count) =>
                    new(name, [.. bins.Select(bin => new SeriesPoint(Math.Sqrt(bin.Low * bin.High), count(bin) / all / Math.Log2(bin.High / bin.Low)))]);
            })],
        };
    }

    private static Table Table(ModeResult[] results, IReadOnlyList<SeriesPoint> without) => new(
        "retraining",
        "Accuracy, cost of the next pruning and new small weights, mean over replicates",
        [new("Retraining"), new("Level", true), new("Density %", true), new("Accuracy %", true), new("Next pruned %", true), new("Newly small %", true)],
        [
            .. from mode in results
               from row in mode.Levels
               select (IReadOnlyList<string>)
               [
                   mode.Title,
                   InWords.Whole(row.Level),
                   InWords.Fixed(row.Density * 100, 1),
                   InWords.Fixed(row.TestAccuracy.Mean * 100, 2),
                   row.Find(NextProjectionError) is { } next ? InWords.Fixed((1 - next.Mean) * 100, 2) : "",
                   InWords.Fixed(row[NewlySmall].Mean * 100, 1),
               ],
            .. without.Select((point, i) => (IReadOnlyList<string>)
            [
                WithoutName, InWords.Whole(i + 1), InWords.Fixed(results[0].Levels[i].Density * 100, 1), InWords.Fixed((1 - point.Y) * 100, 2), i + 1 < without.Count ? InWords.Fixed((1 - without[i + 1].Y) * 100, 2) : "", "",
            ]),
        ]);
}
