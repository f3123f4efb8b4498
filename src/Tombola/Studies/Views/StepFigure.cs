using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>Figures against the step k.</summary>
internal static class StepFigure
{
    private static readonly Axis Step = new("Step k", Logarithmic: true);

    /// <summary>A figure against k, still without lines.</summary>
    public static Figure Of(string id, string title, string definition, Axis axis) => new(id, title, definition, Step, axis);

    /// <summary>Barriers against k, with the threshold of stability, still without lines.</summary>
    public static Figure Instability(string between = "on the test set between two copies trained from step k to the end with different SGD noise,") =>
        Of("instability-by-step", "Instability against k", $"Error barrier {between} mean over pairs and replicates with a band of one standard deviation.", new Axis("Error barrier", Format: ".1%")) with
        {
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
        };

    /// <summary>One line of a measure; rows that do not have it are left out.</summary>
    public static Series Line(string name, IEnumerable<StudyRow> rows, Measure<double> measure) =>
        new(name, [.. rows.Where(row => row.Has(measure)).Select(row => row[measure].Point(row.StartStep))]);

    /// <summary>A line for every kind of network.</summary>
    public static IEnumerable<Series> Lines(IEnumerable<StudyRow> rows, Measure<double> measure) => rows.GroupBy(row => row.Title).Select(kind => Line(kind.Key, kind, measure));

    /// <summary>Test error at the end of training, with the dense network's as a line.</summary>
    public static Figure Error(IReadOnlyList<StudyRow> rows)
    {
        var dense = rows.FirstOrDefault(row => row is { Level: 0, StartStep: 0 });
        return Of(
            "error-by-step",
            "Test error against k",
            "Test error of the copies at the end of training, mean over copies and replicates with a band of one standard deviation.",
            new Axis("Test error", Format: ".1%")) with
        {
            Series =
            [
                .. rows.Where(row => row != dense).GroupBy(row => row.Title).Select(kind => new Series(kind.Key, [.. kind.Select(row => row.TestAccuracy.ErrorPoint(row.StartStep))])),
                .. dense is null ? Array.Empty<Series>() : [new Series("dense", [new SeriesPoint(0, Accuracy.ErrorOf(dense.TestAccuracy.Mean))]) { Reference = true }],
            ],
        };
    }

    /// <summary>The paths between copies, one panel for every step k.</summary>
    public static Figure Paths(StudyRows rows, IEnumerable<Condition> conditions) => new(
        "paths",
        "Paths between the copies",
        "Test error along the straight line from one copy (0) to the other (1), mean over pairs and replicates with a band of one standard deviation, for each step k that they share.",
        new Axis("Place on the line"),
        new Axis("Test error", Format: ".1%"))
    {
        Panels = [.. rows.Of(conditions).GroupBy(row => row.Condition.Rewind).OrderBy(copies => copies.Key).Select(copies => new Panel(
            FormattableString.Invariant($"k = {copies.Key}"),
            [.. copies.Select(row => new Series(row.Title, rows.Curve(row, Measures.Path)))]))],
    };
}
