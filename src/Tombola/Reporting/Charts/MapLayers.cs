using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>The layers of a map, from the back to the front: cells, contours with their numbers, the way between marks, marks with their names.</summary>
internal sealed class MapLayers(Figure figure, HeatMap map, string scheme)
{
    /// <summary>Part of the colour scale above which colours are so bright that lines on them are dark.</summary>
    private const double Bright = 0.62;

    /// <summary>Cells reach under their neighbours by a part of their size, or the paper would shine through between them.</summary>
    private const double Overlap = 0.65;

    private readonly double[] _finite = [.. map.Values.Where(double.IsFinite)];
    private readonly ChartAxis _x = new(figure.X, map.X, vertical: false);
    private readonly ChartAxis _y = new(figure.Y, map.Y, vertical: true);
    private readonly ChartAxis _value = new(map.Value, map.Values, vertical: true);

    public JsonArray All()
    {
        JsonArray layers = [Cells()];
        if (map.Levels.Count > 0)
        {
            layers.Add(Lines());
            layers.Add(Numbers());
        }

        if (map.Joined)
        {
            layers.Add(Way(Palette.OnBrightMap, 3.2));
            layers.Add(Way(Palette.OnDarkMap, 1.4));
        }

        if (map.Marks.Count > 0)
        {
            layers.Add(Points());
            layers.Add(Names(outlined: true));
            layers.Add(Names(outlined: false));
        }

        return layers;
    }

    private JsonObject Cells()
    {
        var (width, height) = ((map.X[^1] - map.X[0]) / (map.X.Count - 1), (map.Y[^1] - map.Y[0]) / (map.Y.Count - 1));
        JsonArray cells = [];
        for (var row = 0; row < map.Y.Count; row++)
        {
            for (var column = 0; column < map.X.Count; column++)
            {
                var (x, y, value) = (map.X[column], map.Y[row], map.At(column, row));
                if (!double.IsFinite(value)) continue;
                cells.Add(new JsonObject
                {
                    ["x"] = x,
                    ["y"] = y,
                    ["left"] = x - (width / 2),
                    ["right"] = x + (width * Overlap),
                    ["low"] = y - (height / 2),
                    ["high"] = y + (height * Overlap),
                    ["value"] = value,
                });
            }
        }

        var layer = Layer(cells, new() { ["type"] = "rect", ["clip"] = true }, new()
        {
            ["x"] = X("left"),
            ["x2"] = new JsonObject { ["field"] = "right" },
            ["y"] = Y("low"),
            ["y2"] = new JsonObject { ["field"] = "high" },
            ["color"] = Colour(),
            ["tooltip"] = new JsonArray(Line("textX", figure.X.Title), Line("textY", figure.Y.Title), Line("textValue", map.Value.Title)),
        });
        layer["transform"] = new JsonArray(Calculate("textX", _x.Text("datum.x")), Calculate("textY", _y.Text("datum.y")), Calculate("textValue", _value.Text("datum.value")));
        return layer;

        static JsonObject Line(string field, string title) => new() { ["field"] = field, ["type"] = "nominal", ["title"] = title };

        static JsonObject Calculate(string name, string expression) => new() { ["calculate"] = expression, ["as"] = name };
    }

    private JsonObject Lines()
    {
        JsonArray points = [];
        var line = 0;
        foreach (var level in map.Levels)
        {
            foreach (var contour in Contours.Of(map, level))
            {
                for (var i = 0; i < contour.Count; i++)
                {
                    points.Add(new JsonObject { ["x"] = contour[i].X, ["y"] = contour[i].Y, ["line"] = line, ["turn"] = i, ["bright"] = IsBright(level) });
                }

                line++;
            }
        }

        return Layer(points, new() { ["type"] = "line", ["strokeWidth"] = 1, ["strokeJoin"] = "round", ["opacity"] = 0.85 }, new()
        {
            ["x"] = X("x"),
            ["y"] = Y("y"),
            ["detail"] = new JsonObject { ["field"] = "line", ["type"] = "nominal" },
            ["order"] = new JsonObject { ["field"] = "turn", ["type"] = "quantitative" },
            ["stroke"] = InkOf("bright"),
        });
    }

    /// <summary>The number of a level, at the middle of its longest line.</summary>
    private JsonObject Numbers()
    {
        JsonArray numbers = [];
        foreach (var level in map.Levels)
        {
            if (Contours.Of(map, level).MaxBy(contour => contour.Count) is not { Count: > 4 } longest) continue;
            var (x, y) = longest[longest.Count / 2];
            numbers.Add(new JsonObject { ["x"] = x, ["y"] = y, ["level"] = level, ["bright"] = IsBright(level) });
        }

        var layer = Layer(numbers, new() { ["type"] = "text", ["fontSize"] = 10.5, ["dy"] = -6 }, new()
        {
            ["x"] = X("x"),
            ["y"] = Y("y"),
            ["text"] = new JsonObject { ["field"] = "text", ["type"] = "nominal" },
            ["fill"] = InkOf("bright"),
        });
        layer["transform"] = new JsonArray(new JsonObject { ["calculate"] = _value.Text("datum.level"), ["as"] = "text" });
        return layer;
    }

