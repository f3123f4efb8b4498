namespace Tombola.Reporting;

/// <summary>A value over a plane, shown in colours with contours, and places on it that have names.</summary>
/// <param name="X">Places of the columns, ascending and equally spaced.</param>
/// <param name="Y">Places of the rows, likewise.</param>
/// <param name="Values">Row by row. What is not finite leaves a hole.</param>
/// <param name="Value">What is shown; its scale is that of the colours.</param>
internal sealed record HeatMap(IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double> Values, Axis Value)
{
    /// <summary>What spans more than this factor is shown in equal ratios.</summary>
    private const double WideSpan = 10;

    /// <summary>The places with names.</summary>
    public IReadOnlyList<MapMark> Marks { get; init; } = [];

    /// <summary>Whether the marks are places on a way, and joined by a line.</summary>
    public bool Joined { get; init; }

    /// <summary>Where contours are drawn, ascending.</summary>
    public IReadOnlyList<double> Levels { get; } = ContourLevels.Of([.. Values.Where(double.IsFinite)], Value.Logarithmic);

    /// <summary>Marks and points as a table has them; points have no name.</summary>
    public IEnumerable<MapMark> Rows => Marks.Concat(Y.SelectMany((y, row) => X.Select((x, column) => new MapMark("", x, y, At(column, row)))));

    /// <summary>Whether values are so far apart that equal differences would show nothing of the low ones.</summary>
    public static bool IsWide(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length > 0 && finite.Min() > 0 && finite.Max() > WideSpan * finite.Min();
    }

    /// <summary>The value of a column and a row.</summary>
    public double At(int column, int row) => Values[(row * X.Count) + column];

    /// <summary>The value as the colours see it.</summary>
    public double Scaled(double value) => Value.Logarithmic ? Math.Log(value) : value;
}

/// <summary>A place on a map.</summary>
/// <param name="Name">As the map and its table call it.</param>
/// <param name="X">Across.</param>
/// <param name="Y">Up.</param>
/// <param name="Value">What was measured there.</param>
internal sealed record MapMark(string Name, double X, double Y, double Value)
{
    /// <summary>Whether the map shows the name; the table always does.</summary>
    public bool Labelled { get; init; } = true;
}
