using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Names the jobs of probes, and reads their results, over all replicates, into rows.</summary>
internal sealed class Measurement(StudyContext context)
{
    /// <summary>Accuracies within 0.2 points of the dense networks' match (Frankle et al. 2020, table 2).</summary>
    public const double MatchingTolerance = 0.002;

    /// <summary>The jobs whose results <see cref="Row"/> reads.</summary>
    public IEnumerable<Job> Jobs(Probe probe)
    {
        var (setting, copies) = (probe.Condition, CopiesOf(probe));
        foreach (var replicate in context.Replicates)
        {
            for (var copy = 0; copy < copies; copy++)
            {
                yield return replicate.Copy(setting, copy);
                if (probe.Measures.HasFlag(Measures.TrainError)) yield return replicate.Evaluate(setting, replicate.Copy(setting, copy), onTrainingSet: true);
            }

            foreach (var pair in Pair.Of(copies))
            {
                if (probe.Measures.HasFlag(Measures.Barrier)) yield return replicate.Path(setting, pair);
                if (probe.Measures.HasFlag(Measures.TrainBarrier)) yield return replicate.Path(setting, pair, onTrainingSet: true);
                if (probe.Measures.HasFlag(Measures.Distances)) yield return replicate.Compare(setting, pair);
            }

            if (probe.Measures.HasFlag(Measures.Pruning)) yield return replicate.CompareWithDense(setting);
        }
    }

    /// <summary>The row of a probe.</summary>
    /// <param name="store">Holds the results of its jobs.</param>
    /// <param name="probe">What to read.</param>
    /// <param name="dense">The probe of the dense networks that it should match; null if it need not match any.</param>
    public StudyRow Row(Store store, Probe probe, Probe? dense = null)
    {
        var (setting, copies, pairs) = (probe.Condition, CopiesOf(probe), Pair.Of(CopiesOf(probe)));
        var accuracies = Accuracies(store, probe);
        var accuracy = SampleStatistic.Of(accuracies);
        var test = Barriers(Measures.Barrier, onTrainingSet: false);
        var train = Barriers(Measures.TrainBarrier, onTrainingSet: true);
        var distances = Samples(Measures.Distances, replicate => pairs.Select(pair => store.Result(replicate.Compare(setting, pair))));
        var pruning = Samples(Measures.Pruning, replicate => Enumerable.Repeat(store.Result(replicate.CompareWithDense(setting)), 1));
        var errors = Samples(Measures.TrainError, replicate =>
            Enumerable.Range(0, copies).Select(copy => store.Result(replicate.Evaluate(setting, replicate.Copy(setting, copy), onTrainingSet: true))));
        var denseAccuracies = dense is null || dense.Condition == setting ? null : Accuracies(store, dense);
        var barrier = Of(test, path => path.Height);
        return new StudyRow
        {
            Level = setting.Level,
            Density = Density(store, setting),
            Mask = setting.Kind.Name,
            Rewind = setting.Start,
            Restarted = setting.Restarted,
            Replicates = context.Replicates.Count,
            Copies = copies,
            TestAccuracy = accuracy,
            TrainError = Of(errors, result => result.Error),
            Barrier = barrier,
            ChordBarrier = Of(test, path => path.ChordHeight),
            TrainBarrier = Of(train, path => path.Height),
            TrainChordBarrier = Of(train, path => path.ChordHeight),
            L2 = Of(distances, distance => distance.L2),
            Angle = Of(distances, distance => distance.Angle),
            CosineDistance = Of(distances, distance => 1 - distance.Cosine),
            PredictionDifference = Of(distances, distance => distance.PredictionDifference),
            LossDistance = Of(distances, distance => distance.LossDistance),
            PruningL2 = Of(pruning, distance => distance.L2),
            PruningAngle = Of(pruning, distance => distance.Angle),
            Stable = barrier?.Below(ErrorBarrier.StabilityThreshold),
            Matching = denseAccuracies is null ? null : Differences(accuracies, denseAccuracies).AtLeast(-MatchingTolerance),
            MatchingWithinSd = denseAccuracies is null || SampleStatistic.Of(denseAccuracies) is not { Sd: { } sd, Mean: var mean } ? null : accuracy.Mean >= mean - sd,
        };

        ErrorBarrier[][]? Barriers(Measures measure, bool onTrainingSet) =>
            Samples(measure, replicate => pairs.Select(pair => store.Result(replicate.Path(setting, pair, onTrainingSet)).Barrier));

        T[][]? Samples<T>(Measures measure, Func<Replicate, IEnumerable<T>> read) => probe.Measures.HasFlag(measure) ? [.. context.Replicates.Select(replicate => read(replicate).ToArray())] : null;
    }

    /// <summary>The mean path of all pairs of copies, with a band of one standard deviation.</summary>
    public IReadOnlyList<SeriesPoint> MeanPath(Store store, Probe probe, bool onTrainingSet = false)
    {
        var paths = context.Replicates.Select(replicate => Pair.Of(CopiesOf(probe)).Select(pair => store.Result(replicate.Path(probe.Condition, pair, onTrainingSet)).Points).ToArray()).ToArray();
        return [.. Enumerable.Range(0, paths[0][0].Count).Select(i => Point(paths[0][0][i].Alpha, SampleStatistic.Of([.. paths.Select(replicate => replicate.Select(path => path[i].Error).ToArray())])))];
    }

    /// <summary>Every replicate by itself: mean test accuracy of its copies, and mean barrier of its pairs on the test set (null if the probe measures none).</summary>
    public IReadOnlyList<(double Accuracy, double? Barrier)> ByReplicate(Store store, Probe probe) =>
        [.. context.Replicates.Zip(Accuracies(store, probe), (replicate, accuracies) => (
            accuracies.Average(),
            probe.Measures.HasFlag(Measures.Barrier) ? Pair.Of(CopiesOf(probe)).Average(pair => store.Result(replicate.Path(probe.Condition, pair)).Barrier.Height) : (double?)null))];

    public double Density(Store store, Condition setting)
    {
        var result = store.Result(context.Replicates[0].Copy(setting, 0));
        return (double)result.Remaining / result.Prunable;
    }

    /// <summary>A point with its band of one standard deviation.</summary>
    public static SeriesPoint Point(double x, SampleStatistic value) => new(x, value.Mean, value.Mean - value.Sd, value.Mean + value.Sd);

    /// <summary>The error to an accuracy, with its band.</summary>
    public static SeriesPoint Error(double x, SampleStatistic accuracy) => new(x, 1 - accuracy.Mean, 1 - accuracy.Mean - accuracy.Sd, 1 - accuracy.Mean + accuracy.Sd);

    private int CopiesOf(Probe probe) => context.Request.CopiesOf(probe.Copies);

    /// <summary>Test accuracy by replicate and copy.</summary>
    private double[][] Accuracies(Store store, Probe probe) =>
        [.. context.Replicates.Select(replicate => Enumerable.Range(0, CopiesOf(probe)).Select(copy => 1 - store.Result(replicate.Copy(probe.Condition, copy)).Last.TestError).ToArray())];

    /// <summary>To the mean of the dense copies of the same replicate, which share the initialisation.</summary>
    private static SampleStatistic Differences(double[][] accuracies, double[][] dense) =>
        SampleStatistic.Of([.. accuracies.Select((replicate, r) => replicate.Select(accuracy => accuracy - dense[r].Average()).ToArray())]);

    private static SampleStatistic? Of<T>(T[][]? samples, Func<T, double> value) => samples is null ? null : SampleStatistic.Of([.. samples.Select(replicate => replicate.Select(value).ToArray())]);
}
