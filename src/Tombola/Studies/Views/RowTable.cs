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
            (new("Preset"), row => row.Preset ?? ""),
            (new("Level", true), row => row.Level.ToString(CultureInfo.InvariantCulture)),
            (new("Density %", true), row => Number(row.Density, 1)),
            (new("Network"), Network),
            (new("k", true), row => manySteps ? row.Rewind.ToString(CultureInfo.InvariantCulture) : ""),
            (new("Trained"), row => row.Restarted ? "T" : rows.Any(other => other.Restarted) ? "T - k" : ""),
            (new("At", true), row => row.At?.ToString(CultureInfo.InvariantCulture) ?? ""),
            (new("Accuracy %", true), row => WithSpread(row.TestAccuracy)),
            (new("Train error %", true), row => WithSpread(row.TrainError)),
            (new("Barrier %", true), row => WithSpread(row.Barrier)),
            (new("Stable"), row => Word(row.Stable)),
            (new("Match"), row => row.Level == 0 ? "" : Word(row.Matching)),
        ];
        return Shown("results", "Mean over replicates and copies (of a barrier: pairs of copies), with one standard deviation", rows, columns);
    }

    /// <summary>How far apart two copies are, and each from the dense network, for the rows that say so; null if none does.</summary>
    public static Table? Distances(IReadOnlyList<StudyRow> rows)
    {
        var measured = rows.Where(row => row.L2 is not null || row.PruningL2 is not null).ToArray();
        (TableColumn Head, Func<StudyRow, string> Cell)[] columns =
        [
            (new("Level", true), row => row.Level.ToString(CultureInfo.InvariantCulture)),
            (new("Density", true), row => Percent.Of(row.Density, 1)),
            (new("Network"), Network),
            (new("k", true), row => row.Rewind.ToString(CultureInfo.InvariantCulture)),
            (new("L2", true), row => Fixed(row.L2, "F2")),
            (new("Angle", true), row => Fixed(row.Angle, "F1", "°")),
            (new("Classified differently", true), row => row.PredictionDifference is { } value ? Percent.Of(value.Mean) : ""),
            (new("Loss distance", true), row => Fixed(row.LossDistance, "F2")),
            (new("L2 to dense", true), row => Fixed(row.PruningL2, "F2")),
            (new("Angle to dense", true), row => Fixed(row.PruningAngle, "F1", "°")),
            (new("L2 to ticket", true), row => Fixed(row.TicketL2, "F2")),
            (new("Angle to ticket", true), row => Fixed(row.TicketAngle, "F1", "°")),
        ];
        return measured.Length == 0 ? null : Shown("distances", "Distances, mean over pairs and replicates", measured, columns);
    }

    /// <summary>Every number of every row, for programs: fractions, degrees, nats.</summary>
    public static Table All(IReadOnlyList<StudyRow> rows)
    {
        (string Name, Func<StudyRow, SampleStatistic?> Value)[] statistics =
        [
            ("test_accuracy", row => row.TestAccuracy), ("train_error", row => row.TrainError), ("barrier", row => row.Barrier), ("chord_barrier", row => row.ChordBarrier),
            ("train_barrier", row => row.TrainBarrier), ("train_chord_barrier", row => row.TrainChordBarrier), ("l2", row => row.L2), ("angle", row => row.Angle),
            ("cosine_distance", row => row.CosineDistance), ("prediction_difference", row => row.PredictionDifference), ("loss_distance", row => row.LossDistance),
            ("pruning_l2", row => row.PruningL2), ("pruning_angle", row => row.PruningAngle),
            ("ticket_l2", row => row.TicketL2), ("ticket_angle", row => row.TicketAngle), ("ticket_prediction_difference", row => row.TicketPredictionDifference),
            ("start_error", row => row.StartError), ("start_l2", row => row.StartL2), ("end_l2", row => row.EndL2),
        ];
        (string Name, Func<StudyRow, object?> Value)[] columns =
        [
            ("preset", row => row.Preset), ("level", row => row.Level), ("density", row => row.Density), ("network", row => row.Level == 0 ? "dense" : row.Mask), ("rewind", row => row.Rewind),
            ("restarted", row => row.Restarted), ("at", row => row.At), ("replicates", row => row.Replicates), ("copies", row => row.Copies),
            .. from statistic in statistics
               where statistic.Name is "barrier" or "chord_barrier" || rows.Any(row => statistic.Value(row) is not null)
               from part in Parts
               select (statistic.Name + part.Suffix, (Func<StudyRow, object?>)(row => statistic.Value(row) is { } value ? part.Value(value) : null)),
            ("stable", row => Word(row.Stable)), ("matching_within_0.2_points", row => Word(row.Matching)), ("matching_within_sd", row => row.MatchingWithinSd is { } within ? within ? "yes" : "no" : ""),
        ];
        return new Table(
            "rows",
            "Every number",
            [.. columns.Select(column => new TableColumn(column.Name))],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(column => Convert.ToString(column.Value(row), CultureInfo.InvariantCulture) ?? "")])])
        {
            FileOnly = true,
        };
    }

    private static readonly (string Suffix, Func<SampleStatistic, double?> Value)[] Parts =
        [("", value => value.Mean), ("_sd", value => value.Sd), ("_min", value => value.Min), ("_max", value => value.Max), ("_low", value => value.Low), ("_high", value => value.High)];

    private static Table Shown(string id, string title, IReadOnlyList<StudyRow> rows, IEnumerable<(TableColumn Head, Func<StudyRow, string> Cell)> columns)
    {
        var shown = columns.Where(column => rows.Any(row => column.Cell(row).Length > 0)).ToArray();
        return new Table(id, title, [.. shown.Select(column => column.Head)], [.. rows.Select(row => (IReadOnlyList<string>)[.. shown.Select(column => column.Cell(row))])]);
    }

    private static string Network(StudyRow row) => (row.Level, row.Mask) switch
    {
        (0, _) => "dense",
        (_, "imp") => "ticket",
        (_, "random-reinitialisation") => "reinitialised",
        _ => NetworkKinds.TitleOf(row.Mask),
    };

    private static string WithSpread(SampleStatistic? value) => value is null ? "" : value.Sd is null ? Number(value.Mean, 2) : $"{Number(value.Mean, 2)} ± {Number(value.Sd.Value, 2)}";

    private static string Number(double fraction, int digits) => (fraction * 100).ToString("F" + digits, CultureInfo.InvariantCulture);

    private static string Fixed(SampleStatistic? value, string format, string unit = "") => value is null ? "" : value.Mean.ToString(format, CultureInfo.InvariantCulture) + unit;

    private static string Word(Answer? value) => value?.ToString().ToLowerInvariant() ?? "";
}
