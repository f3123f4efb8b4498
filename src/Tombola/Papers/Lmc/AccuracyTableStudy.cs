using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Accuracy from initialisation: the dense network, the ticket and the controls at one density.</summary>
internal static class AccuracyTableStudy
{
    public static Study Study { get; } = new(
        "lmc/table2",
        "How accurate are the dense network, the IMP ticket and the two controls when training starts at step 0?",
        "Frankle et al. 2020, table 2",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context) => StudyDesign.Of(
        context,
        [Condition.Dense().Measured(), .. NetworkKinds.Three.Select(kind => new Condition(kind, 0, context.Preset.StudiedLevel).Measured())],
        rows =>
        {
            var published = LmcPoints.Table2(context.Preset.Published);
            return new StudyOutcome(Verdict(published, rows), rows, published is null ? [] : Claims(published, rows), [Figure(published, rows)]);
        });

    private static string Verdict(PublishedAccuracies? published, StudyRows rows)
    {
        var own = Sentence(rows[0].Density == rows[1].Density ? "No weight was pruned" : $"At {InWords.Percent(rows[1].Density, 1)} of the weights", 2, [.. rows.Select(row => row.TestAccuracy.Mean)]);
        return published is null ? own : $"{own} {Sentence($"Published, at {InWords.Percent(published.Density, 1)}", 1, Values(published))}";
    }

    private static string Sentence(string start, int digits, double[] accuracies) =>
        $"{start}: IMP {InWords.Percent(accuracies[1], digits)}, random pruning {InWords.Percent(accuracies[2], digits)}, random reinitialisation {InWords.Percent(accuracies[3], digits)}; "
        + $"dense {InWords.Percent(accuracies[0], digits)}.";

    /// <summary>For each sparse network, that it matches the dense one or not, whichever the paper's accuracies say.</summary>
    private static IReadOnlyList<Claim> Claims(PublishedAccuracies published, StudyRows rows)
    {
        var values = Values(published);
        return [.. rows.Zip(values).Skip(1).Select(one =>
        {
            // As printed, to a tenth of a point: without rounding, 93.2 lies further below 93.4 than 0.2.
            var (row, value) = one;
            var matches = Math.Round(values[0] - value, 4) <= StudyRows.MatchingTolerance;
            var network = row.Kind == NetworkKinds.Imp ? "The ticket of step 0" : InWords.Capitalised(row.Title);
            return new Finding("lmc/table2", "matching", matches, null, null, "{0} {1} the dense network (published: {2} against {3}).", value, "table 2")
                .Claim(row.Matching, network, matches ? "matches" : "does not match", InWords.Percent(value, 1), InWords.Percent(values[0], 1));
        })];
    }

    /// <summary>In the order of the rows.</summary>
    private static double[] Values(PublishedAccuracies published) => [published.Full, published.Imp, published.RandomPruning, published.RandomReinitialisation];

    private static Figure Figure(PublishedAccuracies? published, StudyRows rows) => new(
        "accuracy",
        "Accuracy when training starts at step 0",
        "Test accuracy at the end of training, mean over replicates with one standard deviation; 1 dense, 2 IMP ticket, 3 random pruning, 4 random reinitialisation.",
        new Axis("Network (1 dense, 2 ticket, 3 random pruning, 4 reinitialisation)"),
        new Axis("Test accuracy", Format: ".1%"))
    {
        Series =
        [
            new Series("accuracy", [.. rows.Select((row, i) => row.TestAccuracy.Point(i + 1))]),
            .. published is null ? Array.Empty<Series>() : [new Series("accuracy", [.. Values(published).Select((value, i) => new SeriesPoint(i + 1, value))]) { Published = true }],
        ],
        Source = published is null ? null : "Frankle et al. 2020, table 2",
    };
}
