using System.Text.Json;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>What the entry of a training that ends before its recipe does has beside the state: the optimiser, so that a longer training on the same trajectory goes on from there.</summary>
internal static class GoOnFile
{
    public const string FileName = "optimizer.safetensors";

    private const string First = "first", Second = "second", Steps = "steps", Running = "running";

    public static void Write(JobContext context, Checkpoint end) => context.Write(FileName, stream => Safetensors.Write(
        stream,
        [Tensor.Over(First, end.Optimizer.First), Tensor.Over(Second, end.Optimizer.Second)],
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Steps] = JsonSerializer.Serialize(end.Optimizer.Steps, JobContext.Json),
            [Running] = JsonSerializer.Serialize(end.Running, JobContext.Json),
        }));

    /// <summary>The end of the longest training in the store that the job can go on from, and its lines of metrics; null if there is none.</summary>
    /// <param name="context">The job's store.</param>
    /// <param name="job">A training.</param>
    /// <param name="after">Step up to which the job has come already.</param>
    /// <param name="interval">Steps between lines of metrics: the shorter training's last line belongs to the longer one only if it is one of these.</param>
    public static (Checkpoint Checkpoint, IReadOnlyList<Metrics> Metrics)? TakeOver(JobContext context, TrainJob job, long after, int interval)
    {
        var space = Architectures.Create(job.Model).Space;
        foreach (var step in context.Store.Trajectories.StepsBefore(job).Where(step => step > after))
        {
            var shorter = job with { To = step };
            try
            {
                // What another version computed stays under its name.
                if (!context.Store.Contains(shorter) || context.Store.VersionOf(shorter) != ProgramVersion.Current) continue;
                var state = context.State(shorter, space);
                using var file = Safetensors.Read(context.Store.FileOf(shorter, FileName));
                var optimizer = new OptimizerState(file[First].As<float>().ToArray(), file[Second].As<float>().ToArray(), JsonSerializer.Deserialize<long>(file.Metadata[Steps], JobContext.Json));
                var running = JsonSerializer.Deserialize<BatchLoss>(file.Metadata[Running], JobContext.Json);
                return (new Checkpoint(step, state.Weights, state.Statistics, optimizer, running), [.. context.Store.Metrics(shorter).Where(line => line.Step % interval == 0)]);
            }
            catch (Exception unreadable) when (unreadable is InvalidDataException or IOException && unreadable is not StoreWriteException)
            {
                // The job can do without.
                context.Say($"'{job.Title}' does not go on from step {step}: {unreadable.Message}");
            }
        }

        return null;
    }
}
