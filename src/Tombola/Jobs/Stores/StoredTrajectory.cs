using System.Text.Json;
using System.Text.Json.Nodes;
using Tombola.Data;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Jobs;

/// <summary>What a store keeps of one training: the state that it starts from, and all that were kept on the way.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Data">The data set that it trained on.</param>
/// <param name="States">From the start on, in the order of their steps.</param>
/// <param name="MaskFile">Path of the mask that it kept to; null for a dense network.</param>
internal sealed record StoredTrajectory(string Model, DatasetSpec Data, IReadOnlyList<StoredState> States, string? MaskFile)
{
    /// <summary>Finds the training of which an entry is a part.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The beginning of the key of a training's entry, whatever its step.</param>
    /// <exception cref="SettingException">There is none, or more than one, or it is no training.</exception>
    /// <exception cref="InvalidDataException">What it starts from, or its mask, is not in the store, or a file is damaged.</exception>
    public static StoredTrajectory Of(Store store, string key)
    {
        ArgumentNullException.ThrowIfNull(store);
        var training = Find(store, key);
        if (training.Kind != TrainJob.KindName) throw new SettingException($"The entry {training.Key[..12]} is no training but '{Printable.Name(training.Kind)}'. Give the key of a training; see: tombola runs list");
        _ = FileOf(store, training.Key, Store.JobFile);
        var (description, trajectory) = (training.Job!, Job.TrajectoryOf(training.Job!));
        var kept = store.Entries().Where(entry => entry.Kind == TrainJob.KindName && Job.TrajectoryOf(entry.Job!) == trajectory);
        return new StoredTrajectory(
            training.Model,
            description["data"].Deserialize<DatasetSpec>(JobContext.Json)!,
            [new StoredState(Number(description, nameof(TrainJob.From)), FileOf(store, Text(description, nameof(TrainJob.Start)), Store.StateFile)), .. kept.Select(entry => State(store, entry)).OrderBy(state => state.Step)],
            description.ContainsKey(CanonicalJson.Name(nameof(TrainJob.Mask))) ? FileOf(store, Text(description, nameof(TrainJob.Mask)), PruneResult.FileName) : null);
    }

    private static StoreEntry Find(Store store, string key) => string.IsNullOrWhiteSpace(key)
        ? throw new SettingException("The key of the training is empty. Give a key, or its beginning; see: tombola runs list")
        : store.Match(key) switch
        {
            [var only] => StoreEntry.TryRead(store.EntryOf(only)) is { Job: not null } entry ? entry : throw store.Damaged(only, $"{Store.JobFile} cannot be read"),
            [] => throw new SettingException($"No entry of {store.Path} begins with '{Printable.Name(key)}'. See: tombola runs list"),
            var several => throw new SettingException($"{several.Count} entries begin with '{Printable.Name(key)}'. Give more of the key."),
        };

    private static StoredState State(Store store, StoreEntry entry) => new(Number(entry.Job!, nameof(TrainJob.To)), FileOf(store, entry.Key, Store.StateFile));

    /// <summary>A file whose checksum holds.</summary>
    private static string FileOf(Store store, string key, string file)
    {
        var folder = store.EntryOf(key);
        if (!Directory.Exists(folder)) throw new InvalidDataException($"The store has no entry {key}, which the training needs. Run the command again that made the training.");
        if (EntryChecksums.Read(folder, out var problem) is { } sums) problem = sums.Problem(file);
        return problem is null ? Path.Combine(folder, file) : throw store.Damaged(key, problem);
    }

    private static string Text(JsonObject description, string property) => description[CanonicalJson.Name(property)]!.GetValue<string>();

    private static long Number(JsonObject description, string property) => description[CanonicalJson.Name(property)]?.GetValue<long>() ?? 0;
}

/// <param name="Step">Of the training.</param>
/// <param name="File">Path of the state.</param>
internal sealed record StoredState(long Step, string File);
