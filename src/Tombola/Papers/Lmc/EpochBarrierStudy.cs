using System.Globalization;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Papers.Lmc;

/// <summary>The barrier between two copies at every epoch of their training.</summary>
internal static class EpochBarrierStudy
{
    /// <summary>Steps k, and epochs below the paper's scale.</summary>
    private const int MostSteps = 3, FewEpochs = 12;

    private static readonly Pair Copies = new(0, 1);

    public static Study Study { get; } = new(
        "lmc/appendix-c",
        "When during training do copies come apart, and do copies that end up connected stay connected throughout?",
        "Frankle et al. 2020, appendix C",
        "lenet-mnist",
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        Condition[] conditions =
        [
            .. from level in new[] { 0, context.Preset.StudiedLevel }.Distinct()
               from step in EvenlySpaced.Of(LmcPoints.Steps(context, "lmc/appendix-c"), MostSteps)
               select new Condition(NetworkKinds.Imp, step, level),
        ];
        return new StudyDesign(
            [.. from condition in conditions from step in ComparedSteps(context, condition.Rewind) from replicate in context.Replicates select PathAt(replicate, condition, step)],
            store =>
            {
                StudyRow[] rows = [.. from condition in conditions from step in ComparedSteps(context, condition.Rewind) select Row(context, store, condition, step)];
                var results = new Results(store);
                return new StudyOutcome(Verdict(context, rows), rows, Claims(LmcFindings.All.About(context.Preset, "lmc/appendix-c"), rows), [Figure(context, rows)])
                {
                    Tickets = [.. rows.SelectMany(row => TicketRow.Of(context, row.Condition, row.Copies, results, row.At))],
                    Samples = [.. rows.SelectMany(row => Samples(context, results, row))],
                    Choices =
                    [
                        new Choice("Pairs", "the first two copies of each replicate", "Every further pair would take as many paths again."),
                    ],
                };
            });
    }

    /// <summary>Steps at which two copies from step k are compared: the ends of epochs after k, and the end of training; evenly spread ones of them below the paper's scale.</summary>
    internal static long[] ComparedSteps(StudyContext context, long rewind)
    {
        long epoch = context.StepsPerEpoch;
        var ends = new List<long>();
        for (var step = ((rewind / epoch) + 1) * epoch; step < context.Total; step += epoch) ends.Add(step);
        ends.Add(context.Total);
        return context.Preset.RewindFractions is null ? [.. ends] : EvenlySpaced.Of(ends, FewEpochs);
    }

    /// <summary>A copy on its way to the end.</summary>
    private static TrainJob At(Replicate replicate, Condition condition, int copy, long step) => replicate.Copy(condition, copy) with { To = step };

    private static PathJob PathAt(Replicate replicate, Condition condition, long step) =>
        replicate.Path(condition, At(replicate, condition, Copies.First, step), At(replicate, condition, Copies.Second, step));

    private static StudyRow Row(StudyContext context, Store store, Condition condition, long step)
    {
        var paths = context.Replicates.Select(replicate => store.Result(PathAt(replicate, condition, step)).Barrier).ToArray();
        var training = store.Result(At(context.Replicates[0], condition, Copies.First, step));
        var barrier = Of(path => path.Height);
        var accuracy = SampleStatistic.Of([.. paths.Select(path => new[] { Accuracy.Of(path.Path[0].Error), Accuracy.Of(path.Path[^1].Error) })]);
        var statistics = Statistics.Of((Measures.TestAccuracy, accuracy), (Measures.Barrier, barrier), (Measures.ChordBarrier, Of(path => path.ChordHeight)));
        return new StudyRow(condition, (double)training.Remaining / training.Prunable, paths.Length, 2, statistics) { At = step, Stable = barrier.Below(ErrorBarrier.StabilityThreshold) };

        SampleStatistic Of(Func<ErrorBarrier, double> value) => SampleStatistic.Of([.. paths.Select(path => new[] { value(path) })]);
    }

    /// <summary>The barriers by step, and the accuracies of the copies.</summary>
    private static IEnumerable<RawSample> Samples(StudyContext context, Results results, StudyRow row) =>
        from replicate in context.Replicates
        let barrier = results.Of(PathAt(replicate, row.Condition, row.At!.Value)).Barrier
        from sample in new[]
        {
            (Measures.TestAccuracy, $"{Copies.First}", Accuracy.Of(barrier.Path[0].Error)),
            (Measures.TestAccuracy, $"{Copies.Second}", Accuracy.Of(barrier.Path[^1].Error)),
            (Measures.Barrier, Copies.Name, barrier.Height),
            (Measures.ChordBarrier, Copies.Name, barrier.ChordHeight),
        }
        select new RawSample(
            context.Preset.Name, row.Condition.NameOfKind, row.Level, row.StartStep, row.Condition.Restarted, sample.Item1.Name, replicate.Number, sample.Item2, row.At, sample.Item3);

    private static string Verdict(StudyContext context, IReadOnlyList<StudyRow> rows) =>
        "Copies are two points or more apart: " + string.Join("; ", rows.GroupBy(row => row.Title).Select(kind => $"{kind.Key}: {string.Join(", ", kind.GroupBy(row => row.StartStep).Select(copies => When(context, [.. copies])))}")) + ".";

    private static string When(StudyContext context, StudyRow[] rows)
    {
        var apart = rows.FirstOrDefault(row => row[Measures.Barrier].Mean >= ErrorBarrier.StabilityThreshold);
        return apart is null
            ? $"from step {rows[0].StartStep} never (at most {InWords.Points(rows.Max(row => row[Measures.Barrier].Mean))})"
            : string.Create(CultureInfo.InvariantCulture, $"from step {rows[0].StartStep} first seen at epoch {Epoch(context, apart):0.#} ({InWords.Points(rows[^1][Measures.Barrier].Mean)} at the end)");
    }

    /// <summary>About copies that are clearly apart, or clearly connected, at the end of training.</summary>
    internal static IReadOnlyList<Claim> Claims(IEnumerable<Finding> findings, IReadOnlyList<StudyRow> rows)
    {
        var copies = rows.GroupBy(row => row.Condition).Select(group => group.ToArray()).ToArray();
        var apart = copies.Where(group => group[^1].Stable == Answer.No).ToArray();
        var connected = copies.Where(group => group[^1].Stable == Answer.Yes).ToArray();
        return findings.Claims(property => property switch
        {
            LmcFindings.ApartEarly => apart.Length == 0
                ? null
                : Answers.Of(apart.All(group => group.Any(row => row.Stable == Answer.No && row.At - row.StartStep <= (group[^1].At - row.StartStep) / 2.0))),
            _ => connected.Length == 0 ? null : connected.SelectMany(group => group).Select(row => row.Stable!.Value).All(),
        });
    }

    private static Figure Figure(StudyContext context, IReadOnlyList<StudyRow> rows) => new(
        "barrier-by-epoch",
        "Barrier between the copies during training",
        "Error barrier on the test set between two copies that share k steps, at ends of epochs of their training, mean over replicates with a band of one standard deviation.",
        new Axis("Epoch"),
        new Axis("Error barrier", Format: ".1%"))
    {
        Panels = [.. rows.GroupBy(row => row.StartStep).Select(copies => new Panel(
            FormattableString.Invariant($"k = {copies.Key}"),
            [.. copies.GroupBy(row => row.Title).Select(kind => new Series(kind.Key, [.. kind.Select(row => row[Measures.Barrier].Point(Epoch(context, row)))]))]))],
        Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
    };

    private static double Epoch(StudyContext context, StudyRow row) => (double)row.At!.Value / context.StepsPerEpoch;
}
