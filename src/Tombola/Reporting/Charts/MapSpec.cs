using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The Vega-Lite specification of a map.</summary>
internal static class MapSpec
{
    /// <summary>Even in lightness, from dark to bright, for the colour-blind too (van der Walt and Smith 2015); it stands on light paper as on dark.</summary>
    private const string Scheme = "viridis";

    public static JsonObject Of(Figure figure, HeatMap map)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(map);
        return new()
        {
            ["$schema"] = ChartSpec.Schema,
            ["description"] = $"{figure.Title}. {figure.Definition}",
            ["usermeta"] = new JsonObject
            {
                ["aspect"] = Aspect(map),
                ["dark"] = ChartTheme.DarkColours([Palette.OnDarkMap, Palette.OnBrightMap]),
            },
            ["background"] = Palette.Paper.Light,
            ["padding"] = 4,
            ["config"] = ChartTheme.Config(),
            ["width"] = 600,
            ["height"] = 480,
            ["autosize"] = new JsonObject { ["type"] = "fit-x", ["contains"] = "padding" },
            ["layer"] = new MapLayers(figure, map, Scheme).All(),
        };
    }

    /// <summary>Height over width of the part that is shown, in the plane's own lengths.</summary>
    private static double Aspect(HeatMap map) => (map.Y[^1] - map.Y[0]) / (map.X[^1] - map.X[0]);
}
