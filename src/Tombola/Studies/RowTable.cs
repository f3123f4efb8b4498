using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The rows of a study as a table: for the terminal and for the report.</summary>
public static class RowTable
{
    public static Table Of(IReadOnlyList<StudyRow> rows) => new(
        "results",
        "Mean over replicates, with one standard deviation",
        [
            new TableColumn("Level", true), new TableColumn("Density", true), new TableColumn("Network"), new TableColumn("k", true), new TableColumn("Test accuracy", true),
            new TableColumn("Barrier", true), new TableColumn("Stable?"), new TableColumn("Matching?"),
        ],
        [.. rows.Select(row => (IReadOnlyList<string>)
        [
            row.Level.ToString(CultureInfo.InvariantCulture),
            Percent.Of(row.Density, 1),
            row.Level == 0 ? "dense" : Measurement.Title(row.Mask),
            row.Rewind.ToString(CultureInfo.InvariantCulture),
            WithSpread(row.TestAccuracy, row.TestAccuracySd),
            row.Barrier is { } barrier ? WithSpread(barrier, row.BarrierSd) : "",
            Word(row.Stable),
            row.Level == 0 ? "" : Word(row.Matching),
        ])]);

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
                row.Level == 0 ? "dense" : Measurement.Title(row.Mask),
                row.Rewind.ToString(CultureInfo.InvariantCulture),
                row.L2!.Value.ToString("F2", CultureInfo.InvariantCulture),
                row.Angle!.Value.ToString("F1", CultureInfo.InvariantCulture) + "°",
                Percent.Of(row.PredictionDifference!.Value),
                row.LossDistance!.Value.ToString("F2", CultureInfo.InvariantCulture),
            ])]);
    }

    private static string WithSpread(double mean, double? deviation) => deviation is null ? Percent.Of(mean) : $"{Percent.Of(mean)[..^2]} ± {Percent.Of(deviation.Value)}";

    private static string Word(bool? value) => value switch
    {
        true => "yes",
        false => "no",
        null => "",
    };
}
