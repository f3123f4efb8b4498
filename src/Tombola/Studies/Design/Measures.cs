using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>The measures that the papers share. A study may have its own.</summary>
public static class Measures
{
    /// <summary>Test accuracy at the end of training; every row has it.</summary>
    public static Measure<double> TestAccuracy { get; } = Measure.OfCopies("testAccuracy", (replicate, condition, copy) => replicate.Copy(condition, copy), result => Accuracy.Of(result.Last.TestError));

    /// <summary>Error on the training set, without augmentation, at the end of training.</summary>
    public static Measure<double> TrainError { get; } = Measure.OfCopies(
        "trainError", (replicate, condition, copy) => replicate.Evaluate(condition, replicate.Copy(condition, copy), onTrainingSet: true), result => result.Error);

    /// <summary>Error barrier over the mean of the ends, on the test set.</summary>
    public static Measure<double> Barrier { get; } = OfPaths("barrier", onTrainingSet: false, path => path.Barrier.Height);

    /// <summary>Error barrier over the chord between the ends, on the test set.</summary>
    public static Measure<double> ChordBarrier { get; } = OfPaths("chordBarrier", onTrainingSet: false, path => path.Barrier.ChordHeight);

    /// <summary>Test error along the line from one copy (0) to the other (1).</summary>
    public static Measure<IReadOnlyList<SeriesPoint>> Path { get; } = OfPaths("path", onTrainingSet: false, Points);

    /// <summary>The first barrier, on the training set.</summary>
    public static Measure<double> TrainBarrier { get; } = OfPaths("trainBarrier", onTrainingSet: true, path => path.Barrier.Height);

    /// <summary>The second, on the training set.</summary>
    public static Measure<double> TrainChordBarrier { get; } = OfPaths("trainChordBarrier", onTrainingSet: true, path => path.Barrier.ChordHeight);

    /// <summary>The path, on the training set.</summary>
    public static Measure<IReadOnlyList<SeriesPoint>> TrainPath { get; } = OfPaths("trainPath", onTrainingSet: true, Points);

    /// <summary>Euclidean distance between the weights of two copies, on the mask.</summary>
    public static Measure<double> L2 { get; } = OfDistances("l2", result => result.L2);

    /// <summary>Angle between them, degrees.</summary>
    public static Measure<double> Angle { get; } = OfDistances("angle", result => result.Angle);

    /// <summary>1 less the cosine of that angle.</summary>
    public static Measure<double> CosineDistance { get; } = OfDistances("cosineDistance", result => 1 - result.Cosine);

    /// <summary>Fraction of test examples that two copies classify differently.</summary>
    public static Measure<double> PredictionDifference { get; } = OfDistances("predictionDifference", result => result.PredictionDifference);

    /// <summary>Euclidean distance between their per-example test losses, nats.</summary>
    public static Measure<double> LossDistance { get; } = OfDistances("lossDistance", result => result.LossDistance);

    /// <summary>Euclidean distance between the network and the dense one trained in the same data order, on the mask.</summary>
    public static Measure<double> PruningL2 { get; } = Measure.OfReplicates("pruningL2", (replicate, condition) => replicate.CompareWithDense(condition), result => result.L2);

    /// <summary>Angle between those, degrees.</summary>
    public static Measure<double> PruningAngle { get; } = Measure.OfReplicates("pruningAngle", (replicate, condition) => replicate.CompareWithDense(condition), result => result.Angle);

    /// <summary>Euclidean distance to the ticket of the same step and level trained in the same data order, over all prunable weights.</summary>
    public static Measure<double> TicketL2 { get; } = OfTickets("ticketL2", result => result.L2);

    /// <summary>Angle between those, degrees.</summary>
    public static Measure<double> TicketAngle { get; } = OfTickets("ticketAngle", result => result.Angle);

    /// <summary>Fraction of test examples that those classify differently.</summary>
    public static Measure<double> TicketPredictionDifference { get; } = OfTickets("ticketPredictionDifference", result => result.PredictionDifference);

    /// <summary>Test error of the dense network at step k, W_k, from which the copies start.</summary>
    public static Measure<double> StartError { get; } = Measure.OfReplicates(
        "startError", (replicate, condition) => replicate.Evaluate(Condition.Dense(condition.StartStep), replicate.At(condition.StartStep), onTrainingSet: false), result => result.Error);

    /// <summary>Euclidean distance between the initial weights W_0 and W_k.</summary>
    public static Measure<double> StartL2 { get; } = new("startL2", (replicate, condition, _) => condition.StartStep == 0
        ? [new Reading<double>([], _ => 0)]
        : [Reading.Of(replicate.Compare(Condition.Dense(condition.StartStep), replicate.At(0), replicate.At(condition.StartStep)), result => result.L2)]);

    /// <summary>Euclidean distance between W_k and the end of the first copy.</summary>
    public static Measure<double> EndL2 { get; } = Measure.OfReplicates(
        "endL2", (replicate, condition) => replicate.Compare(Condition.Dense(condition.StartStep), replicate.At(condition.StartStep), replicate.Copy(condition, 0)), result => result.L2);

    /// <summary>Barriers on the test set, with the path.</summary>
    public static IReadOnlyList<Measure> Barriers { get; } = [Barrier, ChordBarrier, Path];

    /// <summary>The same on the training set.</summary>
    public static IReadOnlyList<Measure> TrainBarriers { get; } = [TrainBarrier, TrainChordBarrier, TrainPath];

    /// <summary>Distances of two copies, in weight space and in what they do.</summary>
    public static IReadOnlyList<Measure> Distances { get; } = [L2, Angle, CosineDistance, PredictionDifference, LossDistance];

    /// <summary>Distances to the dense network (Frankle et al. 2019, section 3: stability to pruning).</summary>
    public static IReadOnlyList<Measure> Pruning { get; } = [PruningL2, PruningAngle];

    /// <summary>Distances to the ticket.</summary>
    public static IReadOnlyList<Measure> Ticket { get; } = [TicketL2, TicketAngle, TicketPredictionDifference];

    /// <summary>Where on its way the network is at step k.</summary>
    public static IReadOnlyList<Measure> Start { get; } = [StartError, StartL2, EndL2];

    /// <summary>The numbers of which the JSON of every row speaks, in its order: null in those that were not asked for them.</summary>
    internal static IReadOnlyList<Measure<double>> Numbers { get; } =
        [.. new[] { [TestAccuracy, TrainError], Barriers, TrainBarriers, Distances, Pruning, Ticket, Start }.SelectMany(measures => measures).OfType<Measure<double>>()];

    private static Measure<TSample> OfPaths<TSample>(string name, bool onTrainingSet, Func<PathResult, TSample> read) =>
        Measure.OfPairs(name, (replicate, condition, pair) => replicate.Path(condition, pair, onTrainingSet), read);

    private static Measure<double> OfDistances(string name, Func<CompareResult, double> read) => Measure.OfPairs(name, (replicate, condition, pair) => replicate.Compare(condition, pair), read);

    /// <summary>Without a mask, since theirs may differ; what one mask leaves out is zero.</summary>
    private static Measure<double> OfTickets(string name, Func<CompareResult, double> read) => Measure.OfCopies(
        name,
        (replicate, condition, copy) => replicate.Compare(condition, replicate.Copy(condition.Ticket(), copy), replicate.Copy(condition, copy)) with { Mask = null },
        read);

    private static IReadOnlyList<SeriesPoint> Points(PathResult path) => [.. path.Points.Select(point => new SeriesPoint(point.Alpha, point.Error))];
}
