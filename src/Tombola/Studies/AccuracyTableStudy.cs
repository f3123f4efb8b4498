using Tombola.Reporting;
using Tombola.Reporting.Published;

namespace Tombola.Studies;

/// <summary>Accuracy from initialisation: the dense network, the ticket and the controls at one density.</summary>
internal static class AccuracyTableStudy
{
    private static readonly MaskKind[] Kinds = [MaskKind.Imp, MaskKind.RandomPruning, MaskKind.RandomReinitialisation];

    public static Study Study { get; } = new(
        "lmc/table2",
        "How accurate are the dense network, the IMP ticket and the two controls when training starts at step 0?",
        "Frankle et al. 2020, table 2",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var level = context.Preset.StudiedLevel;
        return new StudyDesign(
            [.. context.Replicates.SelectMany(experiment => Kinds.Select(kind => experiment.Copy(kind, 0, level, 0)).Append(experiment.Copy(MaskKind.Imp, 0, 0, 0)))],
            store =>
            {
                var measurement = new Measurement(context, store);
                var dense = measurement.Accuracy(MaskKind.Imp, 0, 0, 1);
                var rows = new List<StudyRow> { measurement.Row(MaskKind.Imp, 0, 0, 1, dense) };
                rows.AddRange(Kinds.Select(kind => measurement.Row(kind, 0, level, 1, dense)));
                return new StudyOutcome(Verdict(rows), rows, Claims(context, rows), [Figure(context, rows)]);
            });
    }

    private static string Verdict(List<StudyRow> rows) =>
        $"At {Percent.Of(rows[1].Density, 1)} of the weights: IMP {Percent.Of(rows[1].TestAccuracy)}, random pruning {Percent.Of(rows[2].TestAccuracy)}, "
        + $"random reinitialisation {Percent.Of(rows[3].TestAccuracy)}; dense {Percent.Of(rows[0].TestAccuracy)}.";

    private static Claim[] Claims(StudyContext context, List<StudyRow> rows) => context.Preset.Published?.Network != "LeNet"
        ? []
        :
        [
            new("The ticket of step 0 matches the dense network (published: 98.2 % against 98.3 %).", rows[1].Matching),
            new("Random pruning does not (published: 96.7 %).", rows[2].Matching == false),
            new("Random reinitialisation does not (published: 97.5 %).", rows[3].Matching == false),
        ];

    private static Figure Figure(StudyContext context, List<StudyRow> rows)
    {
        var published = context.Preset.Published is { } setting ? PublishedPoints.LmcTable2(setting.Network, setting.Variant) : null;
        double[] values = published is null ? [] : [published.Full, published.Imp, published.RandomPruning, published.RandomReinitialisation];
        return new Figure(
            "accuracy",
            "Accuracy when training starts at step 0",
            "Test accuracy at the end of training, mean over replicates with one standard deviation; 1 dense, 2 IMP ticket, 3 random pruning, 4 random reinitialisation.",
            new Axis("Network (1 dense, 2 ticket, 3 random pruning, 4 reinitialisation)"),
            new Axis("Test accuracy", Format: ".1%"))
        {
            Series =
            [
                new Series("accuracy", [.. rows.Select((row, i) => Measurement.Point(i + 1, row.TestAccuracy, row.TestAccuracySd))]),
                .. published is null ? Array.Empty<Series>() : [new Series("accuracy", [.. values.Select((value, i) => new SeriesPoint(i + 1, value))]) { Published = true }],
            ],
            Source = published is null ? null : "Frankle et al. 2020, table 2",
        };
    }
}
