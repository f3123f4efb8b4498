using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>The checkpoint of a training job in its unfinished folder: one safetensors file, replaced in one move.</summary>
/// <remarks>It proves what it is: it names its job and the program's version, and has a checksum over all that it says.</remarks>
internal static class CheckpointFile
{
    public const string FileName = "checkpoint.safetensors";

    private const string Proof = "sha256";
    private static readonly string[] Tensors = ["weights", "statistics", "first", "second"];

    public static void Write(JobContext context, Job job, Checkpoint checkpoint, IReadOnlyList<Metrics> metrics)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["key"] = job.Key,
            ["version"] = ProgramVersion.Current,
            ["step"] = Text(checkpoint.Step),
            ["optimizerSteps"] = Text(checkpoint.Optimizer.Steps),
            ["running"] = JsonSerializer.Serialize(checkpoint.Running, JobContext.Json),
            ["metrics"] = JsonSerializer.Serialize(metrics, JobContext.Json),
        };
        float[][] values = [checkpoint.Weights, checkpoint.Statistics, checkpoint.Optimizer.First, checkpoint.Optimizer.Second];
        metadata[Proof] = Sum(metadata, values);
        context.WriteAside(FileName, stream => Safetensors.Write(stream, Tensors.Zip(values, Tensor.Over), metadata));

        // Copies of the weights are large objects, which by themselves are collected late: a long run would grow by a hundred megabytes. This takes milliseconds.
        GC.Collect();
    }

    /// <summary>The checkpoint and the metrics so far, everything else is cleared from the folder.</summary>
    /// <returns>Null if there is none, or none that is proven to be this job's; then the job says why, and starts over.</returns>
    public static (Checkpoint Checkpoint, IReadOnlyList<Metrics> Metrics)? TakeOver(JobContext context, Job job)
    {
        (Checkpoint, IReadOnlyList<Metrics>)? found = null;
        if (Place.IsTaken(context.PathOf(FileName)))
        {
            string? problem;
            try
            {
                (found, problem) = TryRead(context, job);
            }
            catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
            {
                // Whatever is wrong with it, the job can start over.
                problem = $"it cannot be read ({unreadable.Message.TrimEnd('.')})";
            }

            if (problem is not null) context.Say($"The checkpoint of '{job.Title}' is not used, since {problem}. The job starts over.");
        }

        context.Clear(except: found is null ? null : FileName);
        return found;
    }

    private static ((Checkpoint, IReadOnlyList<Metrics>)?, string?) TryRead(JobContext context, Job job)
    {
        using var file = Safetensors.Read(context.PathOf(FileName));
        if (!file.Metadata.TryGetValue(Proof, out var proof)) return (null, "it has no checksum");
        var metadata = new SortedDictionary<string, string>(file.Metadata.Where(pair => pair.Key != Proof).ToDictionary(), StringComparer.Ordinal);
        float[][] values = [.. Tensors.Select(name => file[name].As<float>().ToArray())];
        if (Sum(metadata, values) != proof) return (null, "its checksum does not hold");
        if (metadata["key"] != job.Key) return (null, $"it belongs to another job ({metadata["key"]})");
        if (metadata["version"] != ProgramVersion.Current) return (null, $"version {metadata["version"]} wrote it and this is {ProgramVersion.Current}");
        var running = JsonSerializer.Deserialize<BatchLoss>(metadata["running"], JobContext.Json);
        var metrics = JsonSerializer.Deserialize<List<Metrics>>(metadata["metrics"], JobContext.Json)!;
        return ((new Checkpoint(Number(metadata["step"]), values[0], values[1], new OptimizerState(values[2], values[3], Number(metadata["optimizerSteps"])), running), metrics), null);
    }

    /// <summary>SHA-256 over every name and text, and every name, length and value.</summary>
    internal static string Sum(SortedDictionary<string, string> metadata, float[][] values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in metadata) hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {text.Length} {text}\n")));
        foreach (var (name, array) in Tensors.Zip(values))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {array.Length}\n")));
            hash.AppendData(MemoryMarshal.AsBytes(array.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
