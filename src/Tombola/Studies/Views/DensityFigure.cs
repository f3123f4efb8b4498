using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Accuracy against density.</summary>
internal static class DensityFigure
{
    /// <summary>The figure, still without lines.</summary>
    public static Figure Accuracy { get; } = new(
        "accuracy-by-density",
        "Accuracy against density",
        "Test accuracy at the end of training, mean over replicates with a band of one standard deviation, against the fraction of weights that remain.",
        Axis.Density,
        new Axis("Test accuracy", Format: ".1%"));

    /// <summary>A line for every kind of network, and the dense network across the figure. The dense row comes first.</summary>
    public static IEnumerable<Series> Lines(IReadOnlyList<StudyRow> rows) => Lines(rows, row => row.Kind.Title);

    /// <summary>The same with other names of lines.</summary>
    public static IEnumerable<Series> Lines(IReadOnlyList<StudyRow> rows, Func<StudyRow, string> title) =>
    [
        .. rows.GroupBy(title).Select(group => new Series(group.Key, [.. group.Select(row => row.TestAccuracy.Point(row.Density))])),
        new Series("dense", [new SeriesPoint(1, rows[0].TestAccuracy.Mean)]) { Reference = true },
    ];
}
