using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The path between two copies of the dense network from initialisation.</summary>
internal static class DensePathStudy
{
    public static Study Study { get; } = new(
        "lmc/fig2",
        "Is there an error barrier between two dense networks trained from the same initialisation under different SGD noise?",
        "Frankle et al. 2020, figure 2",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context) => new(
        [.. context.Replicates.SelectMany(experiment => new Job[] { experiment.Path(MaskKind.Imp, 0, 0, onTrainingSet: true), experiment.Compare(MaskKind.Imp, 0, 0) })],
        store =>
        {
            var paths = context.Replicates.Select(experiment => store.Result(experiment.Path(MaskKind.Imp, 0, 0, onTrainingSet: true))).ToArray();
            var row = new Measurement(context, store).Row(MaskKind.Imp, 0, 0, 2, dense: null, onTrainingSet: true);
            var figure = new Figure(
                "path",
                "Error on the line between two dense networks",
                "Error along the straight line between two copies trained from step 0 with different SGD noise, mean over replicates with a band of one standard deviation.",
                new Axis("Place on the line (0: first copy, 1: second)"),
                new Axis("Error", Format: ".1%"))
            {
                Series = [new Series("test", MeanPath.Of(paths.Select(path => path.Test))), new Series("train", MeanPath.Of(paths.Select(path => path.Train!)))],
            };
            var verdict = $"The barrier between two dense copies is {Percent.Points(row.Barrier!.Value)} on the test set and {Percent.Points(row.TrainBarrier!.Value)} on the training set: "
                + (row.Stable == true ? "the network is stable from initialisation." : "the network is not stable at initialisation.");

            // The paper finds no barrier for LeNet, and large ones for the deeper networks.
            Claim[] claims = context.Preset.Published?.Network == "LeNet" ? [new Claim("LeNet on MNIST is stable to SGD noise from initialisation.", row.Stable)] : [];
            return new StudyOutcome(verdict, [row], claims, [figure]);
        });
}
