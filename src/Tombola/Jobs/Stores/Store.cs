using System.Collections.Concurrent;
using System.Text.Json;
using Tombola.Engine.Naming;
using Tombola.Jobs.Claims;

namespace Tombola.Jobs;

/// <summary>A folder of finished jobs: <c>&lt;first two digits&gt;/&lt;key&gt;/{job.json, result.json, *.safetensors, metrics.jsonl, SHA256SUMS}</c>.</summary>
/// <remarks>
/// An entry is written in <c>partial/</c>, flushed, and renamed into place, so it is there whole or not at all. Several processes may share a store, on
/// several machines: <c>claims/</c> says who computes what. Nothing in an entry is believed before its checksum is (<c>sha256sum -c SHA256SUMS</c> checks one by hand).
/// </remarks>
public sealed class Store
{
    internal const string JobFile = "job.json", ResultFile = "result.json", StateFile = "state.safetensors", VersionField = "version";

    /// <summary>Ending of an entry that is being removed.</summary>
    internal const string BeingRemoved = ".removed";

    private const int ProbeBytes = 1 << 16;
    private readonly ConcurrentDictionary<string, EntryChecksums> _trusted;
    private readonly ClaimTable _claims;
    private readonly HashSet<string>? _readable;

    /// <param name="path">The folder; made when something is first written.</param>
    /// <param name="repair">Set damaged entries aside, so that they are computed again, instead of refusing them.</param>
    /// <exception cref="InvalidDataException">An older program made it, whose jobs have other keys.</exception>
    public Store(string path, bool repair = false)
        : this(path, repair, TimeProvider.System)
    {
    }

    /// <param name="path">The folder.</param>
    /// <param name="repair">Whether to set damaged entries aside.</param>
    /// <param name="clock">Measures how long others are silent.</param>
    internal Store(string path, bool repair, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
        StoreFormat.Demand(Path);
        Repair = repair;
        _trusted = new ConcurrentDictionary<string, EntryChecksums>();
        _claims = new ClaimTable(Path, ClaimTable.Patience, clock);
    }

    private Store(Store whole, IEnumerable<Job> readable)
    {
        (Path, Repair, _trusted, _claims) = (whole.Path, whole.Repair, whole._trusted, whole._claims);
        _readable = [.. readable.Select(job => job.Key)];
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Whether damaged entries are set aside, so that they are computed again.</summary>
    public bool Repair { get; }

    internal ClaimTable Claims => _claims;

    internal TrajectoryIndex Trajectories => new(Path);

    /// <summary>The folder of the option, else of the variable <c>TOMBOLA_STORE</c>, else the user's own.</summary>
    public static string Locate(string? option)
    {
        if (!string.IsNullOrEmpty(option)) return option;
        if (Environment.GetEnvironmentVariable("TOMBOLA_STORE") is { Length: > 0 } variable) return variable;
        return System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "tombola", "store");
    }

    /// <summary>The same store for somebody who says beforehand what it reads, and may read nothing else: what was not asked for as a job may be missing.</summary>
    public Store Only(IEnumerable<Job> jobs) => new(this, jobs);

