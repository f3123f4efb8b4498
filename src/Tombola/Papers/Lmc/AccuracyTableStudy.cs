using Tombola.Reporting;
using Tombola.Reporting.Published;
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
        [new Probe(Condition.Dense()), .. NetworkKinds.Three.Select(kind => new Probe(new Condition(kind, 0, context.Preset.StudiedLevel)))],
        (_, rows) => new StudyOutcome(Verdict(context, rows), rows, Claims(context, rows), [Figure(context, rows)]));

    private static string Verdict(StudyContext context, IReadOnlyList<StudyRow> rows)
    {
        var own = Sentence(rows[0].Density == rows[1].Density ? "No weight was pruned" : $"At {Percent.Of(rows[1].Density, 1)} of the weights", 2, [.. rows.Select(row => row.TestAccuracy.Mean)]);
        return Published(context) is { } published ? $"{own} {Sentence($"Published, at {Percent.Of(published.Density, 1)}", 1, Values(published))}" : own;
    }

    private static string Sentence(string start, int digits, double[] accuracies) =>
        $"{start}: IMP {Percent.Of(accuracies[1], digits)}, random pruning {Percent.Of(accuracies[2], digits)}, random reinitialisation {Percent.Of(accuracies[3], digits)}; "
        + $"dense {Percent.Of(accuracies[0], digits)}.";

    /// <summary>For each sparse network, that it matches the dense one or not, whichever the paper's accuracies say; none where the paper has no such row.</summary>
    private static Claim[] Claims(StudyContext context, IReadOnlyList<StudyRow> rows)
    {
        if (Published(context) is not { } published) return [];
        var values = Values(published);
        return [.. rows.Skip(1).Select((row, i) =>
        {
            // As printed, to a tenth of a point: without rounding, 93.2 lies further below 93.4 than 0.2.
            var matches = Math.Round(values[0] - values[i + 1], 4) <= Measurement.MatchingTolerance;
            var title = StepFigure.Title(row);
            return new Claim(
                $"{(row.Mask == NetworkKinds.Imp.Name ? "The ticket of step 0" : char.ToUpperInvariant(title[0]) + title[1..])} {(matches ? "matches" : "does not match")} the dense network "
                + $"(published: {Percent.Of(values[i + 1], 1)} against {Percent.Of(values[0], 1)}).",
                matches ? row.Matching!.Value.AsClaim() : !row.Matching!.Value.AsClaim());
        })];
    }

    private static PublishedAccuracies? Published(StudyContext context) =>
        context.Preset.Published is { } setting ? PublishedPoints.LmcTable2(setting.Network, setting.Variant) : null;

    /// <summary>In the order of the rows.</summary>
    private static double[] Values(PublishedAccuracies published) => [published.Full, published.Imp, published.RandomPruning, published.RandomReinitialisation];

    private static Figure Figure(StudyContext context, IReadOnlyList<StudyRow> rows)
    {
        var published = Published(context);
        return new Figure(
            "accuracy",
            "Accuracy when training starts at step 0",
            "Test accuracy at the end of training, mean over replicates with one standard deviation; 1 dense, 2 IMP ticket, 3 random pruning, 4 random reinitialisation.",
            new Axis("Network (1 dense, 2 ticket, 3 random pruning, 4 reinitialisation)"),
            new Axis("Test accuracy", Format: ".1%"))
        {
            Series =
            [
                new Series("accuracy", [.. rows.Select((row, i) => Measurement.Point(i + 1, row.TestAccuracy))]),
                .. published is null ? Array.Empty<Series>() : [new Series("accuracy", [.. Values(published).Select((value, i) => new SeriesPoint(i + 1, value))]) { Published = true }],
            ],
            Source = published is null ? null : "Frankle et al. 2020, table 2",
        };
    }
}
