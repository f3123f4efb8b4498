using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Resetting to initialisation beside resetting to an early step, at every density.</summary>
internal static class LateResettingStudy
{
    public static Study Study { get; } = new(
        "scale/fig5",
        "Do tickets rewound to an early step of training match the dense network at lower densities than tickets reset to step 0?",
        "Frankle et al. 2019, figure 5",
        "resnet18-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var late = Late(context);
        Probe[] zero = [.. DensityProbes.Tickets(context, 0)], rewound = [.. DensityProbes.Tickets(context, late)];
        return StudyDesign.Of(
            context,
            [new Probe(Condition.Dense()), .. zero, .. rewound, .. DensityProbes.Others(context, NetworkKinds.RandomReinitialisation)],
            (_, rows) =>
            {
                StudyRow[] reset = [.. rows.Skip(1).Take(zero.Length)], later = [.. rows.Skip(1 + zero.Length).Take(rewound.Length)];
                var verdict = zero.Length == 0
                    ? "No weight was pruned."
                    : $"Tickets rewound to step {late} {DensityProbes.WhenMatching(later)}, tickets reset to step 0 {DensityProbes.WhenMatching(reset)}.{At(context, rows[0], reset, later)}";
                return new StudyOutcome(
                    verdict,
                    rows,
                    zero.Length == 0 || StabilizingPaper.ResetMatches(context.Preset) != false ? [] : [Claim(reset, later)],
                    [DensityFigure.Accuracy with { Series = [.. DensityFigure.Lines(rows, Title)] }])
                {
                    Choices = [new Choice("Step of late resetting", $"{late} of {context.Total}", "As asked for; else the paper's 500 of 30,000 for Resnet-18 and 100 of 112,000 for VGG-19 in proportion to the length of training, and 2 % of other training.")],
                };
            });
    }

    /// <summary>The step k of late resetting.</summary>
    internal static long Late(StudyContext context)
    {
        if (context.Rewind > 0) return context.Rewind;
        var fraction = context.Preset.Published?.Network switch { "Resnet-18" => 500 / 30_000.0, "VGG-19" => 100 / 112_000.0, _ => 0.02 };
        return Math.Max(1, (long)Math.Round(fraction * context.Total));
    }

    private static string Title(StudyRow row) => row switch
    {
        { Level: > 0, Mask: "imp" } or { Level: 0 } => $"reset to step {row.Rewind}",
        _ => StepFigure.Title(row),
    };

    private static string At(StudyContext context, StudyRow dense, StudyRow[] reset, StudyRow[] later)
    {
        var i = StabilizingPaper.Level(context) - 1;
        return i < 0 || i >= reset.Length
            ? ""
            : $" At {Percent.Of(reset[i].Density, 1)}: {Percent.Of(later[i].TestAccuracy.Mean)} against {Percent.Of(reset[i].TestAccuracy.Mean)}, dense {Percent.Of(dense.TestAccuracy.Mean)}.";
    }

    /// <param name="reset">Tickets of step 0.</param>
    /// <param name="later">Tickets of the later step.</param>
    internal static Claim Claim(IReadOnlyList<StudyRow> reset, IReadOnlyList<StudyRow> later)
    {
        var (zero, late) = (DensityProbes.Reach(reset), DensityProbes.Reach(later));
        return new Claim(
            "Tickets rewound to the later step match the dense network at lower densities than tickets reset to step 0.",
            late.Certain > zero.Possible ? true : late.Possible <= zero.Certain ? false : null);
    }
}
