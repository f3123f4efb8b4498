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
            each => [new Probe(Condition.Dense()), .. DensityProbes.Tickets(each, 0), .. DensityProbes.Others(each, NetworkKinds.RandomReinitialisation)],
            rows =>
            {
                var groups = contexts.Select(each => (Context: each, Rows: rows.Where(row => row.Preset == each.Preset.Name).ToArray())).ToArray();
                var figure = DensityFigure.Accuracy with { Panels = [.. groups.Select(group => new Panel(group.Context.Preset.Name, [.. DensityFigure.Lines(group.Rows)]))] };
                return new StudyOutcome(
                    $"Tickets of step 0: {string.Join("; ", groups.Select(group => Sentence(StabilizingPaper.Level(group.Context), group.Rows)))}.",
                    rows,
                    [.. groups.SelectMany(group => Claims(group.Context.Preset, StabilizingPaper.Level(group.Context), group.Rows))],
                    [figure]);
            });
    }

    private static string Sentence(int level, StudyRow[] rows)
    {
        var (dense, ticket) = (rows[0], rows.FirstOrDefault(row => IsTicket(row) && row.Level == level));
        return ticket is null
            ? $"on {dense.Preset} nothing was pruned"
            : $"on {dense.Preset} they {DensityProbes.WhenMatching([.. rows.Where(IsTicket)])} ({Percent.Of(ticket.TestAccuracy.Mean)} at {Percent.Of(ticket.Density, 1)}, dense {Percent.Of(dense.TestAccuracy.Mean)})";
    }

    /// <summary>Of one preset.</summary>
    internal static IReadOnlyList<Claim> Claims(Preset preset, int level, IReadOnlyList<StudyRow> rows)
    {
        var tickets = rows.Where(row => IsTicket(row) && row.Level >= level).ToArray();
        if (tickets.Length == 0 || StabilizingPaper.ResetMatches(preset) is not { } matches) return [];
        var density = Percent.Of(tickets[0].Density, 1);
        if (!matches) return [new Claim($"{preset.Name}: tickets of step 0 do not match the dense network at {density} of the weights and below.", tickets.Select(row => !row.Matching!.Value.AsClaim()).AllHold())];
        var control = rows.FirstOrDefault(row => row.Mask == NetworkKinds.RandomReinitialisation.Name && row.Level == level);
        return
        [
            new Claim($"{preset.Name}: the ticket of step 0 matches the dense network at {density} of the weights.", tickets[0].Matching!.Value.AsClaim()),
            new Claim($"{preset.Name}: there it is more accurate than the same mask on newly drawn weights.", control?.TestAccuracy.Below(tickets[0].TestAccuracy).AsClaim()),
        ];
    }

    private static bool IsTicket(StudyRow row) => row.Level > 0 && row.Mask == NetworkKinds.Imp.Name;
}
