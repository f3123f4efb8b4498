using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Reporting.Published;

namespace Tombola.Studies;

/// <summary>Instability against the step k from which the two copies are trained: for the dense network, and for the three sparse ones.</summary>
internal static class InstabilityStudy
{
    /// <summary>The steps of the paper's figures for LeNet, as fractions of its 24,000: for settings that the paper does not show.</summary>
    private static readonly double[] LeNetSteps = [.. new[] { 0, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000 }.Select(step => step / 24000.0)];

    /// <summary>The dense network.</summary>
    /// <param name="name">Name of the study.</param>
    /// <param name="preset">Name of its preset.</param>
    /// <param name="fractions">Steps k as fractions of the length of training; null for the paper's.</param>
    /// <param name="onTrainingSet">Whether to walk the paths on the training set too, which costs several times as much.</param>
    public static Study Dense(string name, string preset, double[]? fractions = null, bool onTrainingSet = true) => new(
        name,
        "From which step k on is the dense network stable to SGD noise?",
        "Frankle et al. 2020, figure 3",
        preset,
        context => Design(context, "lmc/fig3", level: 0, [MaskKind.Imp], fractions, onTrainingSet));

    public static Study Sparse { get; } = new(
        "lmc/fig6",
        "For which rewinding steps k are sparse networks stable to SGD noise: the IMP ticket, and the two controls?",
        "Frankle et al. 2020, figure 6",
        "lenet-mnist",
        context => Design(
            context, "lmc/fig6", context.Preset.StudiedLevel, [MaskKind.Imp, MaskKind.RandomPruning, MaskKind.RandomReinitialisation], fractions: null, onTrainingSet: false));

    private static StudyDesign Design(StudyContext context, string figure, int level, MaskKind[] kinds, double[]? fractions, bool onTrainingSet)
    {
        var steps = Steps(context, fractions);
        return new StudyDesign(
            [.. from experiment in context.Replicates
                from kind in kinds
                from step in steps
                from job in new Job[] { experiment.Path(kind, step, level, onTrainingSet), experiment.Compare(kind, step, level) }
                select job],
            store => Conclude(context, store, figure, level, kinds, steps, onTrainingSet));
    }

    private static StudyOutcome Conclude(StudyContext context, Store store, string source, int level, MaskKind[] kinds, long[] steps, bool onTrainingSet)
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

        var published = Published(context, source, level).ToArray();
        var figure = new Figure(
            "instability-by-step",
            "Instability against k",
            "Error barrier between two copies trained from step k to the end with different SGD noise, mean over replicates with a band of one standard deviation.",
            new Axis("Step k", Logarithmic: true),
            new Axis("Error barrier", Format: ".1%"))
        {
            Series = [.. series, .. published],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
            Source = published.Length > 0 ? $"Frankle et al. 2020, figure {source[^1]} (read off the plot)" : null,
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
        var verdict = string.Join("; ", sentences) + ".";
        return new StudyOutcome(
            char.ToUpperInvariant(verdict[0]) + verdict[1..], rows, Claims(context, level, [.. groups[0]]), [figure, Paths(context, store, level, kinds, steps, onTrainingSet), accuracy]);
    }

    private static Figure Paths(StudyContext context, Store store, int level, MaskKind[] kinds, long[] steps, bool onTrainingSet) => new(
        "paths",
        "Paths between the copies",
        "Test error along the straight line from the first copy (0) to the second (1), mean over replicates with a band of one standard deviation, for each step k that they share.",
        new Axis("Place on the line"),
        new Axis("Test error", Format: ".1%"))
    {
        Panels = [.. steps.Select(step => new Panel(
            FormattableString.Invariant($"k = {step}"),
            [.. kinds.Select(kind => new Series(
                level == 0 ? "dense" : Measurement.Title(Measurement.Name(kind)),
                MeanPath.Of(context.Replicates.Select(experiment => store.Result(experiment.Path(kind, step, level, onTrainingSet)).Test))))]))],
    };

    private static Claim[] Claims(StudyContext context, int level, StudyRow[] rows) => (context.Preset.Published, level) switch
    {
        ({ Network: "LeNet" }, 0) => [new Claim("LeNet is stable from initialisation.", rows.All(row => row.Stable == true))],
        ({ Network: "LeNet" }, _) => [new Claim("LeNet's IMP ticket is stable at every rewinding step, from 0 on.", rows.All(row => row.Stable == true))],
        ({ } published, 0) when PublishedPoints.Figure("lmc/fig3", published.Network, published.Variant).Count > 0 =>
        [
            new Claim($"Copies of {published.Network} that share nothing but their initialisation are separated by an error barrier.", rows[0].Rewind > 0 ? null : !rows[0].Stable),
            new Claim($"Copies of {published.Network} that share an early part of training are not.", rows[^1].Rewind == 0 ? null : rows[^1].Stable),
        ],
        _ => [],
    };

    private static string WhenStable(StudyRow[] rows)
    {
        // Stable from k on: no later step is unstable again.
        var first = Array.FindLastIndex(rows, row => row.Stable == false) + 1;
        var start = $"barrier {Percent.Points(rows[0].Barrier!.Value)} from step {rows[0].Rewind}";
        if (first == rows.Length) return rows.Length == 1 ? $"is not stable ({start})" : $"is not stable at the last step tried ({start}, {Percent.Points(rows[^1].Barrier!.Value)} from step {rows[^1].Rewind})";
        return first == 0
            ? $"is stable from step {rows[0].Rewind} on (barrier {Percent.Points(rows[0].Barrier!.Value)})"
            : $"is stable from step {rows[first].Rewind} on ({start}, {Percent.Points(rows[first].Barrier!.Value)} from step {rows[first].Rewind})";
    }

    private static IEnumerable<Series> Published(StudyContext context, string figure, int level)
    {
        if (context.Preset.Published is not { } setting) return [];
        var points = PublishedPoints.Figure(figure, setting.Network, setting.Variant);
        return level == 0
            ? points.GroupBy(point => point.Curve).Select(group => PublishedPoints.AsSeries(group.Key, group))
            : points.GroupBy(point => point.Curve).Select(group => PublishedPoints.AsSeries(
                group.Key switch { "IMP" => "IMP ticket", "random prune" => "random pruning", _ => "random reinitialisation" }, group));
    }

    /// <summary>The asked-for steps, or the study's own or else the paper's in proportion to the length of training.</summary>
    private static long[] Steps(StudyContext context, double[]? fractions)
    {
        var steps = context.Request.Steps?.Select(context.Iterations) ?? (fractions ?? PaperSteps(context)).Select(fraction => (long)Math.Round(fraction * context.Total));
        long[] before = [.. steps.Where(step => step < context.Total).Distinct().Order()];
        return before.Length > 0 ? before : throw new ArgumentException($"None of the steps lies before the end of training, step {context.Total}.");
    }

    /// <summary>The steps of figure 3 for the network, whatever its variant: those of figure 6 are among them.</summary>
    private static double[] PaperSteps(StudyContext context) =>
        context.Preset.Published is { } setting && PublishedPoints.Figure("lmc/fig3", setting.Network) is { Count: > 0 } points
            ? [.. points.Select(point => point.K).Distinct().Select(k => k / setting.Steps)]
            : LeNetSteps;
}
