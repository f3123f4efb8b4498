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

    private static StudyDesign Design(StudyContext context) => StudyDesign.Of(
        context,
        [Condition.Dense(context.Rewind).Measured([.. Measures.Barriers, .. Measures.TrainBarriers, .. Measures.Distances])],
        rows =>
        {
            var row = rows.Dense;
            var figure = new Figure(
                "path",
                "Error on the line between two dense networks",
                $"Error along the straight line between two copies trained from step {context.Rewind} with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
                new Axis("Place on the line (0: first copy, 1: second)"),
                new Axis("Error", Format: ".1%"))
            {
                Series = [new Series("test", rows.Curve(row, Measures.Path)), new Series("train", rows.Curve(row, Measures.TrainPath))],
            };
            var from = context.Rewind == 0 ? "initialisation" : $"step {context.Rewind}";
            var verdict = $"The barrier between two dense copies is {InWords.Points(row[Measures.Barrier].Mean)} on the test set and {InWords.Points(row[Measures.TrainBarrier].Mean)} on the training set: "
                + row.Stable switch { Answer.Yes => $"the network is stable from {from}.", Answer.No => $"the network is not stable at {from}.", _ => "the replicates do not decide whether the network is stable." };
            return new StudyOutcome(verdict, rows, context.Rewind > 0 ? [] : LmcFindings.All.About(context.Preset, "lmc/fig2").Claims(_ => row.Stable), [figure]);
        });
}
