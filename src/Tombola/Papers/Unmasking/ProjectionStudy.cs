using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>The solution of a level under the next mask, before retraining: how good it is, and what it is connected to.</summary>
internal static class ProjectionStudy
{
    private const string Name = "unmasking/projection";

    public static Study Study { get; } = new(
        Name,
        "What does pruning do to a solution before it is retrained, and does the next mask leave anything of the region that the solution lies in?",
        "Paul et al. 2023, projections and linearly connected sublevel sets",
        "lenet-mnist",
        Design);

    /// <summary>Test error of the projection that the level starts with: the solution before, under the level's mask.</summary>
    public static Measure<double> ProjectionError { get; } = Measure.OfReplicates(
        "projectionError", (replicate, condition) => replicate.Evaluate(condition, Projection(replicate, condition), onTrainingSet: false), result => result.Error);

    /// <summary>Barrier from the solution before to its projection.</summary>
    public static Measure<double> ToProjection { get; } = Measure.OfReplicates("toProjection", PathToProjection, path => path.Barrier.Height);

    /// <summary>Barrier from the projection to the level's own solution.</summary>
    public static Measure<double> FromProjection { get; } = Measure.OfReplicates(
        "fromProjection", (replicate, condition) => replicate.Path(condition, Projection(replicate, condition), replicate.Copy(condition, 0)), path => path.Barrier.Height);

    /// <summary>1 where the projection lies in the linearly connected sublevel set of the solution before, 0 where it does not.</summary>
    public static Measure<double> ProjectionInSet { get; } = new("projectionInSet", (replicate, condition, _) => [Reading.Of(PathToProjection(replicate, condition), path => Contains(replicate, path))]);

    /// <summary>The same of the level's own solution.</summary>
    public static Measure<double> SolutionInSet { get; } = new("solutionInSet", (replicate, condition, _) => [Reading.Of(SuccessiveLevels.Path(replicate, condition), path => Contains(replicate, path))]);

    private static PathJob PathToProjection(Replicate replicate, Condition condition) =>
        SuccessiveLevels.Odd(replicate.Path(condition, replicate.Copy(condition with { Level = condition.Level - 1 }, 0), Projection(replicate, condition)));

    private static Job Projection(Replicate replicate, Condition condition) => replicate.Projection(replicate.Copy(condition with { Level = condition.Level - 1 }, 0), replicate.Mask(condition));

    private static double Contains(Replicate replicate, PathResult path) => new LinearlyConnectedSublevelSet(replicate.Preset.Tolerance / 100).Contains(path.Barrier) ? 1 : 0;

    private static StudyDesign Design(StudyContext context)
    {
        var step = UnmaskingPoints.Step(context);
        var rule = UnmaskingChoices.Rule(context);
        Condition[] levels = [.. Enumerable.Range(1, context.Preset.Levels).Select(level => new Condition(NetworkKinds.Imp, step, level))];
        return StudyDesign.Of(
            context,
            [
                Condition.Dense().Measured(),
                Condition.Dense(step).Measured(copies: 1),
                .. levels.Measured([ProjectionError, ToProjection, FromProjection, ProjectionInSet, SolutionInSet, .. SuccessiveLevels.All], copies: 1),
            ],
            rows =>
            {
                var chain = new LevelChain(step, [rows[Condition.Dense(step)], .. rows.Of(levels)], LevelChain.LineOf(context.Preset, rows.Dense));
                var table = new ConnectionTable("in the set", "matching", [.. chain.Sparse.Select(row => new ConnectedPair($"level {InWords.Whole(row.Level)}", row[SolutionInSet].Mean > 0.5, chain.Matches(row)))]);
                return new StudyOutcome(
                    levels.Length == 0 ? "No weight was pruned." : Verdict(chain, table),
                    rows,
                    levels.Length == 0 ? [] : UnmaskingFindings.Of(context.Preset, Name).Claims(property => Has(property, chain, table)),
                    levels.Length == 0 ? [] : [Errors(context, chain), Barriers(chain)])
                {
                    Table = Table(chain),
                    Tables = [table.Table],
                    Choices =
                    [
                        UnmaskingChoices.Step(step, context),
                        UnmaskingChoices.Matching(rule),
                        UnmaskingChoices.Sublevel(context.Preset),
                        UnmaskingChoices.Solution,
                        new Choice("In the set, over replicates", "where more than half of them are", "A level's solution lies in the set of the solution before, each replicate by itself."),
                    ],
                };
            });
    }

    private static string Verdict(LevelChain chain, ConnectionTable table)
    {
        StudyRow first = chain.Levels[1], last = chain.Levels[^1];
        return $"Pruning to {InWords.Percent(first.Density, 1)} moves the error from {Before(chain, first)} to {InWords.Percent(first[ProjectionError].Mean)}, pruning to {InWords.Percent(last.Density, 1)} from {Before(chain, last)} to {InWords.Percent(last[ProjectionError].Mean)}; retraining leads to {InWords.Percent(1 - last.TestAccuracy.Mean)}. "
            + $"Solutions of sparse levels in the linearly connected sublevel set of the level before: {table.Sentence}";
    }

