using System.Globalization;
using System.Text.Json;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>The checkpoint of a training job in its unfinished folder: one safetensors file, replaced in one move.</summary>
internal static class CheckpointFile
{
    private const string FileName = "checkpoint.safetensors";

    public static void Write(JobContext context, Checkpoint checkpoint, IReadOnlyList<Metrics> metrics)
    {
        var metadata = new Dictionary<string, string>
        {
            ["step"] = Text(checkpoint.Step),
            ["optimizerSteps"] = Text(checkpoint.OptimizerSteps),
            ["running"] = JsonSerializer.Serialize(checkpoint.Running, JobContext.Json),
            ["metrics"] = JsonSerializer.Serialize(metrics, JobContext.Json),
        };
        context.WriteAside(FileName, stream => Safetensors.Write(
            stream,
            [
                Floats("weights", checkpoint.Weights), Floats("statistics", checkpoint.Statistics),
                Floats("first", checkpoint.First), Floats("second", checkpoint.Second),
            ],
            metadata));

        // Copies of the weights are large objects, which by themselves are collected late: a long run would grow by a hundred megabytes. This takes milliseconds.
        GC.Collect();
    }

    /// <summary>The checkpoint and the metrics so far; null if there is none, or none that can be read (then the job simply starts over).</summary>
    public static (Checkpoint Checkpoint, IReadOnlyList<Metrics> Metrics)? TryRead(string folder, WeightSpace space)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var file = Safetensors.Read(path);
            var running = JsonSerializer.Deserialize<BatchLoss>(file.Metadata["running"], JobContext.Json);
            var metrics = JsonSerializer.Deserialize<List<Metrics>>(file.Metadata["metrics"], JobContext.Json)!;
            var (weights, first, second) = (Read(file, "weights"), Read(file, "first"), Read(file, "second"));
            var statistics = file.TryFind("statistics") is null ? [] : Read(file, "statistics");
            if (weights.Length != space.Count || statistics.Length != space.StatisticsCount || !IsState(first) || !IsState(second)) return null;
            var checkpoint = new Checkpoint(Number(file.Metadata["step"]), weights, statistics, first, second, Number(file.Metadata["optimizerSteps"]), running);
            return (checkpoint, metrics);

            bool IsState(float[] state) => state.Length == 0 || state.Length == space.Count;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or JsonException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    private static Tensor Floats(string name, float[] values) => Tensor.Of<float>(name, [values.Length], values);

    private static float[] Read(SafetensorsFile file, string name) => file[name].As<float>().ToArray();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
