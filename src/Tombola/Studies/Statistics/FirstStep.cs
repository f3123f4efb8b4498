using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The first step k at which something holds, over replicates.</summary>
/// <param name="Median">Median over replicates, where "at no step" comes after every step; null if more than half have none.</param>
/// <param name="Low">The earliest; null if no replicate has one.</param>
/// <param name="High">The latest of those that have one.</param>
/// <param name="Found">Replicates that have one.</param>
/// <param name="Replicates">All replicates.</param>
internal sealed record FirstStep(double? Median, long? Low, long? High, int Found, int Replicates)
{
    /// <summary>Of one step a replicate, null for none.</summary>
    public static FirstStep Of(IReadOnlyList<long?> replicates)
    {
        long[] found = [.. replicates.OfType<long>().Order()];
        var (lower, upper) = ((replicates.Count - 1) / 2, replicates.Count / 2);

        // If just half have one, there is nothing to take the mean of the middle two with: the latest that was found is the median.
        double? median = lower >= found.Length ? null : upper >= found.Length ? found[lower] : (found[lower] + found[upper]) / 2.0;
        return found.Length == 0 ? new FirstStep(null, null, null, 0, replicates.Count) : new FirstStep(median, found[0], found[^1], found.Length, replicates.Count);
    }

    /// <summary>The median at a density, with the range as band; a gap where there is none.</summary>
    public SeriesPoint Point(double density)
    {
        var note = Found < Replicates ? $"{Found} of {Replicates} replicates" : null;
        return Median is not { } median ? new SeriesPoint(density, double.NaN, Note: note) : Replicates == 1 ? new SeriesPoint(density, median) : new SeriesPoint(density, median, Low, High, note);
    }

    /// <summary>"500", "375 (250 to 500)", "500 (2 of 3)", "none (1 of 3)".</summary>
    public override string ToString()
    {
        string[] remarks = [.. Median is not null && Low < High ? new[] { $"{Low} to {High}" } : [], .. Found > 0 && Found < Replicates ? new[] { $"{Found} of {Replicates}" } : []];
        var median = Median is { } step ? step.ToString(CultureInfo.InvariantCulture) : "none";
        return remarks.Length == 0 ? median : $"{median} ({string.Join(", ", remarks)})";
    }
}
