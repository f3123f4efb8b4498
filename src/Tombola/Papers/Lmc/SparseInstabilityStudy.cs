using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Instability of the three sparse networks against the rewinding step, beside the dense network.</summary>
internal static class SparseInstabilityStudy
{
    private const string Figure6 = "lmc/fig6";

    public static Study Study { get; } = new(
        Figure6,
        "For which rewinding steps k are sparse networks stable to SGD noise: the IMP ticket, and the two controls?",
        "Frankle et al. 2020, figure 6",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var probes = Probes(context, Figure6, NetworkKinds.Three, Measures.Barrier | Measures.Distances);
        return StudyDesign.Of(context, probes, (store, rows) =>
        {
            StudyRow[] sparse = [.. rows.Skip(1)];
            var figure = new Figure(
                "instability-by-step",
                "Instability against k",
                "Error barrier on the test set between two copies trained from step k to the end with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
                StepFigure.Step,
                new Axis("Error barrier", Format: ".1%"))
            {
                Series = [.. StepFigure.Lines(sparse, row => row.Barrier), .. StepFigure.Published(context, Figure6)],
                Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
                Source = StepFigure.Source(context, Figure6),
            };
            var verdict = sparse[0].Level == 0 ? "No weight was pruned." : $"At {Percent.Of(sparse[0].Density, 1)} of the weights: {Onset.Sentences(sparse)}";
            return new StudyOutcome(verdict, rows, Claims(context, sparse), [figure, StepFigure.Paths(context, store, probes.Skip(1)), StepFigure.ErrorAgainstStep(context, rows, "lmc/fig7")]);
        });
    }

    /// <summary>The dense network trained from step 0, and then sparse networks of the studied level at every step of a figure.</summary>
    internal static Probe[] Probes(StudyContext context, string figure, IReadOnlyList<NetworkKind> kinds, Measures measures) =>
    [
        new Probe(Condition.Dense()),
        .. from kind in kinds from step in context.Steps(figure) select new Probe(new Condition(kind, step, context.Preset.StudiedLevel), measures),
    ];

    private static List<Claim> Claims(StudyContext context, IReadOnlyList<StudyRow> rows)
    {
        if (context.Preset.Published is not { } published || StepFigure.Published(context, Figure6).Count == 0) return [];
        var ticket = rows.Where(row => row.Mask == NetworkKinds.Imp.Name).ToArray();
        var claims = new List<Claim>();
        if (published.Network == "LeNet" || published.Variant != "standard")
        {
            claims.Add(new Claim($"The IMP ticket of {published.Network} is stable at every rewinding step, from 0 on.", ticket.Select(row => row.Stable!.Value.AsClaim()).AllHold()));
        }
        else
        {
            claims.Add(new Claim($"The IMP ticket of {published.Network} is not stable at rewinding step 0.", ticket[0].Rewind > 0 ? null : !ticket[0].Stable!.Value.AsClaim()));
            claims.Add(new Claim("It is stable when rewound to a step early in training.", ticket[^1].Rewind == 0 ? null : Onset.Of(ticket, row => row.Stable) is not null));
            claims.Add(new Claim("Neither control is stable at a step at which the ticket is not.", ControlsBehind(rows)));
        }

        return claims;
    }

    private static bool ControlsBehind(IReadOnlyList<StudyRow> rows)
    {
        var ticket = rows.Where(row => row.Mask == NetworkKinds.Imp.Name).ToDictionary(row => row.Rewind);
        return rows.All(row => row.Stable != Answer.Yes || ticket[row.Rewind].Stable == Answer.Yes);
    }
}
