using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The layers of one chart, from the back to the front.</summary>
internal sealed class ChartLayers(Figure figure, ChartAxis x, ChartAxis y, IReadOnlyList<SeriesStyle> styles)
{
    private readonly SeriesChannels _look = new(styles);
    private readonly SeriesPoint[] _points = [.. figure.Lines.SelectMany(line => line.Series.Points)];
    private readonly HashSet<string> _kinds = [.. figure.Lines.Select(line => ChartData.Kind(line.Series))];

    /// <summary>Only the layers that have something to show.</summary>
    public JsonArray All()
    {
        bool curves = _kinds.Overlaps([ChartData.Own, ChartData.Published]);
        bool bands = _points.Any(point => point.Low is not null);
        JsonArray layers = [];
        if (bands && _kinds.Contains(ChartData.Own)) layers.Add(Band());
        if (figure.Threshold is { } threshold) layers.Add(ThresholdLine(threshold));
        if (figure.Divider is { } divider) layers.Add(DividerLine(divider));
        if (_kinds.Contains(ChartData.Level)) layers.Add(References(ChartData.Level, "rule"));
        if (_kinds.Contains(ChartData.Reference)) layers.Add(References(ChartData.Reference, "line"));
        if (curves) layers.Add(Lines());
        if (bands && curves) layers.Add(ErrorBars());
        if (styles.Count > 0) layers.Add(Points());
        if (curves) layers.Add(Hover());
        if (figure.Threshold is { } labelled) layers.Add(ThresholdLabel(labelled));
        if (figure.Divider is { } named) layers.Add(DividerLabel(named));
        return layers;
    }

    private JsonObject Band() => Layer(
        $"datum.kind == '{ChartData.Own}'",
        new() { ["type"] = "area", ["opacity"] = 0.16 },
        new() { ["x"] = X(), ["y"] = Y("low"), ["y2"] = Field("high"), ["fill"] = _look.Fill() });

    private JsonObject References(string kind, string mark)
    {
        JsonObject encoding = new() { ["y"] = Y("y"), ["stroke"] = _look.Stroke(), ["strokeDash"] = _look.Dash() };
        if (kind == ChartData.Reference) encoding["x"] = X();
        return Layer($"datum.kind == '{kind}'", new() { ["type"] = mark, ["strokeWidth"] = 1.2 }, encoding);
    }

    private JsonObject Lines() => Layer(
        figure.Lines.Any(line => line.Series.Scattered)
            ? $"(datum.kind == '{ChartData.Own}' || datum.kind == '{ChartData.Published}') && !datum.scattered"
            : $"datum.kind == '{ChartData.Own}' || datum.kind == '{ChartData.Published}'",
        new() { ["type"] = "line", ["strokeWidth"] = 1.8, ["strokeJoin"] = "round" },
        new() { ["x"] = X(), ["y"] = Y("y"), ["stroke"] = _look.Stroke(), ["strokeDash"] = _look.Dash() });

    private JsonObject ErrorBars() => Layer(
        "datum.bar",
        new() { ["type"] = "rule", ["strokeWidth"] = 1.3 },
        new() { ["x"] = X(), ["y"] = Y("low"), ["y2"] = Field("high"), ["stroke"] = _look.Stroke() });

    private JsonObject Points() => Layer(
        "datum.marker",
        new() { ["type"] = "point", ["opacity"] = 1, ["size"] = figure.Panels.Count > 0 ? 30 : 48, ["strokeWidth"] = 1.6 },
        new() { ["x"] = X(), ["y"] = Y("y"), ["stroke"] = _look.Stroke(), ["fill"] = _look.Fill(), ["shape"] = _look.Shape() });

    /// <summary>Invisible points that react to the nearest pointer position: a ring appears, and a box with the numbers.</summary>
    private JsonObject Hover()
    {
        JsonObject layer = Layer(
            $"(datum.kind == '{ChartData.Own}' || datum.kind == '{ChartData.Published}') && isValid(datum.y)",
            new() { ["type"] = "point", ["shape"] = "circle", ["size"] = 170, ["strokeWidth"] = 1.6, ["fill"] = "transparent" },
            new()
            {
                ["x"] = X(),
                ["y"] = Y("y"),
                ["stroke"] = _look.Stroke(),
                ["opacity"] = new JsonObject
                {
                    ["condition"] = new JsonObject { ["param"] = "hover", ["empty"] = false, ["value"] = 1 },
                    ["value"] = 0,
                },
                ["tooltip"] = Tooltip(),
            });
        layer["params"] = new JsonArray(new JsonObject
        {
            ["name"] = "hover",
            ["select"] = new JsonObject { ["type"] = "point", ["on"] = "pointerover", ["nearest"] = true, ["clear"] = "pointerout" },
        });
        JsonArray steps = layer["transform"]!.AsArray();
        steps.Add(Calculate("textX", x.Text("datum.x")));
        steps.Add(Calculate("textY", y.Text("datum.y")));
        if (_points.Any(point => point.Low is not null))
        {
            string range = $"{y.Text("datum.low")} + ' to ' + {y.Text("datum.high")}";
            steps.Add(Calculate("textBand", $"isValid(datum.low) && isValid(datum.high) ? {range} : '–'"));
        }
        if (_points.Any(point => point.Note is not null)) steps.Add(Calculate("textNote", "isValid(datum.note) ? datum.note : '–'"));
        return layer;
    }

