using Tombola.Papers.Lmc;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Stability to the data order and to pruning, and accuracy, against the rewinding step.</summary>
internal static class StabilityByStepStudy
{
    public static Study Study { get; } = new(
        "scale/fig4",
        "Do tickets become more stable, to data order and to pruning, and more accurate when they are rewound to a later step?",
        "Frankle et al. 2019, figure 4",
        "resnet18-cifar10",
        Design);

    private static readonly Measure<double>[] Distances = [Measures.L2, Measures.Angle, Measures.PruningL2, Measures.PruningAngle];

    private static StudyDesign Design(StudyContext context)
    {
        var (steps, level) = (LmcPoints.Steps(context, "scale/fig4"), StabilizingPoints.Level(context));
        Condition[] tickets = [.. steps.Select(step => new Condition(NetworkKinds.Imp, step, level))], randoms = [.. steps.Select(step => new Condition(NetworkKinds.RandomPruning, step, level))];
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. tickets.Concat(randoms).Measured([.. Measures.Distances, .. Measures.Pruning])], rows =>
        {
            StudyRow[] ticket = rows.Of(tickets), random = rows.Of(randoms);
            return new StudyOutcome(
                level == 0 ? "No weight was pruned." : Verdict(rows.Dense, ticket, random),
                rows,
                level == 0 ? [] : Claims(StabilizingFindings.All.About(context.Preset, "scale/fig4"), ticket, random),
                [
                    Figure("l2-by-step", "L2 distance", new Axis("L2 distance"), [.. ticket, .. random], Measures.L2, Measures.PruningL2),
                    Figure("angle-by-step", "Angle", new Axis("Angle, degrees"), [.. ticket, .. random], Measures.Angle, Measures.PruningAngle),
                    StepFigure.Error(rows),
                ]);
        });
    }

    private static Figure Figure(string id, string distance, Axis axis, StudyRow[] rows, Measure<double> order, Measure<double> pruning) => StepFigure.Of(
        id,
        $"{distance} against k",
        $"{distance} of trained weights on the mask, between two data orders of one network and between the network and the dense one trained in the same order, mean over pairs and replicates with a band of one standard deviation.",
        axis) with
    {
        Panels = [new Panel("between two data orders", [.. StepFigure.Lines(rows, order)]), new Panel("to the dense network", [.. StepFigure.Lines(rows, pruning)])],
    };

    private static string Verdict(StudyRow dense, StudyRow[] ticket, StudyRow[] random)
    {
        var (first, last) = (ticket[0], ticket[^1]);
        var matching = ticket.FirstOrDefault(row => row.Matching == Answer.Yes);
        return $"At {InWords.Percent(first.Density, 1)} of the weights, from step {first.StartStep} to step {last.StartStep}: two data orders lead the IMP ticket {Range(ticket, Measures.Angle)} apart, random pruning {Range(random, Measures.Angle)}; "
            + $"from the dense network they end {Range(ticket, Measures.PruningAngle)} and {Range(random, Measures.PruningAngle)} away. "
            + (matching is null ? "The ticket matches at no step tried" : $"The ticket matches from step {matching.StartStep}")
            + $": {InWords.Percent(first.TestAccuracy.Mean)} from step {first.StartStep}, best {InWords.Percent(ticket.Max(row => row.TestAccuracy.Mean))}, dense {InWords.Percent(dense.TestAccuracy.Mean)}.";

        static string Range(StudyRow[] rows, Measure<double> measure) => $"{InWords.Fixed(rows[0][measure].Mean, 1)}° to {InWords.Fixed(rows[^1][measure].Mean, 1)}°";
    }

    /// <param name="findings">What the paper says of the network.</param>
    /// <param name="ticket">Rows of IMP in the order of k.</param>
    /// <param name="random">Rows of random pruning at the same steps.</param>
    internal static IReadOnlyList<Claim> Claims(IEnumerable<Finding> findings, IReadOnlyList<StudyRow> ticket, IReadOnlyList<StudyRow> random)
    {
        var (first, last) = (ticket[0], ticket[^1]);
        return first.StartStep > 0 || ticket.Count == 1 ? [] : findings.Claims(
            property => property switch
            {
                StabilizingFindings.MoreStableLater => Distances.Select(distance => last[distance].Below(first[distance])).All(),
                StabilizingFindings.HalvedEarlier => Distances.Select(distance => Earlier(Halved(ticket, distance), Halved(random, distance))).All(),
                StabilizingFindings.TicketMatches => first.Matching,
                _ => new[] { first.Matching!.Value.Not(), ticket.Skip(1).Select(row => row.Matching!.Value).Any() }.All(),
            },
            last.StartStep);
    }

    /// <summary>The first step whose mean is half the first step's or less, or null.</summary>
    private static long? Halved(IReadOnlyList<StudyRow> rows, Measure<double> measure) => rows.FirstOrDefault(row => row[measure].Mean <= rows[0][measure].Mean / 2)?.StartStep;

    /// <summary>Undecided where both are halved between the same two steps, or neither is at all.</summary>
    private static Answer Earlier(long? ticket, long? random) => ticket == random ? Answer.Undecided : Answers.Of(random is null || ticket < random);
}
