using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>From the dense network straight to the solution of every level, beside the steps from level to level.</summary>
internal static class DenseMidpointStudy
{
    private const string Name = "unmasking/dense-midpoint";

    public static Study Study { get; } = new(
        Name,
        "Where neighbouring levels are connected, is the dense network connected to the solutions of sparse levels too?",
        "Paul et al. 2023, level 0 against level L",
        "lenet-mnist",
        Design);

    /// <summary>Test error half-way from the dense solution.</summary>
    public static Measure<double> DenseMidpointError { get; } = Of("denseMidpointError", path => SuccessiveLevels.Midpoint(path).Error);

    /// <summary>That error less the mean of the ends'.</summary>
    public static Measure<double> DenseMidpointBarrier { get; } = Of("denseMidpointBarrier", SuccessiveLevels.OverEnds);

    /// <summary>Barrier of the whole path.</summary>
    public static Measure<double> DenseBarrier { get; } = Of("denseBarrier", path => path.Barrier.Height);

    private static Measure<double> Of(string name, Func<Jobs.PathResult, double> read) =>
        Measure.OfReplicates(name, (replicate, condition) => SuccessiveLevels.Path(replicate, condition, Condition.Dense(condition.Rewind)), read);

    private static StudyDesign Design(StudyContext context)
    {
        var step = UnmaskingPoints.Step(context);
        Condition[] levels = [.. Enumerable.Range(1, context.Preset.Levels).Select(level => new Condition(NetworkKinds.Imp, step, level))];
        return StudyDesign.Of(
            context,
            [Condition.Dense(step).Measured(copies: 1), .. levels.Measured([DenseMidpointError, DenseMidpointBarrier, DenseBarrier, .. SuccessiveLevels.All], copies: 1)],
            rows =>
            {
                StudyRow[] sparse = rows.Of(levels);
                return new StudyOutcome(
                    sparse.Length == 0 ? "No weight was pruned." : Verdict(sparse),
                    rows,
                    sparse.Length == 0 ? [] : UnmaskingFindings.Of(context.Preset, Name).Claims(property => Has(property, sparse)),
                    sparse.Length == 0 ? [] : [Figure(context, rows.Dense, sparse), Barriers(sparse)])
                {
                    Choices = [UnmaskingChoices.Step(step, context), UnmaskingChoices.Connected, UnmaskingChoices.Solution],
                };
            });
    }

    private static string Verdict(StudyRow[] sparse)
    {
        var last = sparse[^1];
        return $"{Reach("The dense network is connected", sparse, DenseMidpointBarrier)}, {Reach("each level to the one before", sparse, SuccessiveLevels.MidpointBarrier)}. "
            + $"At {InWords.Percent(last.Density, 1)} of the weights the error is {InWords.Percent(last[DenseMidpointError].Mean)} half-way from the dense network, {InWords.Percent(last[SuccessiveLevels.MidpointError].Mean)} half-way from the level before, and {InWords.Percent(1 - last.TestAccuracy.Mean)} at the solution.";

        static string Reach(string who, StudyRow[] rows, Measure<double> measure)
        {
            var reached = rows.TakeWhile(row => row[measure].Mean < ErrorBarrier.StabilityThreshold).LastOrDefault();
            return reached is null ? $"{who} at no level" : $"{who} down to {InWords.Percent(reached.Density, 1)} of the weights";
        }
    }

    private static Answer? Has(string property, StudyRow[] sparse)
    {
        // At level 1 both are the same path.
        StudyRow[] later = [.. sparse.Where(row => row.Level > 1 && row.Density < LevelChain.AboutHalf)];
        return later.Length == 0 ? null : property switch
        {
            UnmaskingFindings.FurtherFromDense => Answers.Of(later.All(row => row[DenseMidpointError].Mean >= row[SuccessiveLevels.MidpointError].Mean)),
            _ => later.Length < 2 ? null : Answers.Of(later[^1][DenseMidpointBarrier].Mean > later[0][DenseMidpointBarrier].Mean),
        };
    }

    private static Figure Figure(StudyContext context, StudyRow dense, StudyRow[] sparse)
    {
        var published = UnmaskingPoints.DenseMidpoints(context.Preset.Published);
        return new Figure(
            "dense-midpoint",
            "Half-way from the dense network",
            "Test error of the solution of every level, of the network half-way between it and the dense solution, and, between two levels, of the one half-way between neighbours; mean over replicates with a band of one standard deviation.",
            new Axis("Level"),
            new Axis("Test error", Format: ".1%"))
        {
            Series =
            [
                new Series("solution", [.. sparse.Prepend(dense).Select(row => row.TestAccuracy.ErrorPoint(row.Level))]),
                new Series("half-way from dense", [.. sparse.Select(row => row[DenseMidpointError].Point(row.Level))]),
                new Series("half-way from the level before", [.. sparse.Select(row => row[SuccessiveLevels.MidpointError].Point(row.Level - 0.5))]),
                .. published.Count == 0 ? [] : new[] { new Series("half-way from dense", [.. published.Select(point => new SeriesPoint(UnmaskingPoints.LevelOf(context, point.Density), point.Error))]) { Published = true } },
            ],
            Source = published.Count > 0 ? UnmaskingPoints.Source : null,
        };
    }

    private static Figure Barriers(StudyRow[] sparse) => new(
        "barriers",
        "Barriers to the dense network and to the level before",
        "Error barrier on the test set on the whole line, over the mean of its ends, mean over replicates with a band of one standard deviation.",
        new Axis("Level"),
        new Axis("Error barrier", Format: ".1%"))
    {
        Series =
        [
            new Series("to the dense network", [.. sparse.Select(row => row[DenseBarrier].Point(row.Level))]),
            new Series("to the level before", [.. sparse.Select(row => row[SuccessiveLevels.LevelBarrier].Point(row.Level))]),
        ],
        Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "connected below 2 %"),
    };
}