    private JsonArray Tooltip()
    {
        JsonArray lines = [Line("series", "title"), Line("textX", x.Title), Line("textY", y.Title)];
        if (_points.Any(point => point.Low is not null)) lines.Add(Line("textBand", "Band"));
        if (_points.Any(point => point.Note is not null)) lines.Add(Line("textNote", "Note"));
        return lines;

        static JsonObject Line(string field, string title) => new() { ["field"] = field, ["type"] = "nominal", ["title"] = title };
    }

    private JsonObject ThresholdLine(Threshold threshold) => new()
    {
        ["data"] = OneRow(),
        ["mark"] = new JsonObject { ["type"] = "rule", ["stroke"] = Palette.Muted.Light, ["strokeWidth"] = 1.2, ["strokeDash"] = new JsonArray(3, 3), ["aria"] = false },
        ["encoding"] = new JsonObject { ["y"] = AtThreshold(threshold) },
    };

    private JsonObject ThresholdLabel(Threshold threshold)
    {
        bool right = ThresholdSide.IsRightFreer(figure, threshold);
        return new()
        {
            ["data"] = OneRow(),
            ["mark"] = new JsonObject
            {
                ["type"] = "text",
                ["text"] = threshold.Label,
                ["align"] = right ? "right" : "left",
                ["dx"] = right ? -2 : 2,
                ["dy"] = -7,
                ["fontSize"] = 11.5,
                ["fill"] = Palette.Muted.Light,
                ["aria"] = false,
            },
            ["encoding"] = new JsonObject
            {
                ["y"] = AtThreshold(threshold),
                ["x"] = right ? new JsonObject { ["value"] = "width" } : new JsonObject { ["value"] = 0 },
            },
        };
    }

    private JsonObject DividerLine(Divider divider) => new()
    {
        ["data"] = OneRow(),
        ["mark"] = new JsonObject { ["type"] = "rule", ["stroke"] = Palette.Muted.Light, ["strokeWidth"] = 1.2, ["strokeDash"] = new JsonArray(3, 3), ["aria"] = false },
        ["encoding"] = new JsonObject { ["x"] = AtDivider(divider) },
    };

    /// <summary>At the lower end of the line, on the side where there is more room; the label of a threshold is near the upper one.</summary>
    private JsonObject DividerLabel(Divider divider)
    {
        double[] places = [.. _points.Select(point => point.X).Where(double.IsFinite)];
        bool left = places.Length > 0 && divider.X > (places.Min() + places.Max()) / 2;
        return new()
        {
            ["data"] = OneRow(),
            ["mark"] = new JsonObject
            {
                ["type"] = "text",
                ["text"] = divider.Label,
                ["align"] = left ? "right" : "left",
                ["dx"] = left ? -4 : 4,
                ["dy"] = -7,
                ["fontSize"] = 11.5,
                ["fill"] = Palette.Muted.Light,
                ["aria"] = false,
            },
            ["encoding"] = new JsonObject { ["x"] = AtDivider(divider), ["y"] = new JsonObject { ["value"] = "height" } },
        };
    }

    private JsonObject AtDivider(Divider divider) =>
        new() { ["datum"] = divider.X, ["type"] = "quantitative", ["scale"] = x.Scale(), ["axis"] = x.Guide() };

    private JsonObject AtThreshold(Threshold threshold) =>
        new() { ["datum"] = threshold.Y, ["type"] = "quantitative", ["scale"] = y.Scale(), ["axis"] = y.Guide() };

    private static JsonObject OneRow() => new() { ["values"] = new JsonArray(new JsonObject()) };

    private static JsonObject Layer(string filter, JsonObject mark, JsonObject encoding)
    {
        mark["aria"] = false; // the figure's table is what a screen reader should read, not hundreds of marks
        return new() { ["transform"] = new JsonArray(new JsonObject { ["filter"] = filter }), ["mark"] = mark, ["encoding"] = encoding };
    }

    private JsonObject X() => new() { ["field"] = "x", ["type"] = "quantitative", ["scale"] = x.Scale(), ["axis"] = x.Guide() };

    private JsonObject Y(string field) =>
        new() { ["field"] = field, ["type"] = "quantitative", ["title"] = y.Title, ["scale"] = y.Scale(), ["axis"] = y.Guide() };

    private static JsonObject Field(string name) => new() { ["field"] = name };

    private static JsonObject Calculate(string name, string expression) => new() { ["calculate"] = expression, ["as"] = name };
}
