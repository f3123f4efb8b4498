namespace Tombola.Reporting.Charts;

/// <summary>Chooses the end of a threshold line at which its label covers least.</summary>
internal static class ThresholdSide
{
    /// <summary>Whether the points near the right end keep further away from the label, which stands just above the line, than those at the left.</summary>
    public static bool IsRightFreer(Figure figure, Threshold threshold)
    {
        SeriesPoint[] points = [.. figure.Lines.Where(line => line.Series.Points.Count > 1).SelectMany(line => line.Series.Points).OrderBy(point => point.X)];
        if (points.Length == 0) return true;
        double[] places = [.. points.Select(point => point.X).Distinct()];
        int few = Math.Max(1, places.Length / 3);
        double height = points.Max(point => point.Y) - points.Min(point => point.Y);
        double label = threshold.Y + (0.03 * height);
        double atLow = Clearance(places[..few]);
        double atHigh = Clearance(places[^few..]);
        return figure.X.Reversed ? atLow >= atHigh : atHigh >= atLow;

        double Clearance(double[] end) => points.Where(point => end.Contains(point.X)).Min(point => Math.Abs(point.Y - label));
    }
}
