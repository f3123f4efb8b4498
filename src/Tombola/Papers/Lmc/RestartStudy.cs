using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Whether instability falls with k because fewer steps are left: copies that train T steps, with the schedule from its beginning, beside those that train T - k.</summary>
internal static class RestartStudy
{
    public static Study Study { get; } = new(
        "lmc/fig4",
        "Does it matter for instability whether the copies train for the T - k steps that are left, or for T steps?",
        "Frankle et al. 2020, figure 4",
        "resnet20-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Condition[] remaining = [.. LmcPoints.Steps(context, "lmc/fig4").Select(Condition.Dense)];
        Condition[] whole = [.. remaining.Select(condition => condition with { Restarted = condition.Rewind > 0 })];
        return StudyDesign.Of(context, remaining.Union(whole).Measured(Measures.Barriers), rows =>
        {
            StudyRow[] left = rows.Of(remaining), all = rows.Of(whole);

            // Lines have the names of the published curves.
            var figure = StepFigure.Instability("on the test set between two copies trained from step k with different SGD noise, for T - k steps with the schedule going on, or for T steps with the schedule from its beginning;") with
            {
                Series = [StepFigure.Line("train T−k", left, Measures.Barrier), StepFigure.Line("train T", all, Measures.Barrier)],
            };
            return new StudyOutcome(
                $"Trained for T - k steps, the dense network {StabilityOnset.WhenStable(left)}; trained for T steps, it {StabilityOnset.WhenStable(all)}.",
                rows,
                LmcFindings.All.About(context.Preset, "lmc/fig4").Claims(_ => all[^1].StartStep == 0 ? null : all[^1].Stable),
                [figure.WithPublished(context, "lmc/fig4")]);
        });
    }
}
