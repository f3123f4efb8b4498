using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Resetting to initialisation beside resetting to an early step, at every density.</summary>
internal static class LateResettingStudy
{
    private const string Figure5 = "scale/fig5";

    public static Study Study { get; } = new(
        Figure5,
        "Do tickets rewound to an early step of training match the dense network at lower densities than tickets reset to step 0?",
        "Frankle et al. 2019, figure 5",
        "resnet18-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var late = Late(context);
        Condition[] zero = [.. DensityConditions.Tickets(context, 0)], rewound = [.. DensityConditions.Tickets(context, late)];
        return StudyDesign.Of(
            context,
            [Condition.Dense().Measured(), .. zero.Concat(rewound).Concat(DensityConditions.Others(context, NetworkKinds.RandomReinitialisation)).Measured(copies: 1)],
            rows =>
            {
                StudyRow[] reset = rows.Of(zero), later = rows.Of(rewound);
                var verdict = zero.Length == 0
                    ? "No weight was pruned."
                    : $"Tickets rewound to step {late} {DensityConditions.WhenMatching(later)}, tickets reset to step 0 {DensityConditions.WhenMatching(reset)}.{At(context, rows.Dense, reset, later)}";
                return new StudyOutcome(
                    verdict,
                    rows,
                    zero.Length == 0 ? [] : StabilizingFindings.All.About(context.Preset, Figure5).Claims(_ => LateReachesFurther(reset, later)),
                    [DensityFigure.Accuracy with { Series = [.. DensityFigure.Lines(rows, Title)] }])
                {
                    Choices = [new Choice("Step of late resetting", $"{late} of {context.Total}", "As asked for; else the scale's own, or the paper's 500 of 30,000 for Resnet-18 and 100 of 112,000 for VGG-19 in proportion to the length of training, and 2 % of other training.")],
                };
            });
    }

    /// <summary>The step k of late resetting.</summary>
    internal static long Late(StudyContext context)
    {
        if (context.Rewind > 0) return context.Rewind;
        var setting = context.Preset.Published;
        var fraction = context.Preset.LateRewind ?? StabilizingFindings.All.FirstOrDefault(finding => finding.Study == Figure5 && finding.Network == setting?.Network)?.Number / setting?.Steps ?? 0.02;
        return Math.Max(1, (long)Math.Round(fraction * context.Total));
    }

    private static string Title(StudyRow row) => row.Kind == NetworkKinds.Imp ? $"reset to step {row.StartStep}" : row.Title;

    private static string At(StudyContext context, StudyRow dense, StudyRow[] reset, StudyRow[] later)
    {
        var i = StabilizingPoints.Level(context) - 1;
        return i < 0 || i >= reset.Length
            ? ""
            : $" At {InWords.Percent(reset[i].Density, 1)}: {InWords.Percent(later[i].TestAccuracy.Mean)} against {InWords.Percent(reset[i].TestAccuracy.Mean)}, dense {InWords.Percent(dense.TestAccuracy.Mean)}.";
    }

    /// <summary>Whether late tickets match at lower densities.</summary>
    /// <param name="reset">Tickets of step 0.</param>
    /// <param name="later">Tickets of the later step.</param>
    internal static Answer LateReachesFurther(IReadOnlyList<StudyRow> reset, IReadOnlyList<StudyRow> later)
    {
        var (zero, late) = (DensityConditions.Reach(reset), DensityConditions.Reach(later));
        return late.Certain > zero.Possible ? Answer.Yes : late.Possible <= zero.Certain ? Answer.No : Answer.Undecided;
    }
}
