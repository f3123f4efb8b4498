using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The Vega-Lite specification of a figure: complete in light colours; what the page needs to adapt it stands under <c>usermeta</c>.</summary>
internal static class ChartSpec
{
    /// <summary>The language that specifications are written in.</summary>
    public const string Schema = "https://vega.github.io/schema/vega-lite/v6.json";

    /// <summary>The specification as JSON, its data included.</summary>
    public static JsonObject Of(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (figure.Map is { } map) return MapSpec.Of(figure, map);
        SeriesPoint[] points = [.. figure.Lines.SelectMany(line => line.Series.Points)];
        IReadOnlyList<SeriesStyle> styles = SeriesStyle.Of(figure.DistinctSeries, name => figure.Lines.Any(line => line.Series.LegendName == name && ChartData.HasMarkers(line.Series)));
        ChartLayers layers = new(figure, HorizontalAxis(figure), VerticalAxis(figure, points), styles);

        JsonObject spec = new()
        {
            ["$schema"] = Schema,
            ["description"] = $"{figure.Title}. {figure.Definition}",
            ["usermeta"] = new JsonObject
            {
                ["panels"] = figure.Panels.Count,
                ["longestName"] = styles.Select(style => style.Name.Length).DefaultIfEmpty().Max(),
                ["dark"] = ChartTheme.DarkColours(styles),
            },
            ["background"] = Palette.Paper.Light,
            ["padding"] = 4,
            ["config"] = ChartTheme.Config(),
            ["data"] = new JsonObject { ["values"] = ChartData.Rows(figure) },
        };
        if (figure.Panels.Count == 0) DrawSingle(spec, layers);
        else DrawPanels(spec, layers, figure);
        return spec;
    }

    private static void DrawSingle(JsonObject spec, ChartLayers layers)
    {
        spec["width"] = 720;
        spec["height"] = 360;
        spec["autosize"] = new JsonObject { ["type"] = "fit-x", ["contains"] = "padding" };
        spec["layer"] = layers.All();
    }

    private static void DrawPanels(JsonObject spec, ChartLayers layers, Figure figure)
    {
        spec["facet"] = new JsonObject
        {
            ["field"] = "panel",
            ["type"] = "nominal",
            ["sort"] = new JsonArray([.. figure.Panels.Select(panel => JsonValue.Create(panel.Title))]),
        };
        spec["columns"] = figure.Panels.Count switch { 1 => 1, 2 or 4 => 2, _ => 3 };
        spec["spec"] = new JsonObject { ["width"] = 210, ["height"] = 150, ["layer"] = layers.All() };
    }

    private static ChartAxis HorizontalAxis(Figure figure)
    {
        // A reference of one point lies at no particular x.
        IEnumerable<Series> placed = figure.Lines.Select(line => line.Series).Where(series => ChartData.Kind(series) != ChartData.Level);
        IEnumerable<double> places = placed.SelectMany(series => series.Points).Select(point => point.X);
        return new(figure.X, [.. figure.Divider is { } divider ? places.Append(divider.X) : places], vertical: false);
    }

    private static ChartAxis VerticalAxis(Figure figure, SeriesPoint[] points)
    {
        IEnumerable<double> values = points.SelectMany(point => new[] { point.Y, point.Low ?? point.Y, point.High ?? point.Y });
        return new(figure.Y, [.. figure.Threshold is { } threshold ? values.Append(threshold.Y) : values], vertical: true);
    }
}
