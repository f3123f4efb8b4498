using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The Vega-Lite channels by which series look different.</summary>
internal sealed class SeriesChannels(IReadOnlyList<SeriesStyle> styles)
{
    public JsonObject Stroke() => BySeries(style => style.Stroke.Light);

    public JsonObject Fill() => BySeries(style => style.Fill.Light);

    public JsonObject Shape() => BySeries(style => style.Shape);

    // Conditions and not a scale: dashes in the legend would break up its symbols, where hollow against filled says enough.
    public JsonObject Dash() => new()
    {
        ["condition"] = new JsonArray(
        [
            .. styles.Where(style => style.Dash.Length > 0).Select(style => new JsonObject
            {
                ["test"] = $"datum.series == {JsonSerializer.Serialize(style.Name)}",
                ["value"] = Lengths(style.Dash),
            }),
        ]),
        ["value"] = Lengths([1, 0]),
    };

    private JsonObject BySeries(Func<SeriesStyle, JsonNode?> look) => new()
    {
        ["field"] = "series",
        ["type"] = "nominal",
        ["scale"] = new JsonObject
        {
            ["domain"] = new JsonArray([.. styles.Select(style => JsonValue.Create(style.Name))]),
            ["range"] = new JsonArray([.. styles.Select(look)]),
        },
        ["legend"] = styles.Count > 1 ? new JsonObject { ["title"] = null, ["symbolOpacity"] = 1 } : null,
    };

    private static JsonArray Lengths(int[] dash) => new([.. dash.Select(length => JsonValue.Create(length))]);
}