    /// <summary>Where a job's entry is or will be.</summary>
    public string EntryOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return System.IO.Path.Combine(Path, key[..2], key);
    }

    /// <summary>True if the job is finished and its entry is sound.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged or foreign, and the store does not repair.</exception>
    public bool Contains(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Find(job) is not null;
    }

    /// <summary>True if there is an entry of the job, sound or not: for counting many.</summary>
    internal bool HasEntry(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Directory.Exists(EntryOf(job.Key));
    }

    /// <summary>The result record of a finished job.</summary>
    public TResult Result<TResult>(Job<TResult> job)
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(job);
        return Reading(() => JsonSerializer.Deserialize<TResult>(File.ReadAllBytes(FileOf(job, ResultFile)), JobContext.Json)) ?? throw Damaged(job.Key, $"{ResultFile} is empty");
    }

    /// <summary>The version of the program that computed a finished job.</summary>
    public string VersionOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Reading(() => StoreEntry.VersionIn(File.ReadAllText(FileOf(job, ResultFile))));
    }

    /// <summary>A state that a finished job made.</summary>
    public Engine.Networks.NetworkState State(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var model = job.Describe()["model"]?.GetValue<string>() ?? throw new ArgumentException($"The job '{job.Title}' names no model, and so makes no state.", nameof(job));
        return Reading(() => Engine.Networks.StateFile.Read(StateFileOf(job), Engine.Networks.Architectures.Create(model).Space));
    }

    /// <summary>What a training job measured, line by line.</summary>
    public IReadOnlyList<Training.Metrics> Metrics(TrainJob job) => Reading(() =>
        File.ReadLines(FileOf(job, TrainJob.MetricsFile)).Select(line => JsonSerializer.Deserialize<Training.Metrics>(line, JobContext.Json)!).ToArray());

    /// <summary>Path of an artifact whose checksum holds.</summary>
    /// <exception cref="InvalidDataException">It is missing or damaged.</exception>
    public string FileOf(Job job, string file)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (_readable is not null && !_readable.Contains(job.Key)) throw new InvalidOperationException($"the result of '{job.Title}' ({job.Key}) is read, but was not asked for");
        var sums = Find(job) ?? throw new InvalidDataException($"The store has no entry {job.Key}, which another job needs. Run the same command again.");
        if (sums.Problem(file) is { } problem) throw Damaged(job.Key, problem);
        return System.IO.Path.Combine(sums.Folder, file);
    }

    /// <summary>Path of the state that a finished job made.</summary>
    /// <exception cref="SettingException">Jobs of its kind make none.</exception>
    internal string StateFileOf(Job job) => Find(job) is not { } sums || sums.Sums.ContainsKey(StateFile)
        ? FileOf(job, StateFile)
        : throw new SettingException($"'{job.Title}' makes no state. Those that do: initialise, train, shuffle-signs, and jobs of your own that write one.");

    /// <summary>Every entry, oldest first. What is no entry is passed over.</summary>
    public IReadOnlyList<StoreEntry> Entries() => [.. StoreEntry.FoldersOf(Path).Select(StoreEntry.TryRead).OfType<StoreEntry>().OrderBy(entry => entry.Finished)];

    /// <summary>The entries whose keys start with a prefix, which must not be empty.</summary>
    public IReadOnlyList<string> Match(string prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        return [.. StoreEntry.FoldersOf(Path).Select(folder => System.IO.Path.GetFileName(folder)).Where(key => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
    }

    /// <summary>What living processes compute now, longest first.</summary>
    public IReadOnlyList<RunningJob> Running() => [.. _claims.Alive().Select(record => record.ToJob()).OrderBy(job => job.Since)];

    /// <summary>Removes an entry; it is computed again when somebody needs it.</summary>
    public void Remove(string key)
    {
        _trusted.TryRemove(key, out _);
        var aside = System.IO.Path.Combine(Path, "partial", $"{key}.{Guid.NewGuid():N}{BeingRemoved}");
        Writing(() =>
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(aside)!);
            Directory.Move(EntryOf(key), aside);
            Directory.Delete(aside, recursive: true);
        });
    }

    /// <summary>Moves whatever stands in a place of the store to <c>damaged/</c>, and says where it is now.</summary>
    internal string SetAside(string path)
    {
        var place = "";
        Demand("damaged");
        Writing(() =>
        {
            var damaged = System.IO.Path.Combine(Path, "damaged");
            Directory.CreateDirectory(damaged);
            place = Place.MoveAside(path, System.IO.Path.Combine(damaged, System.IO.Path.GetFileName(path)));
        });
        return place;
    }

    /// <summary>Whether anything can be written at all: one job's place may refuse while all others take what comes.</summary>
    internal bool CanBeWritten()
    {
        try
        {
            var probe = System.IO.Path.Combine(Path, $"probe.{Guid.NewGuid():N}");
            Engine.Foreign.WholeFile.Write(probe, stream => stream.Write(new byte[ProbeBytes]));
            File.Delete(probe);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Makes sure that nothing but a folder stands in the place of one of the store's own; whatever does is renamed by a store that repairs.</summary>
    internal void Demand(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        Writing(() =>
        {
            if (!Place.IsTaken(folder) || Directory.Exists(folder)) return;
            if (!Repair) throw new InvalidDataException($"{folder} should be a folder of the store, and is not. Run the same command with --repair to set it aside.");
            Place.MoveAside(folder, folder);
        });
    }

    /// <summary>Takes the right to compute a job, unless another process has it.</summary>
    /// <returns>The claim, or else what its holder says of it.</returns>
    internal (JobClaim? Claim, RunningJob? Holder) Claim(Job job)
    {
        (JobClaim?, ClaimRecord?) taken = default;
        Demand("claims");
        Demand("partial");
        Writing(() => taken = _claims.TryTake(job.Key, job.Title));
        return (taken.Item1, taken.Item2?.ToJob());
    }

    /// <summary>Gives failures of writing a sentence with the store's name and a way out.</summary>
    internal void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (StoreWriteException)
        {
            throw;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new StoreWriteException($"The store {Path} cannot be written ({refused.Message.TrimEnd('.')}). Make it writable, or choose another with --store DIR.", refused);
        }
        catch (IOException failed) when (File.Exists(Path))
        {
            throw new StoreWriteException($"The store {Path} is a file, not a folder. Choose another with --store DIR.", failed);
        }
        catch (IOException failed)
        {
            throw new StoreWriteException($"Writing to the store {Path} failed ({failed.Message.TrimEnd('.')}). Finished jobs are safe; free space or choose another store with --store DIR, then run the same command again.", failed);
        }
    }

    /// <summary>Gives failures of reading a sentence of their own; what is wrong with content has one already.</summary>
    internal T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"An entry of the store {Path} is no sound JSON ({unreadable.Message.TrimEnd('.')}). Run the same command with --repair.", unreadable);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException && failed is not StoreWriteException)
        {
            throw new IOException($"Reading from the store {Path} failed ({failed.Message.TrimEnd('.')}). Make its files readable, or run the same command with --repair to compute the entry again.", failed);
        }
    }

    internal InvalidDataException Damaged(string key, string problem) =>
        new($"The store entry {EntryOf(key)} cannot be trusted: {problem}. Run the same command with --repair to set it aside and compute it again.");

    internal void Forget(string key) => _trusted.TryRemove(key, out _);

    private EntryChecksums? Find(Job job)
    {
        var key = job.Key;
        if (_trusted.TryGetValue(key, out var known)) return known;
        var folder = EntryOf(key);
        if (ProblemOf(job, folder, out var sums) is not { } problem) return sums is null ? null : _trusted.GetOrAdd(key, sums);
        if (!Repair) throw Damaged(key, problem);

        SetAside(ObstacleAt(folder));
        return null;
    }

    /// <summary>What stands in the way may be the folder above.</summary>
    private static string ObstacleAt(string entry)
    {
        var above = System.IO.Path.GetDirectoryName(entry)!;
        try
        {
            return Place.IsTaken(entry) ? entry : above;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return above;
        }
    }

    /// <summary>What is wrong with what stands in an entry's place; null if it is sound, and also, then without checksums, if nothing stands there.</summary>
    private string? ProblemOf(Job job, string folder, out EntryChecksums? sums)
    {
        sums = null;
        try
        {
            var above = System.IO.Path.GetDirectoryName(folder)!;
            if (!Place.IsTaken(folder)) return !Place.IsTaken(above) || Directory.Exists(above) ? null : $"{above} is not a folder";
            if (!Directory.Exists(folder)) return "it is not a folder";
            sums = EntryChecksums.Read(folder, out var problem);
            problem ??= sums!.Problem(JobFile) ?? sums.Problem(ResultFile);
            if (problem is null && File.ReadAllText(System.IO.Path.Combine(folder, JobFile)) != job.Describe().ToJsonString()) problem = $"{JobFile} describes another job";
            return problem ?? (Repair ? sums!.Problem() : null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return $"it cannot be read ({unreadable.Message.TrimEnd('.')})";
        }
    }
}
