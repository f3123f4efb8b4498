using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Instability by other distances than the error barrier: L2, angle, classification differences, loss distance.</summary>
internal static class DistanceStudy
{
    public static Study Study { get; } = new(
        "lmc/appendix-g",
        "Do other distances between the copies show when networks become stable: L2, cosine, examples classified differently, losses?",
        "Frankle et al. 2020, appendix G",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        const Measures measures = Measures.Barrier | Measures.Distances;
        var probes = SparseInstabilityStudy.Probes(context, "lmc/fig6", NetworkKinds.Three, measures);
        return StudyDesign.Of(context, [.. probes, .. context.Steps("lmc/fig3").Select(step => new Probe(Condition.Dense(step), measures))], (_, rows) =>
        {
            StudyRow[] measured = [.. rows.Skip(1)];
            Figure[] figures =
            [
                Figure(measured, "l2-by-step", "Euclidean distance against k", "Euclidean distance between the weights of two copies, on the mask", new Axis("L2 distance"), row => row.L2),
                Figure(measured, "cosine-by-step", "Cosine distance against k", "1 less the cosine of the angle between the weights of two copies, on the mask", new Axis("Cosine distance"), row => row.CosineDistance),
                Figure(measured, "differences-by-step", "Different classifications against k", "Fraction of test examples that two copies classify differently", new Axis("Test examples", Format: ".1%"), row => row.PredictionDifference),
                Figure(measured, "loss-distance-by-step", "Distance of losses against k", "Euclidean distance between the test losses, example by example, of two copies, nats", new Axis("L2 distance of losses"), row => row.LossDistance),
            ];

            // Of every kind of network: whether stable steps have smaller distances than unstable ones.
            (string Name, Func<StudyRow, double> Value)[] distances =
                [("L2", row => row.L2!.Mean), ("cosine", row => row.CosineDistance!.Mean), ("classification differences", row => row.PredictionDifference!.Mean), ("loss distance", row => row.LossDistance!.Mean)];
            var telling = distances.Where(distance => Separates(measured, distance.Value) == true).Select(distance => distance.Name).ToArray();
            var verdict = Separates(measured, row => row.Barrier!.Mean) is null
                ? "All networks here are stable, or none is: nothing to tell apart. " + Ranges(measured)
                : telling.Length == 0 ? "None of the four distances tells stable networks from others by a threshold. " + Ranges(measured)
                : $"Stable networks are told from others, kind by kind, by {string.Join(", ", telling)}. {Ranges(measured)}";
            Claim[] claims = context.Preset.Published is null ? [] : [new Claim("Some functional distance is smaller where networks are stable.", Functional(measured))];
            return new StudyOutcome(verdict, rows, claims, figures);
        });
    }

    private static Figure Figure(IReadOnlyList<StudyRow> rows, string id, string title, string definition, Axis axis, Func<StudyRow, SampleStatistic?> value) =>
        new(id, title, definition + ", mean over pairs and replicates with a band of one standard deviation.", StepFigure.Step, axis) { Series = [.. StepFigure.Lines(rows, value)] };

    private static string Ranges(IReadOnlyList<StudyRow> rows) => string.Join("; ", rows.GroupBy(StepFigure.Title).Select(group =>
        FormattableString.Invariant($"{group.Key}: L2 {group.Max(row => row.L2!.Mean):F1} to {group.Min(row => row.L2!.Mean):F1}, {Percent.Of(group.Max(row => row.PredictionDifference!.Mean), 1)} to {Percent.Of(group.Min(row => row.PredictionDifference!.Mean), 1)} classified differently"))) + ".";

    private static bool? Functional(IReadOnlyList<StudyRow> rows) =>
        (Separates(rows, row => row.PredictionDifference!.Mean), Separates(rows, row => row.LossDistance!.Mean)) is ({ } first, { } second) ? first || second : null;

    /// <summary>Within every kind that has both: whether all stable rows lie below all others. Null if no kind has both.</summary>
    private static bool? Separates(IReadOnlyList<StudyRow> rows, Func<StudyRow, double> value)
    {
        var kinds = rows.GroupBy(StepFigure.Title).Where(group => group.Any(row => row.Stable == Answer.Yes) && group.Any(row => row.Stable == Answer.No)).ToArray();
        return kinds.Length == 0 ? null : kinds.All(group => group.Where(row => row.Stable == Answer.Yes).Max(value) < group.Where(row => row.Stable == Answer.No).Min(value));
    }
}
