using System.Text.Json.Nodes;
using Tombola.Reporting;
using Tombola.Reporting.Charts;
using Xunit;

namespace Tombola.Tests.Reporting;

public sealed class HeatMapTests
{
    [Fact]
    public void The_contour_of_a_bowl_is_a_circle()
    {
        var contour = Assert.Single(Contours.Of(Bowl(41), 1));
        Assert.Equal(contour[0], contour[^1]);
        Assert.True(contour.Count > 60);

        // A side of a cell is 0.1 long, and the square root bends by less than a hundredth of that on it.
        Assert.All(contour, point => Assert.Equal(1, Math.Sqrt((point.X * point.X) + (point.Y * point.Y)), 0.002));
    }

    [Fact]
    public void The_contour_of_a_slope_is_a_straight_line_from_edge_to_edge()
    {
        var contour = Assert.Single(Contours.Of(Map(5, 4, (x, y) => x + (2 * y)), 3));
        Assert.All(contour, point => Assert.Equal(3, point.X + (2 * point.Y), 12));
        Assert.Equal([(-1.0, 2.0), (2.0, 0.5)], new[] { contour[0], contour[^1] }.OrderBy(end => end.X), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12);
    }

    [Fact]
    public void On_a_saddle_the_middle_says_what_is_joined()
    {
        // High at two corners across from each other; the mean of the four is 0.5.
        HeatMap saddle = new([0, 1], [0, 1], [1, 0, 0, 1], new("v"));
        Assert.Equal([[(1, 0.25), (0.75, 0)], [(0.25, 1), (0, 0.75)]], Sorted(saddle, 0.25));
        Assert.Equal([[(0.25, 0), (0, 0.25)], [(1, 0.75), (0.75, 1)]], Sorted(saddle, 0.75));

        static (double, double)[][] Sorted(HeatMap map, double level) => [.. Contours.Of(map, level).Select(line => line.OrderByDescending(point => point.X).ToArray()).OrderBy(line => line[0].Y)];
    }

    [Fact]
    public void A_hole_has_no_contour()
    {
        HeatMap holed = new([0, 1, 2], [0, 1], [0, 1, 0, 0, 1, double.NaN], new("v"));
        Assert.All(Assert.Single(Contours.Of(holed, 0.5)), point => Assert.Equal(0.5, point.X));
    }

    [Fact]
    public void On_a_logarithmic_scale_a_contour_lies_where_the_ratio_says()
    {
        HeatMap map = new([0, 1], [0, 1], [1, 100, 1, 100], new("v", Logarithmic: true));
        Assert.All(Assert.Single(Contours.Of(map, 10)), point => Assert.Equal(0.5, point.X, 12));
    }

