using System.Diagnostics;
using System.Text.Json;
using Tombola.Engine.Foreign;
using Tombola.Jobs;

namespace Tombola.Dashboard;

/// <summary>Reads the overview of a store in which anything may lie: what cannot be read is named, and the rest is shown.</summary>
internal sealed class StoreReader(Store store) : IDisposable
{
    public const string ReportsFolder = "reports";
    private const int LatestEntries = 50, MostProblems = 20, LongestJob = 1 << 20;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly LinklessFolder _folder = new(store.Path);
    private Dictionary<string, StoreJob> _known = [];
    private StoreOverview? _last;
    private long _began;

    /// <summary>The overview as it is now. Of many requests at once one reads, and those that came before it began share what it finds.</summary>
    public async Task<StoreOverview> ReadAsync(CancellationToken cancellation)
    {
        var asked = Stopwatch.GetTimestamp();
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_last is null || _began < asked)
            {
                _began = Stopwatch.GetTimestamp();
                _last = Read();
            }

            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private StoreOverview Read()
    {
        var problems = new List<string>();
        var entries = Entries(problems);
        var (reports, running) = (Reports(problems), Running(problems));
        string[] told = problems.Count <= MostProblems ? [.. problems] : [.. problems.Take(MostProblems), $"And {problems.Count - MostProblems} more."];
        return new StoreOverview(store.Path, entries.Count, entries.Sum(entry => entry.Bytes), reports, running,
            [.. entries.OrderByDescending(entry => entry.Finished).Take(LatestEntries).Select(entry => entry with { Kind = Kind(entry.Key) })], told);
    }

    /// <summary>Every entry, its kind not read yet. Entries do not change, so the files of one that is known are not counted again.</summary>
    private Dictionary<string, StoreJob>.ValueCollection Entries(List<string> problems)
    {
        var found = new Dictionary<string, StoreJob>();
        foreach (var first in Folders(store.Path, problems).Where(folder => folder.Name.Length == 2))
        {
            foreach (var folder in Folders(first.FullName, problems))
            {
                var (key, finished) = (folder.Name, folder.LastWriteTimeUtc);
                if (!StoreEntry.IsPlace(first.Name, key)) problems.Add($"{Name(folder)} is not named as an entry is.");
                else if (_known.GetValueOrDefault(key) is { } known && known.Finished == finished) found.Add(key, known);
                else found.Add(key, new StoreJob(key, "", finished, Children(folder.FullName, problems).OfType<FileInfo>().Sum(file => file.Length)));
            }
        }

        _known = found;
        return found.Values;
    }

    private StoreReport[] Reports(List<string> problems)
    {
        var root = Path.Combine(store.Path, ReportsFolder);
        var reports = new List<StoreReport>();
        var folders = new Stack<string>(Folders(store.Path, []).Any(folder => folder.Name == ReportsFolder) ? [root] : []);
        while (folders.TryPop(out var folder))
        {
            // Names that begin with a dot are not served.
            foreach (var child in Children(folder, problems).Where(child => !child.Name.StartsWith('.')))
            {
                if (child is DirectoryInfo) folders.Push(child.FullName);
                else if (child.Name == "index.html") reports.Add(Report(Path.GetRelativePath(root, folder), child));
            }
        }

        return [.. reports.OrderByDescending(report => report.Written)];
    }

    private static StoreReport Report(string folder, FileSystemInfo page)
    {
        string[] names = [ReportsFolder, .. folder == "." ? [] : folder.Split(Path.DirectorySeparatorChar), page.Name];
        return new StoreReport(Printable.Sentence(folder), StoreFiles.Address + string.Join('/', names.Select(Uri.EscapeDataString)), page.LastWriteTimeUtc);
    }

    private StoreRunning[] Running(List<string> problems)
    {
        try
        {
            return [.. store.Running().Select(job => new StoreRunning(
                Printable.Sentence(job.Title), Printable.Name(job.Host), DateTime.SpecifyKind(job.Since, DateTimeKind.Utc), double.IsFinite(job.Progress) ? job.Progress : 0))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(Printable.Sentence($"What runs now cannot be read: {unreadable.Message}"));
            return [];
        }
    }

    private string Kind(string key)
    {
        try
        {
            using var file = _folder.Open(key[..2], key, "job.json");
            if (file is null or { Length: > LongestJob }) return "unreadable";
            using var job = JsonDocument.Parse(file);
            return Printable.Name(job.RootElement.GetProperty("kind").GetString());
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "unreadable";
        }
    }

    private IEnumerable<DirectoryInfo> Folders(string folder, List<string> problems) => Children(folder, problems).OfType<DirectoryInfo>();

    /// <summary>What is in a folder, but for links. A folder that was removed meanwhile has nothing in it.</summary>
    private FileSystemInfo[] Children(string folder, List<string> problems)
    {
        try
        {
            var children = new DirectoryInfo(folder).GetFileSystemInfos();
            problems.AddRange(children.Where(LinklessFolder.IsLink).Select(link => $"{Name(link)} is a link, and links are not followed."));
            return [.. children.Where(child => !LinklessFolder.IsLink(child))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Name(new DirectoryInfo(folder))} cannot be read{(refused is IOException ? $" ({Printable.Sentence(refused.Message)})" : "; this user has no right to")}.");
            return [];
        }
    }

    private string Name(FileSystemInfo info) => Printable.Name(Path.GetRelativePath(store.Path, info.FullName));
}
