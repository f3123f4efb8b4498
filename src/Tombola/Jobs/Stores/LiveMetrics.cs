using System.Diagnostics;
using System.Text.Json;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>What a training measures, while it runs: <c>metrics/KEY.jsonl</c> of the store, a line for every measurement.</summary>
/// <remarks>No part of the entry, which must have the same bytes wherever it is computed: seconds differ. It stays when the job has ended; a job that was interrupted goes on behind its last line.</remarks>
internal sealed class LiveMetrics(string store, TrainJob job, Schedule schedule, double density)
{
    /// <summary>The folder in the store.</summary>
    public const string Folder = "metrics";

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Path of a job's file.</summary>
    public static string PathOf(string store, string key) => Path.Combine(store, Folder, $"{key}.jsonl");

    /// <summary>Adds a line, if the disk takes it: the training does not depend on it.</summary>
    public void Add(Metrics metrics)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(store, Folder));
            using var file = new FileStream(PathOf(store, job.Key), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            var line = new LiveLine(
                metrics.Step, metrics.Epoch, metrics.TrainLoss, metrics.TrainError, metrics.TestLoss, metrics.TestError, schedule.Rate(Math.Max(0, metrics.Step - 1)), density, Math.Round(_watch.Elapsed.TotalSeconds, 3));
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, JobContext.Json), (byte)'\n']);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // What the entry will say is not lost by it.
        }
    }
}

/// <summary>A line of <c>metrics/KEY.jsonl</c>: <see cref="Metrics"/> with where the training is.</summary>
/// <param name="Step">Optimiser updates so far.</param>
/// <param name="Epoch">The step in epochs.</param>
/// <param name="TrainLoss">Mean loss of the mini-batches since the last line.</param>
/// <param name="TrainError">Fraction misclassified over the same examples.</param>
/// <param name="TestLoss">Loss on the test set.</param>
/// <param name="TestError">Error on the test set.</param>
/// <param name="LearningRate">Of the last update.</param>
/// <param name="Density">Fraction of the prunable weights that remain.</param>
/// <param name="Seconds">Wall-clock time since this run of the job began.</param>
internal sealed record LiveLine(long Step, double Epoch, double? TrainLoss, double? TrainError, double TestLoss, double TestError, double LearningRate, double Density, double Seconds);
