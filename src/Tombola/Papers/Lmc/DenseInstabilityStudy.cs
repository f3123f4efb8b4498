using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Reporting.Published;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Instability of the dense network against the step k from which the copies are trained.</summary>
internal static class DenseInstabilityStudy
{
    public static Study Study { get; } = new(
        "lmc/fig3",
        "From which step k on is the dense network stable to SGD noise?",
        "Frankle et al. 2020, figure 3",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Probe[] probes = [.. context.Steps("lmc/fig3").Select(step => new Probe(Condition.Dense(step), Measures.Barrier | Measures.TrainBarrier | Measures.Distances))];
        return StudyDesign.Of(context, probes, (store, rows) => new StudyOutcome(
            Onset.Sentences(rows), rows, Claims(context, rows), [Instability(context, rows), StepFigure.Paths(context, store, probes), Accuracy(rows)]));
    }

    private static Figure Instability(StudyContext context, IReadOnlyList<StudyRow> rows) => new(
        "instability-by-step",
        "Instability against k",
        "Error barrier between two copies trained from step k to the end with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
        StepFigure.Step,
        new Axis("Error barrier", Format: ".1%"))
    {
        Series = [StepFigure.Line("test", rows, row => row.Barrier), StepFigure.Line("train", rows, row => row.TrainBarrier), .. StepFigure.Published(context, "lmc/fig3")],
        Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
        Source = StepFigure.Source(context, "lmc/fig3"),
    };

    private static Figure Accuracy(IReadOnlyList<StudyRow> rows) => new(
        "accuracy-by-step",
        "Accuracy against k",
        "Test accuracy of the copies at the end of training, mean over copies and replicates with a band of one standard deviation.",
        StepFigure.Step,
        new Axis("Test accuracy", Format: ".1%"))
    {
        Series = [StepFigure.Line("dense", rows, row => row.TestAccuracy)],
    };

    private static Claim[] Claims(StudyContext context, IReadOnlyList<StudyRow> rows) => context.Preset.Published switch
    {
        { Network: "LeNet" } => [new Claim("LeNet is stable from initialisation.", rows.Select(row => row.Stable!.Value.AsClaim()).AllHold())],
        { } published when PublishedPoints.Figure("lmc/fig3", published.Network, published.Variant).Count > 0 =>
        [
            new Claim($"Copies of {published.Network} that share nothing but their initialisation are separated by an error barrier.", rows[0].Rewind > 0 ? null : !rows[0].Stable!.Value.AsClaim()),
            new Claim($"Copies of {published.Network} that share an early part of training are not.", rows[^1].Rewind == 0 ? null : rows[^1].Stable!.Value.AsClaim()),
        ],
        _ => [],
    };
}
