using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Tickets reset to initialisation at every density, under each of a preset's learning rates.</summary>
internal static class LearningRateStudy
{
    public static Study Study { get; } = new(
        "scale/fig1",
        "Down to which density do tickets reset to step 0 match the dense network, and does the learning rate decide it?",
        "Frankle et al. 2019, figure 1",
        "resnet18-cifar10",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        StudyContext[] contexts = [context, .. context.Request.Variants.Select(context.For)];
        return StudyDesign.Of(
            contexts,
            each => [Condition.Dense().Measured(), .. DensityConditions.Tickets(each, 0).Concat(DensityConditions.Others(each, NetworkKinds.RandomReinitialisation)).Measured(copies: 1)],
            presets =>
            {
                var figure = DensityFigure.Accuracy with { Panels = [.. presets.Select(rows => new Panel(rows.Context.Preset.Name, [.. DensityFigure.Lines(rows)]))] };
                return new StudyOutcome(
                    $"Tickets of step 0: {string.Join("; ", presets.Select(rows => Sentence(StabilizingPoints.Level(rows.Context), rows)))}.",
                    [.. presets.SelectMany(rows => rows)],
                    [.. presets.SelectMany(rows => Claims(rows.Context.Preset, StabilizingPoints.Level(rows.Context), rows))],
                    [figure]);
            });
    }

    private static string Sentence(int level, StudyRows rows)
    {
        var (dense, ticket) = (rows[0], rows.FirstOrDefault(row => IsTicket(row) && row.Level == level));
        return ticket is null
            ? $"on {dense.Preset} nothing was pruned"
            : $"on {dense.Preset} they {DensityConditions.WhenMatching([.. rows.Where(IsTicket)])} ({InWords.Percent(ticket.TestAccuracy.Mean)} at {InWords.Percent(ticket.Density, 1)}, dense {InWords.Percent(dense.TestAccuracy.Mean)})";
    }

    /// <summary>Of one preset.</summary>
    internal static IReadOnlyList<Claim> Claims(Preset preset, int level, IReadOnlyList<StudyRow> rows)
    {
        var tickets = rows.Where(row => IsTicket(row) && row.Level >= level).ToArray();
        if (tickets.Length == 0) return [];
        var control = rows.FirstOrDefault(row => row.Kind == NetworkKinds.RandomReinitialisation && row.Level == level);
        return StabilizingFindings.All.About(preset, "scale/fig1").Claims(
            property => property switch
            {
                StabilizingFindings.SomeTicketMatches => tickets.Select(row => row.Matching!.Value).Any(),
                StabilizingFindings.TicketMatches => tickets[0].Matching,
                _ => control?.TestAccuracy.Below(tickets[0].TestAccuracy),
            },
            preset.Name,
            InWords.Percent(tickets[0].Density, 1));
    }

    private static bool IsTicket(StudyRow row) => row.Level > 0 && row.Kind == NetworkKinds.Imp;
}
