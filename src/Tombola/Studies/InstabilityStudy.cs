using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Reporting.Published;

namespace Tombola.Studies;

/// <summary>Instability against the step k from which the two copies are trained: for the dense network, and for the three sparse ones.</summary>
internal static class InstabilityStudy
{
    /// <summary>The steps of the paper's figures for LeNet, as fractions of its 24,000.</summary>
    private static readonly long[] PaperSteps = [0, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000];

    private const double PaperTotal = 24000;

    public static Study Dense { get; } = new(
        "lmc/fig3",
        "From which step k on is the dense network stable to SGD noise?",
        "Frankle et al. 2020, figure 3",
        "lenet-mnist",
        context => Design(context, "lmc/fig3", level: 0, [MaskKind.Imp], onTrainingSet: true));

    public static Study Sparse { get; } = new(
        "lmc/fig6",
        "For which rewinding steps k are sparse networks stable to SGD noise: the IMP ticket, and the two controls?",
        "Frankle et al. 2020, figure 6",
        "lenet-mnist",
        context => Design(context, "lmc/fig6", context.Preset.StudiedLevel, [MaskKind.Imp, MaskKind.RandomPruning, MaskKind.RandomReinitialisation], onTrainingSet: false));

    private static StudyDesign Design(StudyContext context, string name, int level, MaskKind[] kinds, bool onTrainingSet)
    {
        var steps = Steps(context);
        return new StudyDesign(
            [.. from experiment in context.Replicates
                from kind in kinds
                from step in steps
                from job in new Job[] { experiment.Path(kind, step, level, onTrainingSet), experiment.Compare(kind, step, level) }
                select job],
            store => Conclude(context, store, name, level, kinds, steps, onTrainingSet));
    }

    private static StudyOutcome Conclude(StudyContext context, Store store, string name, int level, MaskKind[] kinds, long[] steps, bool onTrainingSet)
    {
        var measurement = new Measurement(context, store);
        var rows = (from kind in kinds from step in steps select measurement.Row(kind, step, level, 2, null, onTrainingSet)).ToArray();
        var groups = rows.GroupBy(row => row.Mask).ToArray();
        var series = new List<Series>();
        foreach (var group in groups)
        {
            var title = level == 0 ? "test" : Measurement.Title(group.Key);
            series.Add(new Series(title, [.. group.Select(row => Measurement.Point(row.Rewind, row.Barrier!.Value, row.BarrierSd))]));
            if (onTrainingSet) series.Add(new Series("train", [.. group.Select(row => Measurement.Point(row.Rewind, row.TrainBarrier!.Value, row.TrainBarrierSd))]));
        }

        var published = Published(context, name, level).ToArray();
        var figure = new Figure(
            "instability-by-step",
            "Instability against k",
            "Error barrier between two copies trained from step k to the end with different SGD noise, mean over replicates with a band of one standard deviation.",
            new Axis("Step k", Logarithmic: true),
            new Axis("Error barrier", Format: ".1%"))
        {
            Series = [.. series, .. published],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
            Source = published.Length > 0 ? $"Frankle et al. 2020, figure {name[^1]} (read off the plot)" : null,
        };
        var accuracy = new Figure(
            "accuracy-by-step",
            "Accuracy against k",
            "Test accuracy of the copies at the end of training, mean over replicates with a band of one standard deviation.",
            new Axis("Step k", Logarithmic: true),
            new Axis("Test accuracy", Format: ".1%"))
        {
            Series = [.. groups.Select(group => new Series(
                level == 0 ? "dense" : Measurement.Title(group.Key), [.. group.Select(row => Measurement.Point(row.Rewind, row.TestAccuracy, row.TestAccuracySd))]))],
        };
        var sentences = groups.Select(group => $"{(level == 0 ? "The dense network" : Measurement.Title(group.Key))} {WhenStable([.. group])}");
        Claim[] claims = context.Preset.PublishedAs == "LeNet"
            ? [new Claim(level == 0 ? "LeNet is stable from initialisation." : "LeNet's IMP ticket is stable at every rewinding step, from 0 on.", groups[0].All(row => row.Stable == true))]
            : [];
        var verdict = string.Join("; ", sentences) + ".";
        return new StudyOutcome(char.ToUpperInvariant(verdict[0]) + verdict[1..], rows, claims, [figure, accuracy]);
    }

    private static string WhenStable(StudyRow[] rows)
    {
        // Stable from k on: no later step is unstable again.
        var first = Array.FindLastIndex(rows, row => row.Stable == false) + 1;
        return first == rows.Length ? "is not stable at the last step tried" : $"is stable from step {rows[first].Rewind} on (barrier {Percent.Points(rows[first].Barrier!.Value)})";
    }

    private static IEnumerable<Series> Published(StudyContext context, string name, int level)
    {
        if (context.Preset.PublishedAs.Length == 0) return [];
        var points = PublishedPoints.Figure(name, context.Preset.PublishedAs);
        return level == 0
            ? points.GroupBy(point => point.Curve).Select(group => PublishedPoints.AsSeries(group.Key, group))
            : points.GroupBy(point => point.Curve).Select(group => PublishedPoints.AsSeries(
                group.Key switch { "IMP" => "IMP ticket", "random prune" => "random pruning", _ => "random reinitialisation" }, group));
    }

    /// <summary>The asked-for steps, or the paper's in proportion to the length of training.</summary>
    private static long[] Steps(StudyContext context)
    {
        var steps = context.Request.Steps?.Select(context.Iterations) ?? PaperSteps.Select(step => (long)Math.Round(step * context.Total / PaperTotal));
        long[] before = [.. steps.Where(step => step < context.Total).Distinct().Order()];
        return before.Length > 0 ? before : throw new ArgumentException($"None of the steps lies before the end of training, step {context.Total}.");
    }
}
