using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Measuring;

/// <summary><c>path</c>: loss and error along the straight lines between model files.</summary>
public static class Walk
{
    private const int MostPoints = 1001;

    /// <summary>The measurement of every pair of some files.</summary>
    /// <param name="models">Two files or more.</param>
    /// <param name="points">Equally spaced points, the ends included.</param>
    /// <param name="range">The part of the line to walk; null for that between the files.</param>
    /// <param name="onTrainingSet">Evaluate on the training set, without augmentation, instead of the test set.</param>
    public static Measurement Of(ModelSet models, int points = LinearPath.DefaultPoints, PathRange? range = null, bool onTrainingSet = false)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (points > MostPoints) throw new SettingException($"The number of points is {points}; it must be from 2 to {MostPoints}.");
        _ = (range ?? PathRange.Between).Places(points);
        var asked = models.Models.SelectMany((first, i) => models.Models.Skip(i + 1).Select(second => (First: first, Second: second, Job: Job(models, first, second, points, range, onTrainingSet)))).ToArray();
        return new Measurement(
            "path",
            "Are these networks linearly connected: does the error stay low on the straight line between them?",
            models,
            [.. asked.Select(pair => pair.Job)],
            store => Conclude([.. asked.Select(pair => new WalkedPair(pair.First.Title, pair.Second.Title, store.Result(pair.Job)) { Models = (pair.First, pair.Second), AreEqual = SameNetwork.Are(store, pair.First, pair.Second) })], onTrainingSet ? "training" : "test") with { Choices = [new Choice("Barrier", "highest error less the mean of the ends'", "Frankle et al. 2020, section 2. The chord is the line from one end's error to the other's."), BatchNorm(models)] });
    }

    internal static PathJob Job(ModelSet models, Model first, Model second, int points = LinearPath.DefaultPoints, PathRange? range = null, bool onTrainingSet = false) => new()
    {
        Model = models.Network.Name,
        First = first.State,
        Second = second.State,
        Data = models.Data,
        Points = points,
        Range = range == PathRange.Between ? null : range,
        OnTrainingSet = onTrainingSet,
        Recalibration = models.Network.Space.StatisticsCount > 0 ? models.Arguments.Recalibration : null,
        Kernels = models.Arguments.Kernels,
    };

    private static Choice BatchNorm(ModelSet models) => models.Network.Space.StatisticsCount == 0
        ? new Choice("Batch norm on a path", "none", "The network has no batch norm.")
        : StudyRunner.BatchNormOnPaths(models.Arguments.Recalibration);

    private static Measured Conclude(WalkedPair[] pairs, string set) => new(
        Verdict(pairs, set),
        [
            new Table(
                "pairs",
                "Barriers: of the error in points, over the mean of the ends and over the chord; of the loss in nats",
                [new("From"), new("To"), new("Ends", true), new("Barrier", true), new("Chord", true), new("Loss", true)],
                [.. pairs.Select(pair => (IReadOnlyList<string>)
                [
                    pair.Models.First.Label, pair.Models.Second.Label, $"{InWords.Percent(pair.Start.Error)}, {InWords.Percent(pair.End.Error)}", InWords.Fixed(100 * pair.ErrorBarrier, 2), InWords.Fixed(100 * pair.ErrorBarrierOverChord, 2),
                    InWords.Fixed(pair.LossBarrier, 4),
                ])]),
        ],
        [
            Picture(pairs, "error", $"Error on the {set} set", ".1%", point => point.Error),
            Picture(pairs, "loss", $"Loss on the {set} set (nats)", null, point => point.Loss),
        ],
        pairs);

    private static Figure Picture(WalkedPair[] pairs, string id, string title, string? format, Func<PathPoint, double> value) => new(
        id,
        $"{title} along the line",
        $"{title} along the straight line from the first network (0) to the second (1) in weight space.",
        new Axis("Place on the line (0: first, 1: second)"),
        new Axis(title, Format: format))
    {
        Series = [.. pairs.Select(pair => new Series($"{pair.Models.First.Label} to {pair.Models.Second.Label}", [.. pair.Path.Points.Select(point => new SeriesPoint(point.Alpha, value(point)))]))],
    };

    private static string Verdict(WalkedPair[] pairs, string set)
    {
        var worst = pairs.MaxBy(pair => pair.Barrier.Height)!;
        var height = InWords.Points(worst.Barrier.Height);
        var equal = string.Concat(pairs.Where(pair => pair.AreEqual).Select(pair => $" {SameNetwork.Sentence(pair.Models.First, pair.Models.Second)}"));
        if (pairs.Length == 1 && worst.AreEqual) return $"There is no line to walk:{equal}";
        return $"{Connected()}{equal}";

        string Connected() => pairs.Length == 1
            ? $"{worst.First} and {worst.Second} are {(worst.Barrier.IsStable ? "" : "not ")}linearly connected on the {set} set: the error rises by {height} over the mean of the two ends ({(worst.Barrier.IsStable ? "less than" : "not less than")} two points)."
            : $"{pairs.Count(pair => pair.Barrier.IsStable)} of {pairs.Length} pairs are linearly connected on the {set} set (error barrier below two points); the highest barrier, {height}, is between {worst.First} and {worst.Second}.";
    }
}

/// <summary>What was measured between two files.</summary>
/// <param name="First">The file at 0.</param>
/// <param name="Second">The file at 1.</param>
/// <param name="Path">The points.</param>
public sealed record WalkedPair(string First, string Second, PathResult Path)
{
    /// <summary>Over the mean of the ends, as a fraction of examples.</summary>
    public double ErrorBarrier => Barrier.Height;

    /// <summary>Over the line between the errors of the ends, as a fraction of examples.</summary>
    public double ErrorBarrierOverChord => Barrier.ChordHeight;

    /// <summary>The highest loss between the ends, less the mean of theirs, nats.</summary>
    public double LossBarrier => Barrier.Path.Max(point => point.Loss) - ((Start.Loss + End.Loss) / 2);

    /// <summary>Whether the error barrier is below two points.</summary>
    public bool IsStable => Barrier.IsStable;

    /// <summary>Whether they are one network: every number of theirs is the same.</summary>
    public bool AreEqual { get; init; }

    internal (Model First, Model Second) Models { get; init; }

    internal ErrorBarrier Barrier => Path.Barrier;

    internal PathPoint Start => Barrier.Path[0];

    internal PathPoint End => Barrier.Path[^1];
}
