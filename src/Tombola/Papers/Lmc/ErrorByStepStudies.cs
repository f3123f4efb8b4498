using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Error of the three sparse networks at the end of training against the rewinding step: on the test set (figure 7), and the ticket's on the training set (figure 8).</summary>
internal static class ErrorByStepStudies
{
    public static Study Test { get; } = new(
        "lmc/fig7",
        "For which rewinding steps k do sparse networks match the dense one: the IMP ticket, and the two controls?",
        "Frankle et al. 2020, figure 7",
        "lenet-mnist",
        DesignTest);

    public static Study Train { get; } = new(
        "lmc/fig8",
        "How well does the IMP ticket fit the training set, by rewinding step k?",
        "Frankle et al. 2020, figure 8",
        "lenet-mnist",
        DesignTrain);

    private static StudyDesign DesignTest(StudyContext context)
    {
        var probes = SparseInstabilityStudy.Probes(context, "lmc/fig7", NetworkKinds.Three, Measures.Barrier);
        return StudyDesign.Of(context, probes, (store, rows) =>
        {
            StudyRow[] sparse = [.. rows.Skip(1)];
            var sentences = sparse.GroupBy(StepFigure.Title).Select(group => $"{group.Key} {WhenMatching([.. group])}");
            var verdict = sparse[0].Level == 0
                ? "No weight was pruned."
                : $"At {Percent.Of(sparse[0].Density, 1)} of the weights: {string.Join("; ", sentences)}. Dense: {Percent.Of(1 - rows[0].TestAccuracy.Mean)} error.";
            return new StudyOutcome(verdict, rows, Claims(context, sparse), [StepFigure.ErrorAgainstStep(context, rows, "lmc/fig7")]);
        });
    }

    private static StudyDesign DesignTrain(StudyContext context)
    {
        var probes = SparseInstabilityStudy.Probes(context, "lmc/fig8", [NetworkKinds.Imp], Measures.TrainError | Measures.Barrier);
        probes[0] = probes[0] with { Measures = Measures.TrainError };
        return StudyDesign.Of(context, probes, (_, rows) =>
        {
            StudyRow[] ticket = [.. rows.Skip(1)];
            var figure = new Figure(
                "train-error-by-step",
                "Training error against k",
                "Error on the training set, without augmentation, at the end of training, mean over copies and replicates with a band of one standard deviation.",
                StepFigure.Step,
                new Axis("Training error", Format: ".2%"))
            {
                Series =
                [
                    .. StepFigure.Lines(ticket, row => row.TrainError),
                    new Series("dense", [new SeriesPoint(0, rows[0].TrainError!.Mean)]) { Reference = true },
                    .. StepFigure.Published(context, "lmc/fig8"),
                ],
                Source = StepFigure.Source(context, "lmc/fig8"),
            };
            var (first, last) = (ticket[0], ticket.MinBy(row => row.TrainError!.Mean)!);
            var verdict = $"At {Percent.Of(first.Density, 1)} of the weights the ticket's training error is {Percent.Of(first.TrainError!.Mean)} when rewound to step {first.Rewind}"
                + (last == first ? "" : $" and lowest, {Percent.Of(last.TrainError!.Mean)}, at step {last.Rewind}") + $"; dense {Percent.Of(rows[0].TrainError!.Mean)}.";

            // The paper sees the error on the training set fall where instability does.
            var stable = ticket.Where(row => row.Stable == Answer.Yes).ToArray();
            var unstable = ticket.Where(row => row.Stable == Answer.No).ToArray();
            var claim = new Claim(
                "Tickets fit the training set better at steps where they are stable than at steps where they are not.",
                stable.Length == 0 || unstable.Length == 0 ? null : stable.Max(row => row.TrainError!.Mean) < unstable.Min(row => row.TrainError!.Mean));
            return new StudyOutcome(verdict, rows, StepFigure.Published(context, "lmc/fig8").Count > 0 && context.Preset.Published!.Network != "LeNet" ? [claim] : [], [figure]);
        });
    }

    private static string WhenMatching(StudyRow[] rows)
    {
        var (matching, open) = (rows.Where(row => row.Matching == Answer.Yes).ToArray(), rows.Count(row => row.Matching == Answer.Undecided));
        if (matching.Length == rows.Length) return "matches at every step tried";
        var best = rows.MaxBy(row => row.TestAccuracy.Mean)!;
        var start = matching.Length > 0 ? $"matches at {matching.Length} of {rows.Length} steps, the first {matching[0].Rewind}" : open > 0 ? "matches for certain at no step tried" : "matches at no step tried";
        return $"{start}{(open > 0 ? $", perhaps at {open} {(matching.Length > 0 ? "more" : $"of {rows.Length}")}" : "")} (best {Percent.Of(1 - best.TestAccuracy.Mean)} error, from step {best.Rewind})";
    }

    private static Claim[] Claims(StudyContext context, StudyRow[] rows)
    {
        if (StepFigure.Published(context, "lmc/fig7").Count == 0) return [];
        var ticket = rows.Where(row => row.Mask == NetworkKinds.Imp.Name).ToArray();
        return
        [
            new Claim("Tickets match the dense network only where they are stable.", OnlyWhere(ticket, row => row.Matching, row => row.Stable)),
            new Claim("Tickets that are stable match the dense network.", OnlyWhere(ticket, row => row.Stable, row => row.Matching)),
            new Claim("No control matches at this density.", rows.Except(ticket).Select(row => !row.Matching!.Value.AsClaim()).AllHold()),
        ];

        // What is a clear yes must have the other; what neither is clear of leaves it open.
        static bool? OnlyWhere(IEnumerable<StudyRow> rows, Func<StudyRow, Answer?> first, Func<StudyRow, Answer?> second) =>
            rows.Where(row => first(row) == Answer.Yes).Select(row => second(row)!.Value.AsClaim()).ToArray() is { Length: > 0 } found ? found.AllHold() : null;
    }
}
