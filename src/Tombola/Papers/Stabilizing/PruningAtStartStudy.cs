using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Tickets of step 0 beside networks pruned before any training, at every density.</summary>
internal static class PruningAtStartStudy
{
    public static Study Study { get; } = new(
        "scale/fig9",
        "Are IMP tickets of step 0 more accurate than networks that SNIP, and others that look at no trained weights, prune at initialisation?",
        "Frankle et al. 2019, figure 9 (tickets, random reinitialisation, SNIP)",
        "resnet18-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context) => StudyDesign.Of(
        context,
        [new Probe(Condition.Dense()), .. DensityProbes.Tickets(context, 0), .. DensityProbes.Others(context, [NetworkKinds.RandomReinitialisation, .. NetworkKinds.AtStart])],
        (_, rows) => new StudyOutcome(
            Verdict(StabilizingPaper.Level(context), rows),
            rows,
            StabilizingPaper.Stability(context.Preset) is null ? [] : [Claim(rows)],
            [DensityFigure.Accuracy with { Series = [.. DensityFigure.Lines(rows)] }])
        {
            Choices = [new Choice("Mini-batch of SNIP and GraSP", "128 training examples", "Without augmentation; drawn anew for every replicate and level.")],
        });

    private static string Verdict(int level, IReadOnlyList<StudyRow> rows)
    {
        StudyRow[] studied = [.. rows.Where(row => row.Level > 0 && row.Level == level)];
        return studied.Length == 0
            ? "No weight was pruned."
            : $"At {Percent.Of(studied[0].Density, 1)} of the weights: {string.Join(", ", studied.Select(row => $"{StepFigure.Title(row)} {Percent.Of(row.TestAccuracy.Mean)}"))}; dense {Percent.Of(rows[0].TestAccuracy.Mean)}.";
    }

    /// <summary>Compares at the levels that SNIP was trained at and whose ticket matches; undecided if there are none.</summary>
    internal static Claim Claim(IReadOnlyList<StudyRow> rows)
    {
        var tickets = rows.Where(row => row.Mask == NetworkKinds.Imp.Name && row.Matching == Answer.Yes).ToDictionary(row => row.Level);
        var snip = rows.Where(row => row.Mask == NetworkKinds.Snip.Name && tickets.ContainsKey(row.Level)).ToArray();
        return new Claim(
            "Tickets of step 0 that match the dense network are more accurate than SNIP's networks of the same density.",
            snip.Length == 0 ? null : snip.Select(row => row.TestAccuracy.Below(tickets[row.Level].TestAccuracy).AsClaim()).AllHold());
    }
}
