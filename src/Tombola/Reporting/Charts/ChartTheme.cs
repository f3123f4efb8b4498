using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>Fonts, rules and room of all charts, in light colours.</summary>
internal static class ChartTheme
{
    private const string Font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

    public static JsonObject Config() => new()
    {
        ["font"] = Font,
        ["view"] = new JsonObject { ["stroke"] = null },
        ["axis"] = new JsonObject
        {
            ["labelColor"] = Palette.Muted.Light,
            ["labelFontSize"] = 12,
            ["labelPadding"] = 6,
            ["titleColor"] = Palette.Text.Light,
            ["titleFontSize"] = 12.5,
            ["titleFontWeight"] = 500,
            ["titlePadding"] = 12,
            ["gridColor"] = Palette.Line.Light,
            ["domainColor"] = Palette.Muted.Light,
            ["tickColor"] = Palette.Muted.Light,
            ["tickSize"] = 4,
        },
        ["axisX"] = new JsonObject { ["grid"] = false, ["labelFlush"] = false },
        ["axisY"] = new JsonObject { ["domain"] = false, ["ticks"] = false },
        ["legend"] = new JsonObject
        {
            ["orient"] = "top",
            ["direction"] = "horizontal",
            ["title"] = null,
            ["labelColor"] = Palette.Text.Light,
            ["labelFontSize"] = 12.5,
            ["labelLimit"] = 320,
            ["symbolSize"] = 90,
            ["symbolStrokeWidth"] = 1.8,
            ["columnPadding"] = 22,
            ["rowPadding"] = 5,
            ["offset"] = 16,
        },
        ["header"] = new JsonObject
        {
            ["title"] = null,
            ["labelColor"] = Palette.Text.Light,
            ["labelFontSize"] = 12.5,
            ["labelFontWeight"] = 600,
            ["labelAnchor"] = "start",
            ["labelPadding"] = 6,
        },
        ["facet"] = new JsonObject { ["spacing"] = new JsonObject { ["row"] = 22, ["column"] = 22 } },
    };

    /// <summary>Dark for light, of every colour in a chart of these series.</summary>
    public static JsonObject DarkColours(IEnumerable<SeriesStyle> styles) => DarkColours(styles.Select(style => style.Stroke));

    /// <summary>Dark for light, of every colour in a chart with these inks.</summary>
    public static JsonObject DarkColours(IEnumerable<Ink> inks) => new(
        inks.Concat([Palette.Paper, Palette.Text, Palette.Muted, Palette.Line]).Distinct()
            .Select(ink => KeyValuePair.Create(ink.Light, (JsonNode?)ink.Dark)));
}
