using System.Text.Json.Nodes;
using Tombola.Reporting;
using Tombola.Reporting.Charts;
using Xunit;

namespace Tombola.Tests.Reporting;

public class ChartSpecTests
{
    [Fact]
    public void Layers_run_from_the_band_at_the_back_to_the_threshold_label_in_front()
    {
        JsonObject spec = ChartSpec.Of(Samples.Accuracy);
        Assert.Equal(["area", "rule", "rule", "line", "rule", "point", "point", "text"], spec["layer"]!.AsArray().Select(Mark));
        Assert.Equal("Accuracy. Test accuracy against density.", (string?)spec["description"]);
    }

    /// <summary>All of a specification, so that nobody changes a picture unawares. With TOMBOLA_GOLDEN=write the files are written.</summary>
    [Theory]
    [InlineData("accuracy")]
    [InlineData("panelled")]
    public void A_specification_is_the_golden_one(string name)
    {
        string spec = ChartSpec.Of(name == "accuracy" ? Samples.Accuracy : Samples.Panelled).ToJsonString(new() { WriteIndented = true }) + "\n";
        string golden = Path.Combine(Architecture.FloorTests.Root, "tests", "Tombola.Tests", "Reporting", "Golden", $"{name}.json");
        if (Environment.GetEnvironmentVariable("TOMBOLA_GOLDEN") == "write") File.WriteAllText(golden, spec);
        Assert.Equal(File.ReadAllText(golden).ReplaceLineEndings("\n"), spec.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_rows_of_a_small_figure_are_these()
    {
        string rows = ChartSpec.Of(Samples.Accuracy)["data"]!["values"]!.ToJsonString();
        Assert.Equal(
            """[{"series":"IMP","kind":"own","x":1,"y":0.98,"low":0.979,"high":0.981,"marker":true},"""
            + """{"series":"IMP","kind":"own","x":0.8,"y":0.982,"low":0.98,"high":0.984,"marker":true,"note":"3 replicates"},"""
            + """{"series":"IMP","kind":"own","x":0.64,"y":null,"marker":true},"""
            + """{"series":"IMP (published)","kind":"published","x":0.8,"y":0.981,"marker":true},"""
            + """{"series":"Dense","kind":"level","x":1,"y":0.98}]""", rows);
    }

    [Fact]
    public void Scattered_points_are_not_joined_and_a_divider_stands_in_the_picture()
    {
        Figure figure = new("f", "F", "F.", new("x"), new("y"))
        {
            Series = [new("a", [.. Enumerable.Range(0, 30).Select(i => new SeriesPoint(i, i))]) { Scattered = true }, new("b", [new(0, 1), new(1, 2)])],
            Divider = new Divider(40, "far"),
        };
        JsonObject spec = ChartSpec.Of(figure);
        JsonNode?[] layers = [.. spec["layer"]!.AsArray()];
        Assert.Equal(["rule", "line", "point", "point", "text"], layers.Select(Mark));
        Assert.Equal(40, (double)layers[0]!["encoding"]!["x"]!["datum"]!);
        Assert.Equal("[0,40]", Encoding(figure, "line", "x")["scale"]!["domain"]!.ToJsonString());
        Assert.EndsWith("&& !datum.scattered", (string)layers[1]!["transform"]![0]!["filter"]!, StringComparison.Ordinal);
        Assert.Equal(30, spec["data"]!["values"]!.AsArray().Count(row => row!["scattered"] is not null && (bool)row["marker"]!));
        Assert.Equal(("far", "right"), ((string)layers[^1]!["mark"]!["text"]!, (string)layers[^1]!["mark"]!["align"]!));
    }

    [Fact]
    public void A_published_series_is_hollow_in_the_colour_and_shape_of_ours()
    {
        JsonNode points = ChartSpec.Of(Samples.Accuracy)["layer"]!.AsArray().First(layer => Mark(layer) == "point")!["encoding"]!;
        string[] Range(string channel) => [.. points[channel]!["scale"]!["range"]!.AsArray().Select(value => (string)value!)];
        Assert.Equal(["IMP", "IMP (published)", "Dense"], points["stroke"]!["scale"]!["domain"]!.AsArray().Select(value => (string)value!));
        Assert.Equal(Range("stroke")[0], Range("stroke")[1]);
        Assert.Equal(Range("shape")[0], Range("shape")[1]);
        Assert.Equal(Range("stroke")[0], Range("fill")[0]);
        Assert.Equal("#ffffff", Range("fill")[1]);
    }

    [Fact]
    public void A_line_without_marks_is_a_line_in_the_legend_too()
    {
        static Series Line(string name, int points) => new(name, [.. Enumerable.Range(0, points).Select(i => new SeriesPoint(i, i))]);
        var figure = new Figure("lines", "Lines", "Two lines.", new Axis("x"), new Axis("y")) { Series = [Line("long", 30), Line("short", 5)] };
        JsonArray range = ChartSpec.Of(figure)["layer"]!.AsArray().First(layer => Mark(layer) == "point")!["encoding"]!["shape"]!["scale"]!["range"]!.AsArray();
        Assert.Equal(["stroke", "square"], range.Select(value => (string)value!));
        var panelled = new Figure("panels", "Lines", "Two lines.", new Axis("x"), new Axis("y")) { Panels = [new Panel("one", [Line("first", 30), Line("second", 30)]), new Panel("two", [Line("first", 5), Line("second", 30)])] };
        Assert.Contains("[\"circle\",\"stroke\"]", ChartSpec.Of(panelled).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Density_runs_from_dense_at_the_left_with_a_tick_at_every_level()
    {
        JsonNode x = Encoding(Samples.Accuracy, "line", "x");
        Assert.Equal("log", (string?)x["scale"]!["type"]);
        Assert.Equal("[1,0.64]", x["scale"]!["domain"]!.ToJsonString());
        Assert.Equal("[0.64,0.8,1]", x["axis"]!["values"]!.ToJsonString());
        Assert.EndsWith("'\u00a0%'", (string?)x["axis"]!["labelExpr"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_logarithmic_axis_through_zero_is_linear_around_it()
    {
        Figure figure = new("f", "F", "F.", new("k", Logarithmic: true), new("y")) { Series = [new("a", [new(0, 1), new(50, 2), new(20000, 3)])] };
        JsonNode scale = Encoding(figure, "line", "x")["scale"]!;
        Assert.Equal("symlog", (string?)scale["type"]);
        Assert.Equal(50, (double)scale["constant"]!);
    }

    [Fact]
    public void Where_places_say_nothing_ticks_are_round()
    {
        Figure figure = new("f", "F", "F.", new("|w|", Logarithmic: true), new("y")) { Series = [new("a", [new(0.0154, 1), new(0.154, 2), new(1.54, 3)])] };
        Assert.Equal("[0.0154,0.154,1.54]", Encoding(figure, "line", "x")["axis"]!["values"]!.ToJsonString());
        Assert.Equal("[0.02,0.05,0.1,0.2,0.5,1]", Encoding(figure with { X = figure.X with { RoundTicks = true } }, "line", "x")["axis"]!["values"]!.ToJsonString());
    }

    [Theory]
    [InlineData(0, 0.6, 0)]
    [InlineData(0.95, 0.99, 1)]
    [InlineData(0.981, 0.983, 2)]
    public void Ticks_of_a_percent_axis_have_equally_many_decimals(double low, double high, int decimals)
    {
        Figure figure = new("f", "F", "F.", new("x"), new("y", Format: ".0%")) { Series = [new("a", [new(0, low), new(1, high)])] };
        Assert.Contains($"\".{decimals}f\"", (string?)Encoding(figure, "line", "y")["axis"]!["labelExpr"], StringComparison.Ordinal);
    }

    [Fact]
    public void Panels_become_facets_in_the_order_given()
    {
        JsonObject spec = ChartSpec.Of(Samples.Panelled);
        Assert.Equal("""["Level 1","Level 0"]""", spec["facet"]!["sort"]!.ToJsonString());
        Assert.Equal(["rule", "line", "point", "point"], spec["spec"]!["layer"]!.AsArray().Select(Mark));
    }

    [Fact]
    public void Every_colour_has_a_dark_counterpart()
    {
        Series[] many = [.. Enumerable.Range(0, 12).Select(i => new Series($"layer {i}", [new(0, i), new(1, i + 1)]))];
        JsonObject spec = ChartSpec.Of(Samples.Accuracy with { Series = many });
        JsonObject dark = spec["usermeta"]!["dark"]!.AsObject();
        string drawing = spec["layer"]!.ToJsonString() + spec["config"]!.ToJsonString();
        string[] colours = [.. System.Text.RegularExpressions.Regex.Matches(drawing, "#[0-9a-f]{6}").Select(match => match.Value).Distinct()];
        Assert.True(colours.Length > 12);
        Assert.All(colours, colour => Assert.True(dark.ContainsKey(colour), colour));
    }

    [Fact]
    public void A_threshold_is_labelled_where_the_points_keep_away()
    {
        Figure rising = new("f", "F", "F.", new("x"), new("y")) { Series = [new("a", [new(0, 0.02), new(1, 0.1), new(2, 0.5)])], Threshold = new(0.02, "2 %") };
        Assert.True(ThresholdSide.IsRightFreer(rising, rising.Threshold!));
        Figure reversed = rising with { X = new("x", Reversed: true) };
        Assert.False(ThresholdSide.IsRightFreer(reversed, reversed.Threshold!));
    }

    private static string Mark(JsonNode? layer) => (string)layer!["mark"]!["type"]!;

    private static JsonNode Encoding(Figure figure, string mark, string channel) =>
        ChartSpec.Of(figure)["layer"]!.AsArray().First(layer => Mark(layer) == mark)!["encoding"]![channel]!;
}
