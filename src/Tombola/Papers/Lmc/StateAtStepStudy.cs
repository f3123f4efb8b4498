using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>What the network is at the step k at which stability sets in: its error, and how far it has moved.</summary>
internal static class StateAtStepStudy
{
    public static Study Study { get; } = new(
        "lmc/appendix-b",
        "When stability sets in, what error does the network have, and how far has it moved from its initialisation and to its end?",
        "Frankle et al. 2020, appendix B",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var steps = LmcPoints.Steps(context, "lmc/appendix-b");
        Condition[] dense = [.. steps.Select(Condition.Dense)];
        Condition[] tickets = context.Preset.StudiedLevel == 0 ? [] : [.. steps.Select(step => new Condition(NetworkKinds.Imp, step, context.Preset.StudiedLevel))];
        return StudyDesign.Of(
            context,
            [Condition.Dense().Measured(), .. dense.Measured([.. Measures.Barriers, .. Measures.Start]), .. tickets.Measured(Measures.Barriers)],
            rows =>
            {
                StudyRow[] states = rows.Of(dense), sparse = rows.Of(tickets);
                return new StudyOutcome(Verdict(states, sparse), [.. states, .. sparse], [], Figures(states, sparse)) { Table = Table(states, sparse) };
            });
    }

    /// <summary>The part of the way that lies behind W_k, as straight lines go: from W_0 to W_k, and from there to the end.</summary>
    internal static double Moved(StudyRow row) => row[Measures.StartL2].Mean / (row[Measures.StartL2].Mean + row[Measures.EndL2].Mean);

    private static string Verdict(StudyRow[] dense, StudyRow[] ticket)
    {
        var last = dense[^1];
        return string.Join(" ", new[] { ("dense network", dense), ("IMP ticket", ticket) }.Where(kind => kind.Item2.Length > 0).Select(kind =>
            StabilityOnset.Step(kind.Item2) is { } onset
                ? $"Stability of the {kind.Item1} sets in at step {onset}: there the network has an error of {State(dense.Single(row => row.StartStep == onset))}."
                : $"The {kind.Item1} is not clearly stable at the last step tried, {last.StartStep}: there the network has an error of {State(last)}."))
            + $" At the end of training the error is {InWords.Percent(1 - last.TestAccuracy.Mean)}.";

        static string State(StudyRow row) => $"{InWords.Percent(row[Measures.StartError].Mean)} and has moved {InWords.Percent(Moved(row), 0)} of the way";
    }

    private static Figure[] Figures(StudyRow[] dense, StudyRow[] ticket) =>
    [
        StepFigure.Of(
            "error-of-state",
            "Error at step k",
            "Test error of the dense network at step k, from which the copies start, and at the end of training, mean over replicates with a band of one standard deviation.",
            new Axis("Test error", Format: ".1%")) with
        {
            Series = [StepFigure.Line("at step k", dense, Measures.StartError), new Series("at the end", [.. dense.Select(row => row.TestAccuracy.ErrorPoint(row.StartStep))])],
        },
        StepFigure.Of(
            "distance-of-state",
            "Distance at step k",
            "Euclidean distance between the weights of the dense network at step k and its initial weights, and between them and the weights at the end of a copy trained from there, mean over replicates with a band of one standard deviation.",
            new Axis("L2 distance")) with
        {
            Series = [StepFigure.Line("from initialisation", dense, Measures.StartL2), StepFigure.Line("to the end", dense, Measures.EndL2)],
        },
        StepFigure.Instability() with { Series = [.. StepFigure.Lines([.. dense, .. ticket], Measures.Barrier)] },
    ];

    private static Table Table(StudyRow[] dense, StudyRow[] ticket) => new(
        "states",
        "The dense network at step k, and the barrier between copies that start from there",
        [new("k", true), new("Error %", true), new("L2 from start", true), new("L2 to end", true), new("Moved %", true), new("Barrier %", true), .. ticket.Length > 0 ? new[] { new TableColumn("Ticket's %", true) } : []],
        [.. dense.Select((row, i) => (IReadOnlyList<string>)
        [
            InWords.Whole(row.StartStep),
            InWords.Fixed(row[Measures.StartError].Mean * 100, 2),
            InWords.Fixed(row[Measures.StartL2].Mean, 2),
            InWords.Fixed(row[Measures.EndL2].Mean, 2),
            InWords.Fixed(Moved(row) * 100, 2),
            InWords.Fixed(row[Measures.Barrier].Mean * 100, 2),
            .. ticket.Length > 0 ? new[] { InWords.Fixed(ticket[i][Measures.Barrier].Mean * 100, 2) } : [],
        ])]);
}
