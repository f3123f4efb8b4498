using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Instability of the dense network against the step k from which the copies are trained.</summary>
internal static class DenseInstabilityStudy
{
    private const string Figure3 = "lmc/fig3";

    public static Study Study { get; } = new(
        Figure3,
        "From which step k on is the dense network stable to SGD noise?",
        "Frankle et al. 2020, figure 3",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Condition[] dense = [.. LmcPoints.Steps(context, Figure3).Select(Condition.Dense)];
        return StudyDesign.Of(context, dense.Measured([.. Measures.Barriers, .. Measures.TrainBarriers, .. Measures.Distances]), rows => new StudyOutcome(
            StabilityOnset.Sentences(rows),
            rows,
            LmcFindings.All.About(context.Preset, Figure3).Claims(property => Has(property, rows)),
            [Instability(rows).WithPublished(context, Figure3), StepFigure.Paths(rows, dense), Accuracy(rows)]));
    }

    private static Answer? Has(string property, StudyRows rows) => property switch
    {
        LmcFindings.StableAtStart => rows[0].StartStep > 0 ? null : rows[0].Stable,
        LmcFindings.StableLater => rows[^1].StartStep == 0 ? null : rows[^1].Stable,
        _ => rows.Select(row => row.Stable!.Value).All(),
    };

    private static Figure Instability(StudyRows rows) => StepFigure.Instability("between two copies trained from step k to the end with different SGD noise,") with
    {
        Series = [StepFigure.Line("test", rows, Measures.Barrier), StepFigure.Line("train", rows, Measures.TrainBarrier)],
    };

    private static Figure Accuracy(StudyRows rows) => StepFigure.Of(
        "accuracy-by-step",
        "Accuracy against k",
        "Test accuracy of the copies at the end of training, mean over copies and replicates with a band of one standard deviation.",
        new Axis("Test accuracy", Format: ".1%")) with
    {
        Series = [StepFigure.Line("dense", rows, Measures.TestAccuracy)],
    };
}
