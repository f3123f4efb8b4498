using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The rows of a study as a table: for the terminal and for the report.</summary>
internal static class RowTable
{
    /// <summary>Narrow enough for a terminal of 80 columns. The step k has a column only where it differs between rows, and what no row has, none.</summary>
    public static Table Of(IReadOnlyList<StudyRow> rows)
    {
        var manySteps = rows.Select(row => row.StartStep).Distinct().Count() > 1;
        (TableColumn Head, Func<StudyRow, string> Cell)[] columns =
        [
            (new("Preset"), row => row.Preset ?? ""),
            (new("Level", true), row => InWords.Whole(row.Level)),
            (new("Density %", true), row => InWords.Fixed(row.Density * 100, 1)),
            (new("Network"), Network),
            (new("k", true), row => manySteps ? InWords.Whole(row.StartStep) : ""),
            (new("Trained"), row => row.Condition.Restarted ? "T" : rows.Any(other => other.Condition.Restarted) ? "T - k" : ""),
            (new("At", true), row => row.At is { } at ? InWords.Whole(at) : ""),
            (new("Accuracy %", true), row => WithSpread(row.TestAccuracy)),
            (new("Train error %", true), row => WithSpread(row.Find(Measures.TrainError))),
            (new("Barrier %", true), row => WithSpread(row.Find(Measures.Barrier))),
            (new("Stable"), row => Word(row.Stable)),
            (new("Match"), row => row.Level == 0 ? "" : Word(row.Matching)),

            // What a study measures in a way of its own is what it is about.
            .. from name in rows.SelectMany(row => row.Statistics.Names).Distinct().Except(Measures.Numbers.Select(measure => measure.Name))
               select (new TableColumn(name, true), (Func<StudyRow, string>)(row => row.Statistics.Find(name) is { } value ? value.Mean.ToString("G4", CultureInfo.InvariantCulture) : "")),
        ];
        return Shown("results", "Mean over replicates and copies (of a barrier: pairs of copies), with one standard deviation", rows, columns);
    }

    /// <summary>How far apart two copies are, and each from the dense network, for the rows that say so; null if none does.</summary>
    public static Table? Distances(IReadOnlyList<StudyRow> rows)
    {
        var measured = rows.Where(row => row.Has(Measures.L2) || row.Has(Measures.PruningL2)).ToArray();
        (TableColumn Head, Func<StudyRow, string> Cell)[] columns =
        [
            (new("Level", true), row => InWords.Whole(row.Level)),
            (new("Density", true), row => InWords.Percent(row.Density, 1)),
            (new("Network"), Network),
            (new("k", true), row => InWords.Whole(row.StartStep)),
            (new("L2", true), row => Mean(row, Measures.L2, 2)),
            (new("Angle", true), row => Mean(row, Measures.Angle, 1, "°")),
            (new("Classified differently", true), row => row.Find(Measures.PredictionDifference) is { } value ? InWords.Percent(value.Mean) : ""),
            (new("Loss distance", true), row => Mean(row, Measures.LossDistance, 2)),
            (new("L2 to dense", true), row => Mean(row, Measures.PruningL2, 2)),
            (new("Angle to dense", true), row => Mean(row, Measures.PruningAngle, 1, "°")),
            (new("L2 to ticket", true), row => Mean(row, Measures.TicketL2, 2)),
            (new("Angle to ticket", true), row => Mean(row, Measures.TicketAngle, 1, "°")),
        ];
        return measured.Length == 0 ? null : Shown("distances", "Distances, mean over pairs and replicates", measured, columns);

        static string Mean(StudyRow row, Measure<double> measure, int digits, string unit = "") => row.Find(measure) is { } value ? InWords.Fixed(value.Mean, digits) + unit : "";
    }

    /// <summary>Every number of every row, for programs: fractions, degrees, nats. Measures that no row has are left out, but for the barriers.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="preset">The preset of rows that name none.</param>
    public static Table All(IReadOnlyList<StudyRow> rows, string preset)
    {
        string[] always = [Measures.Barrier.Name, Measures.ChordBarrier.Name];
        var names = Measures.Numbers.Select(measure => measure.Name).Concat(rows.SelectMany(row => row.Statistics.Names)).Distinct();
        (string Name, Func<StudyRow, object?> Value)[] columns =
        [
            ("preset", row => row.Preset ?? preset), ("level", row => row.Level), ("density", row => row.Density), ("kind", row => row.Condition.NameOfKind), ("start_step", row => row.StartStep),
            ("restarted", row => row.Condition.Restarted), ("at", row => row.At), ("replicates", row => row.Replicates), ("copies", row => row.Copies),
            .. from name in names
               where always.Contains(name) || rows.Any(row => row.Statistics.Find(name) is not null)
               from column in StatisticColumns
               select (RecordTable.NameOf(name) + column.Suffix, (Func<StudyRow, object?>)(row => row.Statistics.Find(name) is { } value ? column.Value(value) : null)),
            ("stable", row => Word(row.Stable)), ("matching_within_0.2_points", row => Word(row.Matching)), ("matching_within_sd", row => row.MatchingWithinSd is { } within ? Word(Answers.Of(within)) : ""),
        ];
        return new Table(
            "rows",
            "Every number",
            [.. columns.Select(column => new TableColumn(column.Name))],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(column => RecordTable.Text(column.Value(row)))])])
        {
            FileOnly = true,
        };
    }

    private static readonly (string Suffix, Func<SampleStatistic, double?> Value)[] StatisticColumns =
        [("", value => value.Mean), ("_sd", value => value.Sd), ("_min", value => value.Min), ("_max", value => value.Max), ("_low", value => value.Low), ("_high", value => value.High)];

    private static Table Shown(string id, string title, IReadOnlyList<StudyRow> rows, IEnumerable<(TableColumn Head, Func<StudyRow, string> Cell)> columns)
    {
        var shown = columns.Where(column => rows.Any(row => column.Cell(row).Length > 0)).ToArray();
        return new Table(id, title, [.. shown.Select(column => column.Head)], [.. rows.Select(row => (IReadOnlyList<string>)[.. shown.Select(column => column.Cell(row))])]);
    }

    private static string Network(StudyRow row) =>
        row.Level == 0 ? row.Title : row.Kind == NetworkKinds.Imp ? "ticket" : row.Kind == NetworkKinds.RandomReinitialisation ? "reinitialised" : row.Kind.Title;

    private static string WithSpread(SampleStatistic? value) =>
        value is null ? "" : value.Sd is { } sd ? $"{InWords.Fixed(value.Mean * 100, 2)} ± {InWords.Fixed(sd * 100, 2)}" : InWords.Fixed(value.Mean * 100, 2);

    private static string Word(Answer? value) => value?.ToString().ToLowerInvariant() ?? "";
}
