using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Reads the results of one setting, over all replicates, into a row.</summary>
internal sealed class Measurement(StudyContext context, Store store)
{
    /// <summary>Accuracies within 0.2 points of the dense networks' match (Frankle et al. 2020, table 2).</summary>
    public const double MatchingTolerance = 0.002;

    /// <summary>The row of a setting.</summary>
    /// <param name="kind">Which sparse network.</param>
    /// <param name="rewind">Step k.</param>
    /// <param name="level">Level of pruning.</param>
    /// <param name="copies">Copies trained; with two, the path between them was walked.</param>
    /// <param name="dense">Accuracy of the dense networks, to compare with.</param>
    /// <param name="onTrainingSet">Whether the path was also walked on the training set.</param>
    public StudyRow Row(MaskKind kind, long rewind, int level, int copies, Spread? dense, bool onTrainingSet = false)
    {
        var accuracy = Accuracy(kind, rewind, level, copies);
        var paths = copies < 2 ? [] : context.Replicates.Select(experiment => store.Result(experiment.Path(kind, rewind, level, onTrainingSet))).ToArray();
        var distances = copies < 2 ? [] : context.Replicates.Select(experiment => store.Result(experiment.Compare(kind, rewind, level))).ToArray();
        Spread? barrier = paths.Length == 0 ? null : Spread.Of(paths.Select(path => path.TestBarrier.Height));
        Spread? train = paths.Length == 0 || !onTrainingSet ? null : Spread.Of(paths.Select(path => path.TrainBarrier!.Height));
        return new StudyRow(
            level,
            Density(kind, rewind, level),
            Name(kind),
            rewind,
            context.Replicates.Count,
            accuracy.Mean,
            accuracy.Deviation,
            barrier?.Mean,
            barrier?.Deviation,
            paths.Length == 0 ? null : paths.Average(path => path.TestBarrier.ChordHeight),
            train?.Mean,
            train?.Deviation,
            Mean(distances, distance => distance.L2),
            Mean(distances, distance => distance.Angle),
            Mean(distances, distance => distance.PredictionDifference),
            Mean(distances, distance => distance.LossDistance),
            barrier is null ? null : barrier.Value.Mean < Landscape.ErrorBarrier.StabilityThreshold,
            dense is null ? null : accuracy.Mean >= dense.Value.Mean - MatchingTolerance,
            dense?.Deviation is null ? null : accuracy.Mean >= dense.Value.Mean - dense.Value.Deviation);
    }

    /// <summary>Test accuracy over replicates; that of a replicate is the mean over its copies.</summary>
    public Spread Accuracy(MaskKind kind, long rewind, int level, int copies) => Spread.Of(context.Replicates.Select(experiment =>
        Enumerable.Range(0, copies).Average(copy => 1 - store.Result(experiment.Copy(kind, rewind, level, copy)).Last.TestError)));

    private static double? Mean(CompareResult[] distances, Func<CompareResult, double> value) => distances.Length == 0 ? null : distances.Average(value);

    public double Density(MaskKind kind, long rewind, int level)
    {
        var result = store.Result(context.Replicates[0].Copy(kind, rewind, level, 0));
        return (double)result.Remaining / result.Prunable;
    }

    public static string Name(MaskKind kind) => kind switch
    {
        MaskKind.Imp => "imp",
        MaskKind.RandomPruning => "random-pruning",
        _ => "random-reinitialisation",
    };

    /// <summary>The name in legends, and in sentences.</summary>
    public static string Title(string mask) => mask switch
    {
        "imp" => "IMP ticket",
        "random-pruning" => "random pruning",
        _ => "random reinitialisation",
    };

    /// <summary>A point with its band of one standard deviation.</summary>
    public static SeriesPoint Point(double x, double y, double? deviation) => new(x, y, y - deviation, y + deviation);
}
