using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>The paths between copies of the three sparse networks from initialisation, or from the rewinding step asked for.</summary>
internal static class SparsePathStudy
{
    public static Study Study { get; } = new(
        "lmc/fig5",
        "Is there an error barrier between two copies of a sparse network trained from initialisation: of the IMP ticket, of the two controls?",
        "Frankle et al. 2020, figure 5",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Probe[] probes = [.. NetworkKinds.Three.Select(kind => new Probe(new Condition(kind, context.Rewind, context.Preset.StudiedLevel), Measures.Barrier | Measures.Distances))];
        return StudyDesign.Of(context, [new Probe(Condition.Dense()), .. probes], (store, rows) =>
        {
            var measurement = new Measurement(context);
            StudyRow[] sparse = [.. rows.Skip(1)];
            var figure = new Figure(
                "paths",
                "Error on the line between two copies",
                $"Test error along the straight line between two copies of a sparse network trained from step {context.Rewind} with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
                new Axis("Place on the line (0: first copy, 1: second)"),
                new Axis("Test error", Format: ".1%"))
            {
                Series = [.. probes.Select(probe => new Series(probe.Condition.Kind.Title, measurement.MeanPath(store, probe)))],
            };
            var verdict = $"At {Percent.Of(sparse[0].Density, 1)} of the weights: {Onset.Sentences(sparse)}";
            return new StudyOutcome(verdict, rows, Claims(context, sparse), [figure]);
        });
    }

    private static Claim[] Claims(StudyContext context, StudyRow[] rows)
    {
        if (context.Preset.Published is not { } published || context.Rewind > 0) return [];
        var stable = rows[0].Stable!.Value.AsClaim();
        return published switch
        {
            { Network: "LeNet" } or { Variant: not "standard" } => [new Claim($"The IMP ticket of {published.Network} is stable from initialisation.", stable)],
            _ => [new Claim($"The IMP ticket of {published.Network} is not stable at initialisation.", !stable)],
        };
    }
}
