using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>A folder of finished jobs: <c>&lt;first two digits&gt;/&lt;key&gt;/{job.json, result.json, *.safetensors, metrics.jsonl, SHA256SUMS}</c>.</summary>
/// <remarks>
/// An entry is written in <c>partial/</c> and renamed into place, so it is there whole or not at all. Several processes may share a store: a job
/// in progress holds a lock file. Nothing in an entry is believed before its checksum is (<c>sha256sum -c SHA256SUMS</c> checks one by hand).
/// </remarks>
public sealed class Store
{
    private const string JobFile = "job.json", ResultFile = "result.json";
    private readonly ConcurrentDictionary<string, EntryChecksums> _trusted = new();

    /// <param name="path">The folder; made when something is first written.</param>
    /// <param name="repair">Set damaged entries aside, so that they are computed again, instead of refusing them.</param>
    public Store(string path, bool repair = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        Repair = repair;
    }

    public string Path { get; }

    public bool Repair { get; }

    /// <summary>The folder of the option, else of the variable <c>TOMBOLA_STORE</c>, else the user's own.</summary>
    public static string Locate(string? option)
    {
        if (!string.IsNullOrEmpty(option)) return option;
        if (Environment.GetEnvironmentVariable("TOMBOLA_STORE") is { Length: > 0 } variable) return variable;
        return System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "tombola", "store");
    }

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
    public bool HasEntry(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Directory.Exists(EntryOf(job.Key));
    }

    /// <summary>The result record of a finished job.</summary>
    public TResult Result<TResult>(Job<TResult> job)
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(job);
        var file = FileOf(job, ResultFile);
        return JsonSerializer.Deserialize<TResult>(File.ReadAllBytes(file), JobContext.Json) ?? throw Damaged(job.Key, $"{ResultFile} is empty");
    }

    /// <summary>What a training job measured, line by line.</summary>
    public IReadOnlyList<Training.Metrics> Metrics(TrainJob job) =>
        [.. File.ReadLines(FileOf(job, TrainJob.MetricsFile)).Select(line => JsonSerializer.Deserialize<Training.Metrics>(line, JobContext.Json)!)];

    /// <summary>Path of an artifact whose checksum holds.</summary>
    /// <exception cref="InvalidDataException">It is missing or damaged.</exception>
    public string FileOf(Job job, string file)
    {
        ArgumentNullException.ThrowIfNull(job);
        var sums = Find(job) ?? throw new InvalidDataException($"The store has no entry {job.Key}, which another job needs. Run the same command again.");
        if (sums.Problem(file) is { } problem) throw Damaged(job.Key, problem);
        return System.IO.Path.Combine(sums.Folder, file);
    }

    /// <summary>Every entry, oldest first, with what its <c>job.json</c> says. Entries that cannot be read are given with an empty text.</summary>
    public IEnumerable<(string Key, string Job, DateTime Finished, long Bytes)> Entries()
    {
        if (!Directory.Exists(Path)) return [];
        return Directory.EnumerateDirectories(Path)
            .Where(folder => System.IO.Path.GetFileName(folder).Length == 2)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(folder => new DirectoryInfo(folder))
            .OrderBy(folder => folder.LastWriteTimeUtc)
            .Select(folder => (folder.Name, ReadJob(folder.FullName), folder.LastWriteTimeUtc, folder.EnumerateFiles().Sum(file => file.Length)));
    }

    /// <summary>What living processes compute now, longest first.</summary>
    public IReadOnlyList<RunningJob> Running() => Directory.Exists(Path) ? [] : [];

    /// <summary>The entries whose keys start with a prefix.</summary>
    public IReadOnlyList<string> Match(string prefix) =>
        [.. Entries().Select(entry => entry.Key).Where(key => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Removes an entry; it is computed again when somebody needs it.</summary>
    public void Remove(string key)
    {
        _trusted.TryRemove(key, out _);
        var aside = System.IO.Path.Combine(Path, "partial", key + ".removed");
        Writing(() =>
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(aside)!);
            Directory.Move(EntryOf(key), aside);
            Directory.Delete(aside, recursive: true);
        });
    }

    /// <summary>Takes the right to compute a job, unless another process has it. The folder may hold what an interrupted run left.</summary>
    /// <returns>The claim, or null while another process computes the job.</returns>
    internal JobClaim? Claim(Job job)
    {
        JobClaim? claim = null;
        Writing(() => claim = JobClaim.TryTake(System.IO.Path.Combine(Path, "locks", job.Key), System.IO.Path.Combine(Path, "partial", job.Key)));
        return claim;
    }

    /// <summary>Makes an entry of a finished job's folder.</summary>
    internal void Commit(Job job, JobClaim claim, object result)
    {
        Writing(() =>
        {
            File.WriteAllText(System.IO.Path.Combine(claim.Folder, JobFile), job.Describe().ToJsonString());
            File.WriteAllBytes(System.IO.Path.Combine(claim.Folder, ResultFile), JsonSerializer.SerializeToUtf8Bytes(result, result.GetType(), JobContext.Json));
            EntryChecksums.Write(claim.Folder);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(EntryOf(job.Key))!);
            Directory.Move(claim.Folder, EntryOf(job.Key));
        });
    }

    /// <summary>Gives failures of writing a sentence with the store's name and a way out.</summary>
    internal void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"The store {Path} cannot be written ({refused.Message}). Make it writable, or choose another with --store DIR.", refused);
        }
        catch (IOException failed)
        {
            throw new IOException($"Writing to the store {Path} failed ({failed.Message.TrimEnd('.')}). Finished jobs are safe; free space or choose another store with --store DIR, then run the same command again.", failed);
        }
    }

    private EntryChecksums? Find(Job job)
    {
        var key = job.Key;
        if (_trusted.TryGetValue(key, out var known)) return known;
        var folder = EntryOf(key);
        if (!Directory.Exists(folder)) return null;
        var sums = EntryChecksums.Read(folder, out var problem);
        problem ??= sums!.Problem(JobFile) ?? sums.Problem(ResultFile);
        if (problem is null && File.ReadAllText(System.IO.Path.Combine(folder, JobFile)) != job.Describe().ToJsonString()) problem = $"{JobFile} describes another job";
        if (problem is null && Repair) problem = sums!.Problem();
        if (problem is null) return _trusted.GetOrAdd(key, sums!);
        if (!Repair) throw Damaged(key, problem);
        SetAside(key);
        return null;
    }

    private void SetAside(string key) => Writing(() =>
    {
        var damaged = System.IO.Path.Combine(Path, "damaged");
        Directory.CreateDirectory(damaged);
        var place = Enumerable.Range(1, int.MaxValue).Select(n => System.IO.Path.Combine(damaged, $"{key}.{n}")).First(candidate => !Directory.Exists(candidate));
        Directory.Move(EntryOf(key), place);
    });

    private InvalidDataException Damaged(string key, string problem) =>
        new($"The store entry {EntryOf(key)} cannot be trusted: {problem}. Run the same command with --repair to set it aside and compute it again.");

    private static string ReadJob(string folder)
    {
        try
        {
            var text = File.ReadAllText(System.IO.Path.Combine(folder, JobFile), Encoding.UTF8);
            return JsonNode.Parse(text) is JsonObject ? text : "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return "";
        }
    }
}
