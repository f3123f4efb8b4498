using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Whether instability falls with k because fewer steps are left: copies that train T steps, with the schedule from its beginning, beside those that train T - k.</summary>
internal static class RestartStudy
{
    // The names of the published curves.
    private const string Remaining = "train T−k", Whole = "train T";

    public static Study Study { get; } = new(
        "lmc/fig4",
        "Does it matter for instability whether the copies train for the T - k steps that are left, or for T steps?",
        "Frankle et al. 2020, figure 4",
        "resnet20-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var steps = context.Steps("lmc/fig4");
        Probe[] ends = [.. steps.Select(step => new Probe(Condition.Dense(step), Measures.Barrier))];
        Probe[] probes = [.. ends, .. ends.Select(probe => probe with { Condition = probe.Condition with { Restarted = probe.Condition.Rewind > 0 } })];
        return StudyDesign.Of(context, probes, (_, rows) =>
        {
            StudyRow[] remaining = [.. rows.Take(steps.Length)], whole = [.. rows.Skip(steps.Length)];
            var figure = new Figure(
                "instability-by-step",
                "Instability against k",
                "Error barrier on the test set between two copies trained from step k with different SGD noise, for T - k steps with the schedule going on, or for T steps with the schedule from its beginning; mean over pairs and replicates with a band of one standard deviation.",
                StepFigure.Step,
                new Axis("Error barrier", Format: ".1%"))
            {
                Series = [StepFigure.Line(Remaining, remaining, row => row.Barrier), StepFigure.Line(Whole, whole, row => row.Barrier), .. StepFigure.Published(context, "lmc/fig4")],
                Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
                Source = StepFigure.Source(context, "lmc/fig4"),
            };
            return new StudyOutcome(
                $"Trained for T - k steps, the dense network {Onset.WhenStable(remaining)}; trained for T steps, it {Onset.WhenStable(whole)}.",
                [.. rows.DistinctBy(row => (row.Rewind, row.Restarted))],
                context.Preset.Published is null
                    ? []
                    : [new Claim("Copies that train for T steps become stable too when they share an early part of training: it is not the shorter training.", whole[^1].Rewind == 0 ? null : whole[^1].Stable!.Value.AsClaim())],
                [figure]);
        });
    }
}
