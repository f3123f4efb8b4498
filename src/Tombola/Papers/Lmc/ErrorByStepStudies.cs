using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Error of the three sparse networks at the end of training against the rewinding step: on the test set (figure 7), and the ticket's on the training set (figure 8).</summary>
internal static class ErrorByStepStudies
{
    private const string Figure7 = "lmc/fig7", Figure8 = "lmc/fig8";

    public static Study Test { get; } = new(
        Figure7,
        "For which rewinding steps k do sparse networks match the dense one: the IMP ticket, and the two controls?",
        "Frankle et al. 2020, figure 7",
        "lenet-mnist",
        DesignTest);

    public static Study Train { get; } = new(
        Figure8,
        "How well does the IMP ticket fit the training set, by rewinding step k?",
        "Frankle et al. 2020, figure 8",
        "lenet-mnist",
        DesignTrain);

    private static StudyDesign DesignTest(StudyContext context)
    {
        var conditions = SparseInstabilityStudy.Conditions(context, Figure7, NetworkKinds.Three);
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. conditions.Measured(Measures.Barriers)], rows =>
        {
            var sparse = rows.Of(conditions);
            var sentences = sparse.GroupBy(row => row.Title).Select(kind => $"{kind.Key} {WhenMatching([.. kind])}");
            var verdict = sparse[0].Level == 0
                ? "No weight was pruned."
                : $"At {InWords.Percent(sparse[0].Density, 1)} of the weights: {string.Join("; ", sentences)}. Dense: {InWords.Percent(1 - rows.Dense.TestAccuracy.Mean)} error.";
            return new StudyOutcome(
                verdict, rows, LmcFindings.All.About(context.Preset, Figure7).Claims(property => Has(property, sparse)), [StepFigure.Error(rows).WithPublished(context, Figure7)]);
        });
    }

    private static StudyDesign DesignTrain(StudyContext context)
    {
        var conditions = SparseInstabilityStudy.Conditions(context, Figure8, [NetworkKinds.Imp]);
        Measure[] error = [Measures.TrainError];
        return StudyDesign.Of(context, [Condition.Dense().Measured(error), .. conditions.Measured([.. error, .. Measures.Barriers])], rows =>
        {
            var ticket = rows.Of(conditions);
            var figure = StepFigure.Of(
                "train-error-by-step",
                "Training error against k",
                "Error on the training set, without augmentation, at the end of training, mean over copies and replicates with a band of one standard deviation.",
                new Axis("Training error", Format: ".2%")) with
            {
                Series = [.. StepFigure.Lines(ticket, Measures.TrainError), new Series("dense", [new SeriesPoint(0, Error(rows.Dense))]) { Reference = true }],
            };
            var (first, best) = (ticket[0], ticket.MinBy(Error)!);
            var verdict = $"At {InWords.Percent(first.Density, 1)} of the weights the ticket's training error is {InWords.Percent(Error(first))} when rewound to step {first.StartStep}"
                + (best == first ? "" : $" and lowest, {InWords.Percent(Error(best))}, at step {best.StartStep}") + $"; dense {InWords.Percent(Error(rows.Dense))}.";

            // The paper sees the error on the training set fall where instability does.
            StudyRow[] stable = [.. ticket.Where(row => row.Stable == Answer.Yes)], unstable = [.. ticket.Where(row => row.Stable == Answer.No)];
            Answer? better = stable.Length == 0 || unstable.Length == 0 ? null : Answers.Of(stable.Max(Error) < unstable.Min(Error));
            return new StudyOutcome(verdict, rows, LmcFindings.All.About(context.Preset, Figure8).Claims(_ => better), [figure.WithPublished(context, Figure8)]);
        });

        static double Error(StudyRow row) => row[Measures.TrainError].Mean;
    }

    private static string WhenMatching(StudyRow[] rows)
    {
        var (matching, open) = (rows.Where(row => row.Matching == Answer.Yes).ToArray(), rows.Count(row => row.Matching == Answer.Undecided));
        if (matching.Length == rows.Length) return "matches at every step tried";
        var best = rows.MaxBy(row => row.TestAccuracy.Mean)!;
        var start = matching.Length > 0 ? $"matches at {matching.Length} of {rows.Length} steps, the first {matching[0].StartStep}" : open > 0 ? "matches for certain at no step tried" : "matches at no step tried";
        return $"{start}{(open > 0 ? $", perhaps at {open} {(matching.Length > 0 ? "more" : $"of {rows.Length}")}" : "")} (best {InWords.Percent(1 - best.TestAccuracy.Mean)} error, from step {best.StartStep})";
    }

    private static Answer? Has(string property, StudyRow[] rows)
    {
        // Level 0 is the dense network, which has nothing to match.
        if (rows.Any(row => row.Matching is null)) return null;
        var ticket = rows.Where(row => row.Kind == NetworkKinds.Imp);
        return property switch
        {
            LmcFindings.MatchingWhereStable => OnlyWhere(row => row.Matching, row => row.Stable),
            LmcFindings.StableWhereMatching => OnlyWhere(row => row.Stable, row => row.Matching),
            _ => rows.Except(ticket).Select(row => row.Matching!.Value.Not()).All(),
        };

        // What is a clear yes must have the other; what neither is clear of leaves it open.
        Answer? OnlyWhere(Func<StudyRow, Answer?> first, Func<StudyRow, Answer?> second) =>
            ticket.Where(row => first(row) == Answer.Yes).Select(row => second(row)!.Value).ToArray() is { Length: > 0 } found ? found.All() : null;
    }
}
