using System.Globalization;
using Tombola.Jobs;
using Tombola.Landscape;
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
        var steps = context.Steps("lmc/appendix-b");
        Probe[] probes =
        [
            new Probe(Condition.Dense()),
            .. from level in new[] { 0, context.Preset.StudiedLevel }.Distinct() from step in steps select new Probe(new Condition(NetworkKinds.Imp, step, level), Measures.Barrier),
        ];
        var jobs = context.Replicates.SelectMany(replicate => steps.SelectMany(step => new Job?[] { Error(replicate, step), FromStart(replicate, step), ToEnd(replicate, step) })).OfType<Job>();
        return StudyDesign.Of(
            context,
            probes,
            (store, rows) =>
            {
                StudyRow[] dense = [.. rows.Skip(1).Take(steps.Length).Select(row => WithState(context, store, row))], ticket = [.. rows.Skip(1 + steps.Length)];
                return new StudyOutcome(Verdict(dense, ticket), [.. dense, .. ticket], [], Figures(dense, ticket)) { Table = Table(dense, ticket) };
            },
            jobs);
    }

    private static EvaluateJob Error(Replicate replicate, long step) => replicate.Evaluate(Condition.Dense(step), replicate.At(step), onTrainingSet: false);

    /// <summary>Null at step 0, where the distance is 0.</summary>
    private static CompareJob? FromStart(Replicate replicate, long step) => step == 0 ? null : replicate.Compare(Condition.Dense(step), replicate.At(0), replicate.At(step));

    private static CompareJob ToEnd(Replicate replicate, long step) => replicate.Compare(Condition.Dense(step), replicate.At(step), replicate.Copy(Condition.Dense(step), 0));

    private static StudyRow WithState(StudyContext context, Store store, StudyRow row) => row with
    {
        StartError = Of(context, replicate => store.Result(Error(replicate, row.Rewind)).Error),
        StartL2 = Of(context, replicate => FromStart(replicate, row.Rewind) is { } job ? store.Result(job).L2 : 0),
        EndL2 = Of(context, replicate => store.Result(ToEnd(replicate, row.Rewind)).L2),
    };

    private static SampleStatistic Of(StudyContext context, Func<Replicate, double> value) => SampleStatistic.Of([.. context.Replicates.Select(replicate => new[] { value(replicate) })]);

    /// <summary>The part of the way that lies behind W_k, as straight lines go: from W_0 to W_k, and from there to the end.</summary>
    internal static double Moved(StudyRow row) => row.StartL2!.Mean / (row.StartL2.Mean + row.EndL2!.Mean);

    private static string Verdict(StudyRow[] dense, StudyRow[] ticket)
    {
        var last = dense[^1];
        return string.Join(" ", new[] { ("dense network", dense), ("IMP ticket", ticket) }.Where(kind => kind.Item2.Length > 0).Select(kind =>
            Onset.Of(kind.Item2, row => row.Stable) is { } onset
                ? $"Stability of the {kind.Item1} sets in at step {onset}: there the network has an error of {State(dense.Single(row => row.Rewind == onset))}."
                : $"The {kind.Item1} is not clearly stable at the last step tried, {last.Rewind}: there the network has an error of {State(last)}."))
            + $" At the end of training the error is {Percent.Of(1 - last.TestAccuracy.Mean)}.";

        static string State(StudyRow row) => $"{Percent.Of(row.StartError!.Mean)} and has moved {Percent.Of(Moved(row), 0)} of the way";
    }

    private static Figure[] Figures(StudyRow[] dense, StudyRow[] ticket) =>
    [
        new Figure(
            "error-of-state",
            "Error at step k",
            "Test error of the dense network at step k, from which the copies start, and at the end of training, mean over replicates with a band of one standard deviation.",
            StepFigure.Step,
            new Axis("Test error", Format: ".1%"))
        {
            Series = [StepFigure.Line("at step k", dense, row => row.StartError), new Series("at the end", [.. dense.Select(row => Measurement.Error(row.Rewind, row.TestAccuracy))])],
        },
        new Figure(
            "distance-of-state",
            "Distance at step k",
            "Euclidean distance between the weights of the dense network at step k and its initial weights, and between them and the weights at the end of a copy trained from there, mean over replicates with a band of one standard deviation.",
            StepFigure.Step,
            new Axis("L2 distance"))
        {
            Series = [StepFigure.Line("from initialisation", dense, row => row.StartL2), StepFigure.Line("to the end", dense, row => row.EndL2)],
        },
        new Figure(
            "instability-by-step",
            "Instability against k",
            "Error barrier on the test set between two copies trained from step k to the end with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
            StepFigure.Step,
            new Axis("Error barrier", Format: ".1%"))
        {
            Series = [.. StepFigure.Lines([.. dense, .. ticket], row => row.Barrier)],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
        },
    ];

    private static Table Table(StudyRow[] dense, StudyRow[] ticket) => new(
        "states",
        "The dense network at step k, and the barrier between copies that start from there",
        [new("k", true), new("Error %", true), new("L2 from start", true), new("L2 to end", true), new("Moved %", true), new("Barrier %", true), .. ticket.Length > 0 ? new[] { new TableColumn("Ticket's %", true) } : []],
        [.. dense.Select((row, i) => (IReadOnlyList<string>)
        [
            row.Rewind.ToString(CultureInfo.InvariantCulture),
            Number(row.StartError!.Mean * 100),
            Number(row.StartL2!.Mean),
            Number(row.EndL2!.Mean),
            Number(Moved(row) * 100),
            Number(row.Barrier!.Mean * 100),
            .. ticket.Length > 0 ? new[] { Number(ticket[i].Barrier!.Mean * 100) } : [],
        ])]);

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
