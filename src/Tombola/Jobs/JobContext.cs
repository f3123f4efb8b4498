using System.Text.Json;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Jobs;

/// <summary>What a running job may use: its folder, the artifacts of its inputs, data, threads, progress and cancellation.</summary>
internal sealed class JobContext
{
    public required Store Store { get; init; }

    public required DatasetCache Data { get; init; }

    /// <summary>The folder that becomes the job's entry in the store.</summary>
    public required string Folder { get; init; }

    public required ThreadTeam Team { get; init; }

    public required CancellationToken Cancellation { get; init; }

    /// <summary>Hears the fraction of the job that is done.</summary>
    public required Action<double> Advance { get; init; }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public NetworkState State(StateRef state, WeightSpace space) => StateFile.Read(Store.FileOf(state.Of, state.FileName), space);

    public Mask? Mask(Job<PruneResult>? job, WeightSpace space) => job is null ? null : StateFile.ReadMask(Store.FileOf(job, PruneResult.FileName), space);

    /// <summary>Writes aside and renames, so that a reader never meets half a file.</summary>
    public void WriteAside(string file, Action<Stream> write)
    {
        var aside = PathOf(file + JobClaim.HalfWritten);
        try
        {
            using var stream = File.Create(aside);
            write(stream);
        }
        catch (ArgumentOutOfRangeException tooLong) when (tooLong.ParamName == "value")
        {
            // What .NET makes of the system's "file too large".
            throw new IOException($"The system does not allow a file as large as {file}", tooLong);
        }

        File.Move(aside, PathOf(file), overwrite: true);
    }

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}

/// <summary>A state that a job made: its last one, or the one it kept at a step.</summary>
/// <param name="Of">The job.</param>
/// <param name="Step">The step, or null for the last state.</param>
public sealed record StateRef(Job Of, long? Step = null)
{
    internal string FileName => Step is { } step ? FormattableString.Invariant($"step-{step}.safetensors") : LastFileName;

    internal const string LastFileName = "state.safetensors";
}
