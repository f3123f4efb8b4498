namespace Tombola.Reporting;

/// <summary>A measured value, with the band it may lie in.</summary>
/// <param name="X">Position on the horizontal axis.</param>
/// <param name="Y">The value, usually a mean over replicates. Not-a-number leaves a gap.</param>
/// <param name="Low">Lower end of the error band.</param>
/// <param name="High">Upper end of the error band.</param>
/// <param name="Note">Shown with the point, for instance how many replicates there are.</param>
public sealed record SeriesPoint(double X, double Y, double? Low = null, double? High = null, string? Note = null);

/// <summary>Points that belong together: one line of a figure.</summary>
/// <param name="Name">As in the legend. A published series has the name of the series of ours that it stands beside.</param>
/// <param name="Points">In the order in which they are joined.</param>
public sealed record Series(string Name, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Taken from a paper: drawn with hollow markers and a dashed line, in the colour of our series of the same name.</summary>
    public bool Published { get; init; }

    /// <summary>Something to compare with, such as dense accuracy: a thin grey line; across the whole figure when it has one point.</summary>
    public bool Reference { get; init; }

    /// <summary>Points alone: nothing joins them.</summary>
    internal bool Scattered { get; init; }

    internal string LegendName => Published ? $"{Name} (published)" : Name;
}
