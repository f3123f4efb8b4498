using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Tickets;

/// <summary>Somebody's ticket, from files, beside its controls: its mask shuffled, its weights drawn anew, their signs shuffled.</summary>
public static class GivenTicketStudy
{
    /// <summary>Any level above 0 will do: the mask is given, and has the density that it has.</summary>
    private const int Level = 1;

    /// <summary>The study of a ticket.</summary>
    /// <param name="state">File of the weights at the step k that the request says.</param>
    /// <param name="mask">File of the mask.</param>
    /// <param name="preset">Name of the preset that it is trained by unless told otherwise.</param>
    public static Study Of(ForeignFile state, ForeignFile mask, string preset) => new(
        Branch.Name,
        "Does this ticket beat its controls, and is it stable to SGD noise?",
        "An ablation of a given ticket, with the controls of Frankle and Carbin 2019 and Frankle et al. 2020",
        preset,
        context => Design(context, state, mask));

    private static StudyDesign Design(StudyContext context, ForeignFile state, ForeignFile mask)
    {
        var network = Architectures.Create(context.Preset.Model);
        var start = GivenStart.Of(state, mask, network);
        var (masks, weights) = (new MaskSource("given", "the given mask", (_, _, _) => start.Mask!), new WeightSource("given", "the given weights", (_, _) => start.State!));
        var shuffled = new MaskSource("shuffled", "the given mask shuffled within each layer", (replicate, _, _) => replicate.Shuffled(start.Mask!));
        var signs = new WeightSource("shuffled-signs", "the given weights with their signs shuffled within each layer", (replicate, _) => replicate.ShuffledSigns(start.State!));
        NetworkKind[] kinds =
        [
            NetworkKinds.Imp with { Name = "ticket", Title = "the ticket", Masks = masks, Weights = weights },
            NetworkKinds.RandomPruning with { Masks = shuffled, Weights = weights },
            NetworkKinds.RandomReinitialisation with { Masks = masks },
            NetworkKinds.Imp with { Name = "shuffled-signs", Title = "shuffled signs", Masks = masks, Weights = signs },
        ];
        Condition[] conditions = [.. kinds.Select(kind => new Condition(kind, context.Rewind, Level))];
        return StudyDesign.Of(
            context,
            [Condition.Dense().Measured(copies: 1), .. conditions.Measured([.. Measures.Barriers, .. Measures.Distances])],
            rows => new StudyOutcome(Verdict(rows, conditions), rows, [], [Paths(rows, conditions)])
            {
                Notes = start.Notes,
                Choices =
                [
                    new Choice("Ticket", $"{state} under {mask}", $"Weights of step {context.Rewind}, the same for every replicate; replicates differ in SGD noise and in what the controls draw."),
                    new Choice("Reinitialised weights", $"trained densely to step {context.Rewind}", "The control starts at the same step as the ticket."),
                    new Choice("Dense network", "drawn by the preset", "It is not the one that the ticket was found in, which the files do not tell."),
                ],
            });
    }

    private static string Verdict(StudyRows rows, Condition[] conditions)
    {
        var (ticket, controls) = (rows[conditions[0]], rows.Of(conditions.Skip(1)));
        var beaten = controls.Where(row => row.TestAccuracy.Mean < ticket.TestAccuracy.Mean).ToArray();
        return $"The ticket of {InWords.Percent(ticket.Density, 1)} of the weights reaches {InWords.Percent(ticket.TestAccuracy.Mean)}, "
            + $"{string.Join(", ", controls.Select(row => $"{row.Title} {InWords.Percent(row.TestAccuracy.Mean)}"))}, the dense network {InWords.Percent(rows.Dense.TestAccuracy.Mean)}: "
            + $"it beats {beaten.Length} of {controls.Length} controls and is {ticket.Stable switch { Answer.Yes => "stable", Answer.No => "not stable", _ => "perhaps stable" }} (barrier {InWords.Points(ticket[Measures.Barrier].Mean)}).";
    }

    private static Figure Paths(StudyRows rows, Condition[] conditions) => new(
        "paths",
        "Paths between the copies of the ticket and of its controls",
        "Test error along the straight line between two copies trained with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
        new Axis("Place on the line (0: first copy, 1: second)"),
        new Axis("Test error", Format: ".1%"))
    {
        Series = [.. rows.Of(conditions).Select(row => new Series(row.Title, rows.Curve(row, Measures.Path)))],
    };
}