    private JsonObject Way(Ink ink, double width) => Layer(MarkRows(), new() { ["type"] = "line", ["strokeWidth"] = width, ["strokeJoin"] = "round", ["stroke"] = ink.Light }, new()
    {
        ["x"] = X("x"),
        ["y"] = Y("y"),
        ["order"] = new JsonObject { ["field"] = "turn", ["type"] = "quantitative" },
    });

    private JsonObject Points() => Layer(
        MarkRows(),
        new() { ["type"] = "point", ["shape"] = "circle", ["size"] = map.Joined ? 30 : 70, ["opacity"] = 1, ["fill"] = Palette.OnDarkMap.Light, ["stroke"] = Palette.OnBrightMap.Light, ["strokeWidth"] = 1.6 },
        new() { ["x"] = X("x"), ["y"] = Y("y"), ["tooltip"] = new JsonObject { ["field"] = "name", ["type"] = "nominal" } });

    /// <summary>White letters, and dark ones around them, so that they can be read on every colour.</summary>
    private JsonObject Names(bool outlined)
    {
        JsonObject mark = new() { ["type"] = "text", ["dy"] = -13, ["fontSize"] = 12.5, ["fontWeight"] = 600, ["fill"] = outlined ? Palette.OnBrightMap.Light : Palette.OnDarkMap.Light };
        if (outlined) (mark["stroke"], mark["strokeWidth"], mark["strokeJoin"]) = (Palette.OnBrightMap.Light, 3.5, "round");
        var layer = Layer(MarkRows(), mark, new() { ["x"] = X("x"), ["y"] = Y("y"), ["text"] = new JsonObject { ["field"] = "name", ["type"] = "nominal" } });
        layer["transform"] = new JsonArray(new JsonObject { ["filter"] = "datum.labelled" });
        return layer;
    }

    private JsonArray MarkRows() =>
        new([.. map.Marks.Select((mark, turn) => new JsonObject { ["name"] = mark.Name, ["x"] = mark.X, ["y"] = mark.Y, ["turn"] = turn, ["labelled"] = mark.Labelled })]);

    private bool IsBright(double level)
    {
        var (low, high) = (map.Scaled(_finite.Min()), map.Scaled(_finite.Max()));
        return map.Scaled(level) - low > Bright * (high - low);
    }

    private static JsonObject InkOf(string bright) => new()
    {
        ["condition"] = new JsonObject { ["test"] = $"datum.{bright}", ["value"] = Palette.OnBrightMap.Light },
        ["value"] = Palette.OnDarkMap.Light,
    };

    private JsonObject Colour() => new()
    {
        ["field"] = "value",
        ["type"] = "quantitative",
        ["scale"] = new JsonObject { ["type"] = map.Value.Logarithmic ? "log" : "linear", ["scheme"] = scheme, ["domain"] = new JsonArray(_finite.Min(), _finite.Max()), ["nice"] = false },
        ["legend"] = Legend(),
    };

    /// <summary>The colours with the numbers at which there are contours.</summary>
    private JsonObject Legend()
    {
        JsonObject guide = new() { ["type"] = "gradient", ["title"] = map.Value.Title, ["titleColor"] = Palette.Text.Light, ["labelExpr"] = _value.Text("datum.value"), ["labelOverlap"] = "greedy" };
        if (map.Levels.Count > 0) guide["values"] = new JsonArray([.. map.Levels.Select(level => JsonValue.Create(level))]);
        return guide;
    }

    private JsonObject X(string field) => Position(field, _x, map.X);

    private JsonObject Y(string field) => Position(field, _y, map.Y);

    private static JsonObject Position(string field, ChartAxis axis, IReadOnlyList<double> places)
    {
        var half = (places[^1] - places[0]) / (places.Count - 1) / 2;
        return new()
        {
            ["field"] = field,
            ["type"] = "quantitative",
            ["scale"] = new JsonObject { ["domain"] = new JsonArray(places[0] - half, places[^1] + half), ["nice"] = false, ["zero"] = false },
            ["axis"] = new JsonObject { ["title"] = axis.Title, ["labelExpr"] = axis.Text("datum.value"), ["grid"] = false, ["tickCount"] = 6 },
        };
    }

    private static JsonObject Layer(JsonArray rows, JsonObject mark, JsonObject encoding)
    {
        mark["aria"] = false; // the figure's table is what a screen reader should read
        return new() { ["data"] = new JsonObject { ["values"] = rows }, ["mark"] = mark, ["encoding"] = encoding };
    }
}
