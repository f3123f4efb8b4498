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

    private static readonly (string Title, Func<StudyRow, SampleStatistic> Value)[] Distances =
    [
        ("L2 between two data orders", row => row.L2!),
        ("angle between two data orders", row => row.Angle!),
        ("L2 to the dense network", row => row.PruningL2!),
        ("angle to the dense network", row => row.PruningAngle!),
    ];

    private static StudyDesign Design(StudyContext context)
    {
        NetworkKind[] kinds = [NetworkKinds.Imp, NetworkKinds.RandomPruning];
        var (steps, level) = (context.Steps("scale/fig4"), StabilizingPaper.Level(context));
        Probe[] probes =
        [
            new Probe(Condition.Dense()),
            .. from kind in kinds from step in steps select new Probe(new Condition(kind, step, level), Measures.Distances | Measures.Pruning),
        ];
        return StudyDesign.Of(context, probes, (_, rows) =>
        {
            StudyRow[] ticket = [.. rows.Skip(1).Take(steps.Length)], random = [.. rows.Skip(1 + steps.Length)];
            return new StudyOutcome(
                level == 0 ? "No weight was pruned." : Verdict(rows[0], ticket, random),
                rows,
                level == 0 || StabilizingPaper.ResetMatches(context.Preset) is not { } matches ? [] : Claims(matches, ticket, random),
                [
                    Figure("l2-by-step", "L2 distance", new Axis("L2 distance"), [.. ticket, .. random], row => row.L2, row => row.PruningL2),
                    Figure("angle-by-step", "Angle", new Axis("Angle, degrees"), [.. ticket, .. random], row => row.Angle, row => row.PruningAngle),
                    StepFigure.ErrorAgainstStep(context, rows, "scale/fig4"),
                ]);
        });
    }

    private static Figure Figure(string id, string distance, Axis axis, StudyRow[] rows, Func<StudyRow, SampleStatistic?> order, Func<StudyRow, SampleStatistic?> pruning) => new(
        id,
        $"{distance} against k",
        $"{distance} of trained weights on the mask, between two data orders of one network and between the network and the dense one trained in the same order, mean over pairs and replicates with a band of one standard deviation.",
        StepFigure.Step,
        axis)
    {
        Panels = [new Panel("between two data orders", [.. StepFigure.Lines(rows, order)]), new Panel("to the dense network", [.. StepFigure.Lines(rows, pruning)])],
    };

    private static string Verdict(StudyRow dense, StudyRow[] ticket, StudyRow[] random)
    {
        var (first, last) = (ticket[0], ticket[^1]);
        var matching = ticket.FirstOrDefault(row => row.Matching == Answer.Yes);
        return $"At {Percent.Of(first.Density, 1)} of the weights, from step {first.Rewind} to step {last.Rewind}: two data orders lead the IMP ticket {Range(ticket, row => row.Angle!)} apart, random pruning {Range(random, row => row.Angle!)}; "
            + $"from the dense network they end {Range(ticket, row => row.PruningAngle!)} and {Range(random, row => row.PruningAngle!)} away. "
            + (matching is null ? "The ticket matches at no step tried" : $"The ticket matches from step {matching.Rewind}")
            + $": {Percent.Of(first.TestAccuracy.Mean)} from step {first.Rewind}, best {Percent.Of(ticket.Max(row => row.TestAccuracy.Mean))}, dense {Percent.Of(dense.TestAccuracy.Mean)}.";

        static string Range(StudyRow[] rows, Func<StudyRow, SampleStatistic> value) => FormattableString.Invariant($"{value(rows[0]).Mean:F1}° to {value(rows[^1]).Mean:F1}°");
    }

    /// <param name="matches">Whether the paper's ticket of step 0 matches already.</param>
    /// <param name="ticket">Rows of IMP in the order of k.</param>
    /// <param name="random">Rows of random pruning at the same steps.</param>
    internal static IReadOnlyList<Claim> Claims(bool matches, IReadOnlyList<StudyRow> ticket, IReadOnlyList<StudyRow> random)
    {
        var (first, last) = (ticket[0], ticket[^1]);
        if (first.Rewind > 0 || ticket.Count == 1) return [];
        return
        [
            new Claim($"The later the IMP ticket is rewound to, the more stable it is: all four distances are smaller from step {last.Rewind} than from step 0.", Distances.Select(distance => distance.Value(last).Below(distance.Value(first)).AsClaim()).AllHold()),
            new Claim("They fall to half of what they are from step 0 at an earlier step for the IMP ticket than for random pruning.", Distances.Select(distance => Earlier(Halved(ticket, distance.Value), Halved(random, distance.Value))).AllHold()),
            matches
                ? new Claim("The ticket matches the dense network from step 0 on.", first.Matching!.Value.AsClaim())
                : new Claim("The ticket of step 0 does not match the dense network, and one rewound to a later step does.", Rises(ticket)),
        ];
    }

    /// <summary>The first step whose mean is half the first step's or less, or null.</summary>
    private static long? Halved(IReadOnlyList<StudyRow> rows, Func<StudyRow, SampleStatistic> value) => rows.FirstOrDefault(row => value(row).Mean <= value(rows[0]).Mean / 2)?.Rewind;

    /// <summary>Undecided where both are halved between the same two steps, or neither is at all.</summary>
    private static bool? Earlier(long? ticket, long? random) => ticket == random ? null : random is null || ticket < random;

    private static bool? Rises(IReadOnlyList<StudyRow> ticket)
    {
        var later = ticket.Skip(1).Select(row => row.Matching!.Value.AsClaim()).ToArray();
        bool? some = later.Contains(true) ? true : later.Contains(null) ? null : false;
        return new[] { !ticket[0].Matching!.Value.AsClaim(), some }.AllHold();
    }
}
