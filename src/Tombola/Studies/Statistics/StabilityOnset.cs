using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The step k at which stability, or matching, sets in, over replicates.</summary>
/// <param name="Median">Median over replicates, where "at no step" comes after every step; null if more than half have none.</param>
/// <param name="Low">The earliest; null if no replicate has one.</param>
/// <param name="High">The latest of those that have one.</param>
/// <param name="Found">Replicates that have one.</param>
/// <param name="Replicates">All replicates.</param>
internal sealed record StabilityOnset(double? Median, long? Low, long? High, int Found, int Replicates)
{
    /// <summary>Of one step a replicate, null for none.</summary>
    public static StabilityOnset Of(IReadOnlyList<long?> replicates)
    {
        long[] found = [.. replicates.OfType<long>().Order()];
        var (lower, upper) = ((replicates.Count - 1) / 2, replicates.Count / 2);

        // If just half have one, there is nothing to take the mean of the middle two with: the latest that was found is the median.
        double? median = lower >= found.Length ? null : upper >= found.Length ? found[lower] : (found[lower] + found[upper]) / 2.0;
        return found.Length == 0 ? new StabilityOnset(null, null, null, 0, replicates.Count) : new StabilityOnset(median, found[0], found[^1], found.Length, replicates.Count);
    }

    /// <summary>The first step after the last at which something does not hold, told by places in the list; null if it does not at the end.</summary>
    public static long? Step(IReadOnlyList<long> steps, Func<int, bool> holds)
    {
        var failing = steps.Count - 1;
        while (failing >= 0 && holds(failing)) failing--;
        return failing == steps.Count - 1 ? null : steps[failing + 1];
    }

    /// <summary>The first step from which on rows, in the order of k, are stable for certain; null if the last is not.</summary>
    public static long? Step(IReadOnlyList<StudyRow> rows) => Step([.. rows.Select(row => row.StartStep)], i => rows[i].Stable == Answer.Yes);

    /// <summary>"is stable from step 500 on (barrier 12.00 points from step 0, 1.50 points from step 500)".</summary>
    public static string WhenStable(IReadOnlyList<StudyRow> rows)
    {
        var (first, last) = (rows[0], rows[^1]);
        var start = $"barrier {Barrier(first)} from step {first.StartStep}";
        if (Step(rows) is not { } step)
        {
            return rows.Count == 1
                ? $"{(first.Stable == Answer.Undecided ? "may or may not be stable" : "is not stable")} ({start})"
                : $"is not clearly stable at the last step tried ({start}, {Barrier(last)} from step {last.StartStep})";
        }

        return step == first.StartStep
            ? $"is stable from step {step} on (barrier {Barrier(first)})"
            : $"is stable from step {step} on ({start}, {Barrier(rows.First(row => row.StartStep == step))} from step {step})";

        static string Barrier(StudyRow row) => InWords.Points(row[Measures.Barrier].Mean);
    }

    /// <summary>Such a sentence for every kind of network.</summary>
    public static string Sentences(IEnumerable<StudyRow> rows) => InWords.Capitalised(
        string.Join("; ", rows.GroupBy(row => row.Level == 0 ? "the dense network" : row.Title).Select(kind => $"{kind.Key} {WhenStable([.. kind])}")) + ".");

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
        var median = Median is { } step ? InWords.Number(step) : "none";
        return remarks.Length == 0 ? median : $"{median} ({string.Join(", ", remarks)})";
    }
}
