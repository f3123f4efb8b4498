using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The points of a figure as rows of a Vega-Lite data set.</summary>
internal static class ChartData
{
    /// <summary>A line of ours.</summary>
    public const string Own = "own";

    /// <summary>A line taken from a paper.</summary>
    public const string Published = "published";

    /// <summary>A line to compare with.</summary>
    public const string Reference = "reference";

    /// <summary>A single value to compare with, drawn across the figure.</summary>
    public const string Level = "level";

    // A path of 31 points is a curve; markers at every point would hide it.
    private const int MostMarkers = 20;

    public static JsonArray Rows(Figure figure)
    {
        JsonArray rows = [];
        foreach ((string panel, Series series) in figure.Lines)
        {
            string kind = Kind(series);
            bool bars = series.Published || series.Points.Count == 1;
            foreach (SeriesPoint point in series.Points)
            {
                JsonObject row = new() { ["series"] = series.LegendName, ["kind"] = kind };
                if (panel.Length > 0) row["panel"] = panel;
                Add(row, "x", point.X);
                Add(row, "y", point.Y);
                Add(row, "low", point.Low);
                Add(row, "high", point.High);
                if (bars && row.ContainsKey("low") && row.ContainsKey("high")) row["bar"] = true;
                if (HasMarkers(series)) row["marker"] = true;
                if (series.Scattered) row["scattered"] = true;
                if (point.Note is { } note) row["note"] = note;
                rows.Add(row);
            }
        }
        return rows;
    }

    /// <summary>Whether the points of a line are marked.</summary>
    public static bool HasMarkers(Series series) => !series.Reference && (series.Scattered || series.Points.Count <= MostMarkers);

    public static string Kind(Series series) => series switch
    {
        { Reference: true, Points.Count: 1 } => Level,
        { Reference: true } => Reference,
        { Published: true } => Published,
        _ => Own,
    };

    // JSON has no not-a-number; a missing field leaves a gap in the line, which is what is meant.
    private static void Add(JsonObject row, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) row[name] = number;
        else if (name == "y") row[name] = null;
    }
}
