using Tombola.Engine.Naming;

namespace Tombola.Jobs;

/// <summary>What may go from a store: entries that no report of the last days needs, and what unfinished and damaged jobs left.</summary>
/// <param name="Entries">The entries, oldest first.</param>
/// <param name="Leftovers">Places in <c>partial/</c> and <c>damaged/</c>.</param>
/// <param name="EntryBytes">Length of the entries' files.</param>
/// <param name="LeftoverBytes">Length of what was left.</param>
internal sealed record StoreCleaning(IReadOnlyList<StoreEntry> Entries, IReadOnlyList<string> Leftovers, long EntryBytes, long LeftoverBytes)
{
    /// <summary>Folders of a store in which jobs leave what is no entry.</summary>
    private static readonly string[] Leaving = ["partial", "damaged"];

    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = true, RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Looks at a store, and removes nothing. What is younger than the days stays: its study may be under way.</summary>
    /// <param name="store">The store.</param>
    /// <param name="days">How many days a report counts after it was written or asked for last.</param>
    /// <param name="now">The time (UTC).</param>
    /// <exception cref="SettingException">The number of days cannot be, or something is being computed.</exception>
    /// <exception cref="InvalidDataException">A report that counts does not say what it needs.</exception>
    public static StoreCleaning Of(Store store, int days, DateTime now)
    {
        if (days is < 0 or > 36500) throw new SettingException($"The number of days is {days}; it must be from 0 to 36500.");
        if (store.Running() is { Count: > 0 } running) throw new SettingException($"'{running[0].Title}' is being computed on {running[0].Host}. Clean the store when nothing runs in it.");
        var since = now.AddDays(-days);
        var needed = Needed(store, since);
        StoreEntry[] entries = [.. store.Entries().Where(entry => entry.Finished < since && !needed.Contains(entry.Key))];
        string[] leftovers =
        [
            .. from folder in Leaving.Select(name => Path.Combine(store.Path, name))
               where Directory.Exists(folder)
               from place in Directory.EnumerateFileSystemEntries(folder)
               where File.GetLastWriteTimeUtc(place) < since
               orderby place
               select place,
        ];
        return new StoreCleaning(entries, leftovers, entries.Sum(entry => entry.Bytes), leftovers.Sum(BytesOf));
    }

    /// <summary>Removes it; what somebody else removed meanwhile is gone.</summary>
    public void Remove(Store store)
    {
        foreach (var entry in Entries.Where(entry => Directory.Exists(entry.Folder))) store.Remove(entry.Key);
        store.Writing(() =>
        {
            foreach (var place in Leftovers) Place.Clear(place);
        });
    }

    private static HashSet<string> Needed(Store store, DateTime since)
    {
        var reports = Path.Combine(store.Path, ReportJobs.Folder);
        var needed = new HashSet<string>();
        foreach (var report in Directory.Exists(reports) ? Directory.EnumerateDirectories(reports).Where(report => ReportJobs.LastUse(report) >= since) : [])
        {
            needed.UnionWith(ReportJobs.Read(report) ?? throw new InvalidDataException(
                $"The report {report} does not say which entries it needs: it is damaged, or an older program wrote it. Run its study again, which takes seconds, or remove the report."));
        }

        return needed;
    }

    private static long BytesOf(string place)
    {
        try
        {
            return Place.IsOwnFolder(place) ? new DirectoryInfo(place).EnumerateFiles("*", Everything).Sum(file => file.Length) : new FileInfo(place).Length;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
