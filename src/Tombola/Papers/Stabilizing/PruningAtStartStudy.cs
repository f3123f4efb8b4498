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
        [Condition.Dense().Measured(), .. DensityConditions.Tickets(context, 0).Measured(copies: 1), .. DensityConditions.Others(context, [NetworkKinds.RandomReinitialisation, .. NetworkKinds.AtStart]).Measured(copies: 1)],
        rows => new StudyOutcome(
            Verdict(StabilizingPoints.Level(context), rows),
            rows,
            StabilizingFindings.All.About(context.Preset, "scale/fig9").Claims(_ => Beats(rows)),
            [DensityFigure.Accuracy with { Series = [.. DensityFigure.Lines(rows)] }])
        {
            Choices = [new Choice("Mini-batch of SNIP and GraSP", "128 training examples", "Without augmentation; drawn anew for every replicate and level.")],
        });

    private static string Verdict(int level, StudyRows rows)
    {
        StudyRow[] studied = [.. rows.Where(row => row.Level > 0 && row.Level == level)];
        return studied.Length == 0
            ? "No weight was pruned."
            : $"At {InWords.Percent(studied[0].Density, 1)} of the weights: {string.Join(", ", studied.Select(row => $"{row.Title} {InWords.Percent(row.TestAccuracy.Mean)}"))}; dense {InWords.Percent(rows[0].TestAccuracy.Mean)}.";
    }

    /// <summary>Whether tickets beat SNIP, at the levels that SNIP was trained at and whose ticket matches; undecided if there are none.</summary>
    internal static Answer? Beats(IReadOnlyList<StudyRow> rows)
    {
        var tickets = rows.Where(row => row.Kind == NetworkKinds.Imp && row.Matching == Answer.Yes).ToDictionary(row => row.Level);
        var snip = rows.Where(row => row.Kind == NetworkKinds.Snip && tickets.ContainsKey(row.Level)).ToArray();
        return snip.Length == 0 ? null : snip.Select(row => row.TestAccuracy.Below(tickets[row.Level].TestAccuracy)).All();
    }
}
