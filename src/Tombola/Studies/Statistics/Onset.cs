namespace Tombola.Studies;

/// <summary>The first step k from which on something holds: no later step of the list fails again.</summary>
internal static class Onset
{
    /// <summary>The first k after the last row that is not a clear yes; null if the last row is none. Rows come in the order of k.</summary>
    public static long? Of(IReadOnlyList<StudyRow> rows, Func<StudyRow, Answer?> answer) => Of([.. rows.Select(row => row.Rewind)], i => answer(rows[i]) == Answer.Yes);

    /// <summary>The same of steps in order, told by their places in the list.</summary>
    public static long? Of(IReadOnlyList<long> steps, Func<int, bool> holds)
    {
        var failing = steps.Count - 1;
        while (failing >= 0 && holds(failing)) failing--;
        return failing == steps.Count - 1 ? null : steps[failing + 1];
    }

    /// <summary>"is stable from step 500 on (barrier 12.00 points from step 0, 1.50 points from step 500)".</summary>
    public static string WhenStable(IReadOnlyList<StudyRow> rows)
    {
        var start = $"barrier {Percent.Points(rows[0].Barrier!.Mean)} from step {rows[0].Rewind}";
        if (Of(rows, row => row.Stable) is not { } first)
        {
            return rows.Count == 1
                ? $"{(rows[0].Stable == Answer.Undecided ? "may or may not be stable" : "is not stable")} ({start})"
                : $"is not clearly stable at the last step tried ({start}, {Percent.Points(rows[^1].Barrier!.Mean)} from step {rows[^1].Rewind})";
        }

        return first == rows[0].Rewind
            ? $"is stable from step {first} on (barrier {Percent.Points(rows[0].Barrier!.Mean)})"
            : $"is stable from step {first} on ({start}, {Percent.Points(rows.First(row => row.Rewind == first).Barrier!.Mean)} from step {first})";
    }

    /// <summary>A sentence for every kind of network.</summary>
    public static string Sentences(IEnumerable<StudyRow> rows)
    {
        var text = string.Join("; ", rows.GroupBy(row => row.Level == 0 ? "the dense network" : StepFigure.Title(row)).Select(group => $"{group.Key} {WhenStable([.. group])}")) + ".";
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
