using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>The path between copies of the dense network from initialisation, or from the rewinding step asked for.</summary>
internal static class DensePathStudy
{
    public static Study Study { get; } = new(
        "lmc/fig2",
        "Is there an error barrier between two dense networks trained from the same initialisation under different SGD noise?",
        "Frankle et al. 2020, figure 2",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var probe = new Probe(Condition.Dense(context.Rewind), Measures.Barrier | Measures.TrainBarrier | Measures.Distances);
        return StudyDesign.Of(context, [probe], (store, rows) =>
        {
            var (row, measurement) = (rows[0], new Measurement(context));
            var figure = new Figure(
                "path",
                "Error on the line between two dense networks",
                $"Error along the straight line between two copies trained from step {context.Rewind} with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
                new Axis("Place on the line (0: first copy, 1: second)"),
                new Axis("Error", Format: ".1%"))
            {
                Series = [new Series("test", measurement.MeanPath(store, probe)), new Series("train", measurement.MeanPath(store, probe, onTrainingSet: true))],
            };
            var from = context.Rewind == 0 ? "initialisation" : $"step {context.Rewind}";
            var verdict = $"The barrier between two dense copies is {Percent.Points(row.Barrier!.Mean)} on the test set and {Percent.Points(row.TrainBarrier!.Mean)} on the training set: "
                + row.Stable switch { Answer.Yes => $"the network is stable from {from}.", Answer.No => $"the network is not stable at {from}.", _ => "the replicates do not decide whether the network is stable." };
            return new StudyOutcome(verdict, rows, Claims(context, row), [figure]);
        });
    }

    /// <summary>The paper finds no barrier for LeNet, and large ones for the deeper networks, from step 0.</summary>
    private static Claim[] Claims(StudyContext context, StudyRow row) => (context.Preset.Published?.Network, context.Rewind) switch
    {
        (not ("LeNet" or "ResNet-20" or "VGG-16"), _) or (_, > 0) => [],
        ("LeNet", _) => [new Claim("LeNet on MNIST is stable to SGD noise from initialisation.", row.Stable!.Value.AsClaim())],
        var (network, _) => [new Claim($"{network} on CIFAR-10 is not stable to SGD noise at initialisation.", !row.Stable!.Value.AsClaim())],
    };
}
