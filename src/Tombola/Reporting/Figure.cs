namespace Tombola.Reporting;

/// <summary>A chart of lines with points, or a map, with the sentence that defines it.</summary>
/// <param name="Id">Names the figure in addresses and files: lower case letters, digits and hyphens, such as <c>accuracy-by-density</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Definition">One sentence: what is plotted, against what, in which units.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
public sealed record Figure(string Id, string Title, string Definition, Axis X, Axis Y)
{
    /// <summary>The lines; in a figure of panels, the lines that stand in every panel.</summary>
    public IReadOnlyList<Series> Series { get; init; } = [];

    /// <summary>Small charts side by side on the same axes. Empty for a single chart.</summary>
    public IReadOnlyList<Panel> Panels { get; init; } = [];

    /// <summary>A value of Y to compare with.</summary>
    public Threshold? Threshold { get; init; }

    /// <summary>A value of X to compare with; with <see cref="Threshold"/> it makes quadrants.</summary>
    internal Divider? Divider { get; init; }

    /// <summary>Where the published points come from.</summary>
    public string? Source { get; init; }

    /// <summary>A map that is shown instead of lines.</summary>
    internal HeatMap? Map { get; init; }

    /// <summary>Its name in files and links.</summary>
    public string Id { get; private init; } = ReportId.Check(Id);

    /// <summary>The figure under another name, for a page on which several have the same.</summary>
    internal Figure Named(string id) => this with { Id = ReportId.Check(id) };

    /// <summary>Whether there is a number to show.</summary>
    internal bool HasPoints => Map is null ? Lines.Any(line => line.Series.Points.Any(point => double.IsFinite(point.X) && double.IsFinite(point.Y))) : Map.Values.Any(double.IsFinite);

    /// <summary>Every series with the title of its panel; a figure without panels has one panel without a title.</summary>
    internal IEnumerable<(string Panel, Series Series)> Lines => Panels.Count == 0
        ? Series.Select(series => ("", series))
        : Panels.SelectMany(panel => Series.Concat(panel.Series).Select(series => (panel.Title, series)));

    /// <summary>The order of the legend: ours as first met, then published, then references.</summary>
    internal IReadOnlyList<Series> DistinctSeries =>
        [.. Lines.Select(line => line.Series).DistinctBy(series => series.LegendName).OrderBy(series => (series.Reference, series.Published))];
}

/// <summary>One of several small charts.</summary>
public sealed record Panel(string Title, IReadOnlyList<Series> Series);

/// <summary>A line across the figure at <paramref name="Y"/>, such as the 2 % below which networks count as stable.</summary>
public sealed record Threshold(double Y, string Label);

/// <summary>A line up the figure at <paramref name="X"/>, such as the half point above the dense error up to which networks match.</summary>
internal sealed record Divider(double X, string Label);
