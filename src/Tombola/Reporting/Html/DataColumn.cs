using System.Globalization;

namespace Tombola.Reporting.Html;

/// <summary>A column of the table behind a figure.</summary>
internal sealed record DataColumn(TableColumn Heading, Func<string, Series, SeriesPoint, string> Cell)
{
    /// <summary>The columns that have something to say about this figure.</summary>
    public static IEnumerable<DataColumn> All(Figure figure)
    {
        SeriesPoint[] points = [.. figure.Lines.SelectMany(line => line.Series.Points)];
        if (figure.Panels.Count > 0) yield return new(new("Panel"), (panel, _, _) => panel);
        yield return new(new("Series"), (_, series, _) => series.LegendName);
        yield return new(new(figure.X.Title, Numeric: true), (_, _, point) => Number(point.X, figure.X));
        yield return new(new(figure.Y.Title, Numeric: true), (_, _, point) => Number(point.Y, figure.Y));
        if (points.Any(point => point.Low is not null)) yield return new(new("Low", Numeric: true), (_, _, point) => Number(point.Low, figure.Y));
        if (points.Any(point => point.High is not null)) yield return new(new("High", Numeric: true), (_, _, point) => Number(point.High, figure.Y));
        if (points.Any(point => point.Note is not null)) yield return new(new("Note"), (_, _, point) => point.Note ?? "");
    }

    /// <summary>A number as tables write it.</summary>
    public static string Number(double? value, Axis axis) => value switch
    {
        not { } or double.NaN => "–",
        { } number when axis.Format?.EndsWith('%') == true => $"{(number * 100).ToString("0.00", CultureInfo.InvariantCulture)}\u00a0%",
        { } number => number.ToString("#,0.######", CultureInfo.InvariantCulture),
    };
}
