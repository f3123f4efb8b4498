using System.Text.Json;
using Tombola.Data;
using Tombola.Engine.Foreign;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Jobs;

/// <summary>What a running job may use: its folder, the artifacts of its inputs, data, threads, progress and cancellation.</summary>
public sealed class JobContext
{
    internal JobContext()
    {
    }

    private readonly SortedDictionary<string, string> _artifacts = new(StringComparer.Ordinal);

    /// <summary>Where its inputs are.</summary>
    public required Store Store { get; init; }

    /// <summary>The data sets, loaded once.</summary>
    public required DatasetCache Data { get; init; }

    /// <summary>The folder that becomes the job's entry in the store.</summary>
    public required string Folder { get; init; }

    /// <summary>The threads that it may use.</summary>
    public required ThreadTeam Team { get; init; }

    /// <summary>Asked to stop: a job that takes long looks at it now and then.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>Hears the fraction of the job that is done.</summary>
    public required Action<double> Advance { get; init; }

    /// <summary>Hears what a person should know while the job runs, in sentences.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>SHA-256 of every file that belongs to the entry so far, by name.</summary>
    internal IReadOnlyDictionary<string, string> Artifacts => _artifacts;

    internal string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>A state that one of the job's inputs made.</summary>
    public NetworkState State(Job job, WeightSpace space)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Store.Reading(() => StateFile.Read(Store.StateFileOf(job), space));
    }

    /// <summary>The mask that one of the job's inputs made; null for none.</summary>
    public Mask? Mask(Job<PruneResult>? job, WeightSpace space) => job is null ? null : Store.Reading(() => StateFile.ReadMask(Store.FileOf(job, PruneResult.FileName), space));

    /// <summary>Writes the state that the job makes.</summary>
    public void Write(NetworkState state) => Write(Store.StateFile, stream => Safetensors.Write(stream, StateFile.Tensors(state)));

    /// <summary>Writes a file of the entry.</summary>
    public void Write(string file, Action<Stream> write)
    {
        WriteAside(file, write);
        _artifacts[file] = EntryChecksums.Sum(PathOf(file));
    }

    /// <summary>Writes a file that helps to go on after an interruption, and is no part of the entry.</summary>
    internal void WriteAside(string file, Action<Stream> write) => Store.Writing(() => WholeFile.Write(PathOf(file), write));

    /// <summary>Removes what is no part of the entry: whatever an interrupted run, or somebody else, left in the folder.</summary>
    /// <param name="except">Name of a file to leave, or null.</param>
    internal void Clear(string? except = null) => Store.Writing(() =>
    {
        foreach (var path in Directory.GetFileSystemEntries(Folder))
        {
            if (Path.GetFileName(path) is var name && name != except && !_artifacts.ContainsKey(name)) Place.Clear(path);
        }
    });

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