    [Theory]
    [InlineData(0, 1, false, new[] { 0.2, 0.4, 0.6, 0.8 })]
    [InlineData(0.031, 0.9, false, new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8 })]
    [InlineData(-3, 3, false, new[] { -2.0, -1, 0, 1, 2 })]
    [InlineData(0.14, 5, true, new[] { 0.2, 0.5, 1, 2 })]
    [InlineData(0.1, 2e6, true, new[] { 1, 10, 100, 1e3, 1e4, 1e5, 1e6 })]
    [InlineData(1e-3, 1e30, true, new[] { 1, 1e4, 1e8, 1e12, 1e16, 1e20, 1e24, 1e28 })]
    [InlineData(2, 2, false, new double[0])]
    public void Levels_are_round_numbers_between_the_lowest_and_the_highest(double low, double high, bool logarithmic, double[] levels) =>
        Assert.Equal(levels, ContourLevels.Of([low, high], logarithmic));

    [Theory]
    [InlineData(0.1, 0.9, false)]
    [InlineData(0.1, 1.1, true)]
    [InlineData(0, 5, false)]
    [InlineData(0.1, double.PositiveInfinity, false)]
    public void What_spans_more_than_a_factor_of_ten_is_wide(double low, double high, bool wide) => Assert.Equal(wide, HeatMap.IsWide([low, high]));

    [Fact]
    public void A_map_is_drawn_from_the_cells_up_to_the_names()
    {
        JsonObject spec = ChartSpec.Of(Picture(Bowl(5) with { Marks = [new("a", 0, 0, 0)] }));
        Assert.Equal(["rect", "line", "text", "point", "text", "text"], spec["layer"]!.AsArray().Select(layer => (string)layer!["mark"]!["type"]!));
        JsonNode cells = spec["layer"]![0]!;
        Assert.Equal(25, cells["data"]!["values"]!.AsArray().Count);
        Assert.Equal("linear", (string)cells["encoding"]!["color"]!["scale"]!["type"]!);
        Assert.Equal("[-2.5,2.5]", cells["encoding"]!["x"]!["scale"]!["domain"]!.ToJsonString());
        Assert.Equal(1, (double)spec["usermeta"]!["aspect"]!);
        JsonObject logarithmic = ChartSpec.Of(Picture(Map(3, 3, (x, y) => Math.Exp(x)) with { Value = new("v", Logarithmic: true) }));
        Assert.Equal("log", (string)logarithmic["layer"]![0]!["encoding"]!["color"]!["scale"]!["type"]!);
    }

    [Fact]
    public void Holes_are_left_out_and_a_map_of_nothing_else_says_so()
    {
        HeatMap holed = new([0, 1], [0, 1], [1, double.NaN, double.PositiveInfinity, 2], new("v"));
        Assert.Equal(2, ChartSpec.Of(Picture(holed))["layer"]![0]!["data"]!["values"]!.AsArray().Count);
        StringWriter page = new();
        HtmlReport.Write(Samples.Report(Picture(holed with { Values = [double.NaN, double.NaN, double.NaN, double.NaN] })), page, "draw()");
        Assert.Contains("nothing to show yet", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_colour_of_a_map_has_a_dark_counterpart()
    {
        JsonObject spec = ChartSpec.Of(Picture(Bowl(5) with { Marks = [new("a", 0, 0, 0), new("b", 1, 1, 2)], Joined = true }));
        JsonObject dark = spec["usermeta"]!["dark"]!.AsObject();
        var colours = System.Text.RegularExpressions.Regex.Matches(spec["layer"]!.ToJsonString() + spec["config"]!.ToJsonString(), "#[0-9a-f]{6}").Select(match => match.Value).Distinct();
        Assert.All(colours, colour => Assert.True(dark.ContainsKey(colour), colour));
    }

    [Fact]
    public void A_map_is_a_table_and_a_file_as_well()
    {
        Figure figure = Picture(new([0, 1], [0, 2], [0.5, 0.25, double.NaN, 1], new("Error", Format: ".1%")) { Marks = [new("one, two", 0, 2, 0.125)] });
        StringWriter csv = new(), page = new();
        Csv.Write(figure, csv);
        Assert.Equal("name,x,y,value\r\n\"one, two\",0,2,0.125\r\n,0,0,0.5\r\n,1,0,0.25\r\n,0,2,\r\n,1,2,1\r\n", csv.ToString());
        HtmlReport.Write(Samples.Report(figure), page, script: null);
        Assert.Contains("<details open>", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("12.50&#xA0;%", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("one, two", page.ToString(), StringComparison.Ordinal);
    }

    private static Figure Picture(HeatMap map) => new("map", "Map", "A map.", new("x"), new("y")) { Map = map };

    private static HeatMap Bowl(int side) => Map(side, side, (x, y) => (x * x) + (y * y));

    /// <summary>A function from -2 to 2 in both directions.</summary>
    private static HeatMap Map(int columns, int rows, Func<double, double, double> value)
    {
        double[] x = [.. Enumerable.Range(0, columns).Select(i => -2 + (4.0 * i / (columns - 1)))], y = [.. Enumerable.Range(0, rows).Select(i => -2 + (4.0 * i / (rows - 1)))];
        return new(x, y, [.. y.SelectMany(up => x.Select(across => value(across, up)))], new("v"));
    }
}
