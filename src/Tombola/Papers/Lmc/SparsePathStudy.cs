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
        Condition[] conditions = [.. NetworkKinds.Three.Select(kind => new Condition(kind, context.Rewind, context.Preset.StudiedLevel))];
        return StudyDesign.Of(context, [Condition.Dense().Measured(), .. conditions.Measured([.. Measures.Barriers, .. Measures.Distances])], rows =>
        {
            var sparse = rows.Of(conditions);
            var figure = new Figure(
                "paths",
                "Error on the line between two copies",
                $"Test error along the straight line between two copies of a sparse network trained from step {context.Rewind} with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
                new Axis("Place on the line (0: first copy, 1: second)"),
                new Axis("Test error", Format: ".1%"))
            {
                Series = [.. sparse.Select(row => new Series(row.Kind.Title, rows.Curve(row, Measures.Path)))],
            };
            return new StudyOutcome(
                $"At {InWords.Percent(sparse[0].Density, 1)} of the weights: {StabilityOnset.Sentences(sparse)}",
                rows,
                context.Rewind > 0 ? [] : LmcFindings.All.About(context.Preset, "lmc/fig5").Claims(_ => sparse[0].Stable),
                [figure]);
        });
    }
}
