using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>With which kernels the networks of a study were trained, and how much of the dense arithmetic that left out.</summary>
internal sealed class KernelUse
{
    private readonly (TrainJob Job, TrainResult Result)[] _trainings;
    private readonly Store _store;

    /// <param name="jobs">The study's jobs; those they read are looked at too.</param>
    /// <param name="store">Holds what <see cref="Reads"/> lists.</param>
    public KernelUse(IEnumerable<Job> jobs, Store store)
    {
        _store = store;
        _trainings = [.. Trainings(jobs).Select(job => (job, store.Result(job)))];
    }

    /// <summary>The jobs whose results are read here: every training behind a study, and its mask.</summary>
    public static IEnumerable<Job> Reads(IEnumerable<Job> jobs) => Trainings(jobs).SelectMany(job => job.Mask is null ? [job] : new Job[] { job, job.Mask });

    /// <summary>Fraction of the multiply-adds of all training steps that was left out; null if nothing was trained.</summary>
    public double? Skipped
    {
        get
        {
            // Of the places on a trajectory, the last one has the steps of all.
            var whole = _trainings.GroupBy(training => training.Job.Trajectory).Select(places => places.MaxBy(place => place.Job.To)).ToArray();
            return whole.Sum(training => Steps(training.Job)) is var all and > 0 ? whole.Sum(training => Steps(training.Job) * training.Result.Skipped) / all : null;
        }
    }

    /// <summary>Layers of which some mask leaves nothing, each with the highest density at which that was so, in words. Such a network trains on; only biases and what bypasses the layer carry anything past it.</summary>
    public IReadOnlyList<string> PrunedAway =>
    [
        .. from training in _trainings
           where training.Job.Mask is not null
           from layer in _store.Result(training.Job.Mask!).Layers
           where layer.Remaining == 0
           group (double)training.Result.Remaining / training.Result.Prunable by layer.Name into layer
           select $"{layer.Key} (at {InWords.Percent(layer.Max(), 1)} of all weights)",
    ];

    /// <summary>One row for each density; null if nothing was pruned.</summary>
    public Table? Table
    {
        get
        {
            var masked = _trainings.Where(training => training.Job.Mask is not null).DistinctBy(training => (training.Result.Remaining, training.Result.Sparse)).OrderByDescending(training => training.Result.Remaining).ToArray();
            return masked.Length == 0 ? null : new Table(
                "kernels",
                "Layers of each network that were trained with sparse kernels",
                [new TableColumn("Density", true), new TableColumn("Layers", true), new TableColumn("Forward", true), new TableColumn("Data gradient", true), new TableColumn("Weight gradient", true), new TableColumn("Arithmetic skipped", true)],
                [.. masked.Select(training => Row(training.Result))]);
        }
    }

    private static string[] Row(TrainResult result)
    {
        var sparse = result.Sparse;
        return [InWords.Percent((double)result.Remaining / result.Prunable, 1), InWords.Whole(sparse.Layers), InWords.Whole(sparse.Forward), InWords.Whole(sparse.InputGradient), InWords.Whole(sparse.WeightGradient), InWords.Percent(result.Skipped, 0)];
    }

    private static IEnumerable<TrainJob> Trainings(IEnumerable<Job> jobs) => Job.WithInputs(jobs).OfType<TrainJob>();

    private static double Steps(TrainJob job) => job.To - job.From;
}
