using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The rows of a study as a table: for the terminal and for the report.</summary>
public static class RowTable
{
    /// <summary>Narrow enough for a terminal of 80 columns. The step k has a column only where it differs between rows, and what no row has, none.</summary>
    public static Table Of(IReadOnlyList<StudyRow> rows)
    {
        var manySteps = rows.Select(row => row.Rewind).Distinct().Count() > 1;
        (TableColumn Head, Func<StudyRow, string> Cell)[] columns =
        [
            (new("Level", true), row => row.Level.ToString(CultureInfo.InvariantCulture)),
            (new("Density %", true), row => Number(row.Density, 1)),
            (new("Network"), Network),
            (new("k", true), row => manySteps ? row.Rewind.ToString(CultureInfo.InvariantCulture) : ""),
            (new("Accuracy %", true), row => WithSpread(row.TestAccuracy, row.TestAccuracySd)),
            (new("Barrier %", true), row => row.Barrier is { } barrier ? WithSpread(barrier, row.BarrierSd) : ""),
            (new("Stable"), row => Word(row.Stable)),
            (new("Match"), row => row.Level == 0 ? "" : Word(row.Matching)),
        ];
        var shown = columns.Where(column => rows.Any(row => column.Cell(row).Length > 0)).ToArray();
        return new Table(
            "results",
            "Mean over replicates, with one standard deviation",
            [.. shown.Select(column => column.Head)],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. shown.Select(column => column.Cell(row))])]);
    }

    /// <summary>How far apart the two copies are, for the rows that have two; null if none has.</summary>
    public static Table? Distances(IReadOnlyList<StudyRow> rows)
    {
        var pairs = rows.Where(row => row.L2 is not null).ToArray();
        return pairs.Length == 0 ? null : new Table(
            "distances",
            "Distances between the two copies, mean over replicates",
            [
                new TableColumn("Level", true), new TableColumn("Density", true), new TableColumn("Network"), new TableColumn("k", true), new TableColumn("L2", true),
                new TableColumn("Angle", true), new TableColumn("Classified differently", true), new TableColumn("Loss distance", true),
            ],
            [.. pairs.Select(row => (IReadOnlyList<string>)
            [
                row.Level.ToString(CultureInfo.InvariantCulture),
                Percent.Of(row.Density, 1),
                Network(row),
                row.Rewind.ToString(CultureInfo.InvariantCulture),
                row.L2!.Value.ToString("F2", CultureInfo.InvariantCulture),
                row.Angle!.Value.ToString("F1", CultureInfo.InvariantCulture) + "°",
                Percent.Of(row.PredictionDifference!.Value),
                row.LossDistance!.Value.ToString("F2", CultureInfo.InvariantCulture),
            ])]);
    }

    private static string Network(StudyRow row) => (row.Level, row.Mask) switch
    {
        (0, _) => "dense",
        (_, "imp") => "ticket",
        (_, "random-pruning") => "random pruning",
        _ => "reinitialised",
    };

    private static string WithSpread(double mean, double? deviation) => deviation is null ? Number(mean, 2) : $"{Number(mean, 2)} ± {Number(deviation.Value, 2)}";

    private static string Number(double fraction, int digits) => (fraction * 100).ToString("F" + digits, CultureInfo.InvariantCulture);

    private static string Word(bool? value) => value switch
    {
        true => "yes",
        false => "no",
        null => "",
    };
}
