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
        var conditions = Conditions(context, Figure6, NetworkKinds.Three);
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. conditions.Measured([.. Measures.Barriers, .. Measures.Distances])], rows =>
        {
            var sparse = rows.Of(conditions);
            var figure = StepFigure.Instability() with { Series = [.. StepFigure.Lines(sparse, Measures.Barrier)] };
            return new StudyOutcome(
                sparse[0].Level == 0 ? "No weight was pruned." : $"At {InWords.Percent(sparse[0].Density, 1)} of the weights: {StabilityOnset.Sentences(sparse)}",
                rows,
                LmcFindings.All.About(context.Preset, Figure6).Claims(property => Has(property, sparse)),
                [figure.WithPublished(context, Figure6), StepFigure.Paths(rows, conditions), StepFigure.Error(rows).WithPublished(context, "lmc/fig7")]);
        });
    }

    /// <summary>Sparse networks of the studied level at every step of a figure.</summary>
    internal static Condition[] Conditions(StudyContext context, string figure, IEnumerable<NetworkKind> kinds) =>
        [.. from kind in kinds from step in LmcPoints.Steps(context, figure) select new Condition(kind, step, context.Preset.StudiedLevel)];

    private static Answer? Has(string property, StudyRow[] rows)
    {
        var ticket = rows.Where(row => row.Kind == NetworkKinds.Imp).ToArray();
        return property switch
        {
            LmcFindings.StableAtStart => ticket[0].StartStep > 0 ? null : ticket[0].Stable,
            LmcFindings.StableLater => ticket[^1].StartStep == 0 ? null : Answers.Of(StabilityOnset.Step(ticket) is not null),
            LmcFindings.ControlsBehind => Answers.Of(rows.All(row => row.Stable != Answer.Yes || ticket.Single(other => other.StartStep == row.StartStep).Stable == Answer.Yes)),
            _ => ticket.Select(row => row.Stable!.Value).All(),
        };
    }
}
