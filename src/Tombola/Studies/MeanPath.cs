using Tombola.Landscape;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The mean of several paths, point by point, with a band of one standard deviation.</summary>
internal static class MeanPath
{
    public static IReadOnlyList<SeriesPoint> Of(IEnumerable<IReadOnlyList<PathPoint>> paths)
    {
        var all = paths.ToArray();
        return [.. Enumerable.Range(0, all[0].Count).Select(i =>
        {
            var error = Spread.Of(all.Select(path => path[i].Error));
            return Measurement.Point(all[0][i].Alpha, error.Mean, error.Deviation);
        })];
    }
}