    private static string Before(LevelChain chain, StudyRow row) => InWords.Percent(1 - chain.Levels[row.Level - 1].TestAccuracy.Mean);

    private static Answer? Has(string property, LevelChain chain, ConnectionTable table)
    {
        StudyRow[] sparse = [.. chain.Levels.Skip(1)];
        return property switch
        {
            UnmaskingFindings.InSetWhereMatching => table.Together,

            // Of levels that match: what pruning costs is made good again.
            UnmaskingFindings.CostsLittleAfterRewinding => sparse.Length < 2 ? null : Answers.Of(sparse[1][ProjectionError].Mean - (1 - sparse[0].TestAccuracy.Mean) < MatchingRule.Parse(MatchingRule.Usual).Above(null)),
            _ => sparse.Length < 2 ? null : Answers.Of(Cost(chain, sparse[^1]) > Cost(chain, sparse[0])),
        };
    }

    private static double Cost(LevelChain chain, StudyRow row) => row[ProjectionError].Mean - (1 - chain.Levels[row.Level - 1].TestAccuracy.Mean);

    private static Figure Errors(StudyContext context, LevelChain chain)
    {
        PublishedProjection[] published = [.. UnmaskingPoints.Projections(context.Preset.Published).Where(point => point.ReachedBy is "training" or "weight-rewinding")];
        StudyRow[] levels = [.. chain.Levels.Skip(1)];
        return new Figure(
            "errors-by-level",
            "Before pruning, after it, and after retraining",
            "Test error of the solution of the level before, of the same under the level's mask, and of the level's solution, against the fraction of weights that remain after pruning; mean over replicates with a band of one standard deviation.",
            Axis.Density,
            new Axis("Test error", Logarithmic: HeatMap.IsWide(levels.SelectMany(row => new[] { 1 - row.TestAccuracy.Mean, row[ProjectionError].Mean })), Format: ".1%"))
        {
            Series =
            [
                new Series("before pruning", [.. levels.Select(row => chain.Levels[row.Level - 1].TestAccuracy.ErrorPoint(row.Density))]),
                new Series("projection", [.. levels.Select(row => row[ProjectionError].Point(row.Density))]),
                new Series("after retraining", [.. levels.Select(row => row.TestAccuracy.ErrorPoint(row.Density))]),
                .. published.Length == 0 ? [] : new[]
                {
                    new Series("before pruning", [.. published.Select(point => new SeriesPoint(point.ToDensity, 1 - point.Solution))]) { Published = true },
                    new Series("projection", [.. published.Select(point => new SeriesPoint(point.ToDensity, 1 - point.Projection))]) { Published = true },
                },
            ],
            Source = published.Length > 0 ? "notebooks of the authors of Paul et al. 2023 (printed numbers)" : null,
        };
    }

    private static Figure Barriers(LevelChain chain)
    {
        StudyRow[] levels = [.. chain.Levels.Skip(1)];
        return new Figure(
            "barriers",
            "Barriers around the projection",
            "Error barrier on the test set on the lines from a solution to its projection, from there to the next solution, and from solution to solution, over the mean of the ends; mean over replicates with a band of one standard deviation.",
            Axis.Density,
            new Axis("Error barrier", Format: ".1%"))
        {
            Series =
            [
                new Series("solution to projection", [.. levels.Select(row => row[ToProjection].Point(row.Density))]),
                new Series("projection to next solution", [.. levels.Select(row => row[FromProjection].Point(row.Density))]),
                new Series("solution to solution", [.. levels.Select(row => row[SuccessiveLevels.LevelBarrier].Point(row.Density))]),
            ],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "connected below 2 %"),
        };
    }

    private static Table Table(LevelChain chain) => new(
        "projections",
        "Projections by level, mean over replicates",
        [new("Level", true), new("Density %", true), new("Before %", true), new("Projected %", true), new("Retrained %", true), new("Matching"), new("Projection in set", true), new("Solution in set", true)],
        [.. chain.Levels.Skip(1).Select(row => (IReadOnlyList<string>)
        [
            InWords.Whole(row.Level),
            InWords.Fixed(row.Density * 100, 1),
            InWords.Fixed((1 - chain.Levels[row.Level - 1].TestAccuracy.Mean) * 100, 2),
            InWords.Fixed(row[ProjectionError].Mean * 100, 2),
            InWords.Fixed((1 - row.TestAccuracy.Mean) * 100, 2),
            chain.Matches(row) ? "yes" : "no",
            Count(row, ProjectionInSet),
            Count(row, SolutionInSet),
        ])]);

    private static string Count(StudyRow row, Measure<double> measure) => $"{InWords.Whole((long)Math.Round(row[measure].Mean * row.Replicates))} of {InWords.Whole(row.Replicates)}";
}
