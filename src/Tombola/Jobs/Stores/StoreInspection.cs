namespace Tombola.Jobs;

/// <summary>Looks at every file of a store.</summary>
/// <param name="Entries">Entries that were looked at.</param>
/// <param name="Bytes">Length of their files together.</param>
/// <param name="Findings">What is not as it should be.</param>
internal sealed record StoreInspection(int Entries, long Bytes, IReadOnlyList<StoreFinding> Findings)
{
    /// <summary>Checks all entries; a store that repairs sets aside those that are not sound.</summary>
    public static StoreInspection Of(Store store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (entries, bytes, findings) = (0, 0L, new List<StoreFinding>());
        foreach (var folder in PlacesOf(store.Path))
        {
            cancellation.ThrowIfCancellationRequested();
            var problem = Problem(folder);
            entries++;
            bytes += StoreEntry.TryRead(folder)?.Bytes ?? 0;
            if (problem is not null) findings.Add(new StoreFinding(folder, problem, store.Repair ? store.SetAside(folder) : null));
        }

        return new StoreInspection(entries, bytes, findings);
    }

    /// <summary>Whatever stands where entries stand.</summary>
    private static IEnumerable<string> PlacesOf(string store)
    {
        if (!Directory.Exists(store)) yield break;
        foreach (var above in Directory.EnumerateFileSystemEntries(store).Where(path => Path.GetFileName(path).Length == 2).Order(StringComparer.Ordinal))
        {
            string[]? within = null;
            try
            {
                within = Directory.GetFileSystemEntries(above);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
            }

            // What cannot be listed is itself what is wrong.
            if (within is null) yield return above;
            else foreach (var path in within.Order(StringComparer.Ordinal)) yield return path;
        }
    }

    /// <summary>What is wrong with what stands in an entry's place, or null.</summary>
    private static string? Problem(string folder) => Path.GetFileName(folder) is var key && StoreEntry.IsPlace(Path.GetFileName(Path.GetDirectoryName(folder)!), key)
        ? EntryCheck.Problem(folder, key)
        : "its name is not the key of a job";
}

/// <param name="Place">The entry's folder, or what stands in its place.</param>
/// <param name="Problem">What is wrong with it: a sentence without subject and end.</param>
/// <param name="SetAside">Where it was moved to; null if it was left.</param>
internal sealed record StoreFinding(string Place, string Problem, string? SetAside);
