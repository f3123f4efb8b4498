using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Instability by other distances than the error barrier: L2, angle, classification differences, loss distance.</summary>
internal static class DistanceStudy
{
    private static readonly (string Name, Measure<double> Measure)[] Distances =
        [("L2", Measures.L2), ("cosine", Measures.CosineDistance), ("classification differences", Measures.PredictionDifference), ("loss distance", Measures.LossDistance)];

    public static Study Study { get; } = new(
        "lmc/appendix-g",
        "Do other distances between the copies show when networks become stable: L2, cosine, examples classified differently, losses?",
        "Frankle et al. 2020, appendix G",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Condition[] conditions = [.. SparseInstabilityStudy.Conditions(context, "lmc/fig6", NetworkKinds.Three), .. LmcPoints.Steps(context, "lmc/fig3").Select(Condition.Dense)];
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. conditions.Measured([.. Measures.Barriers, .. Measures.Distances])], rows =>
        {
            var measured = rows.Of(conditions);
            Figure[] figures =
            [
                Figure(measured, "l2-by-step", "Euclidean distance against k", "Euclidean distance between the weights of two copies, on the mask", new Axis("L2 distance"), Measures.L2),
                Figure(measured, "cosine-by-step", "Cosine distance against k", "1 less the cosine of the angle between the weights of two copies, on the mask", new Axis("Cosine distance"), Measures.CosineDistance),
                Figure(measured, "differences-by-step", "Different classifications against k", "Fraction of test examples that two copies classify differently", new Axis("Test examples", Format: ".1%"), Measures.PredictionDifference),
                Figure(measured, "loss-distance-by-step", "Distance of losses against k", "Euclidean distance between the test losses, example by example, of two copies, nats", new Axis("L2 distance of losses"), Measures.LossDistance),
            ];

            // Of every kind of network: whether stable steps have smaller distances than unstable ones.
            var telling = Distances.Where(distance => Separates(measured, distance.Measure) == Answer.Yes).Select(distance => distance.Name).ToArray();
            var verdict = Separates(measured, Measures.Barrier) == Answer.Undecided
                ? "All networks here are stable, or none is: nothing to tell apart. " + Ranges(measured)
                : telling.Length == 0 ? "None of the four distances tells stable networks from others by a threshold. " + Ranges(measured)
                : $"Stable networks are told from others, kind by kind, by {string.Join(", ", telling)}. {Ranges(measured)}";
            return new StudyOutcome(
                verdict,
                rows,
                LmcFindings.All.About(context.Preset, "lmc/appendix-g").Claims(_ => new[] { Measures.PredictionDifference, Measures.LossDistance }.Select(measure => Separates(measured, measure)).Any()),
                figures);
        });
    }

    private static Figure Figure(IReadOnlyList<StudyRow> rows, string id, string title, string definition, Axis axis, Measure<double> measure) =>
        StepFigure.Of(id, title, definition + ", mean over pairs and replicates with a band of one standard deviation.", axis) with { Series = [.. StepFigure.Lines(rows, measure)] };

    private static string Ranges(IReadOnlyList<StudyRow> rows)
    {
        return string.Join("; ", rows.GroupBy(row => row.Title).Select(kind =>
            $"{kind.Key}: L2 {Range(kind, Measures.L2, value => InWords.Fixed(value, 1))}, {Range(kind, Measures.PredictionDifference, value => InWords.Percent(value, 1))} classified differently")) + ".";

        static string Range(IEnumerable<StudyRow> rows, Measure<double> measure, Func<double, string> words) => $"{words(rows.Max(row => row[measure].Mean))} to {words(rows.Min(row => row[measure].Mean))}";
    }

    /// <summary>Within every kind that has both: whether all stable rows lie below all others. Undecided if no kind has both.</summary>
    private static Answer Separates(IReadOnlyList<StudyRow> rows, Measure<double> measure)
    {
        var kinds = rows.GroupBy(row => row.Title).Where(kind => kind.Any(row => row.Stable == Answer.Yes) && kind.Any(row => row.Stable == Answer.No)).ToArray();
        return kinds.Length == 0 ? Answer.Undecided : Answers.Of(kinds.All(kind => Means(kind, Answer.Yes).Max() < Means(kind, Answer.No).Min()));

        IEnumerable<double> Means(IEnumerable<StudyRow> kind, Answer stable) => kind.Where(row => row.Stable == stable).Select(row => row[measure].Mean);
    }
}
