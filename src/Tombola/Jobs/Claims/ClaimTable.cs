using System.Collections.Concurrent;

namespace Tombola.Jobs.Claims;

/// <summary>Who computes what in a store: one file a job in the folder <c>claims/</c>, created exclusively.</summary>
/// <remarks>
/// Locks of the operating system do not hold on every shared disk, and .NET does not say when they fail; creating a file exclusively does hold.
/// A claim counts as long as its holder lives: on the same machine the system knows; elsewhere its count must go up. Silence is measured by the clock
/// of whoever waits, from when it saw the count change last, so that neither wrong nor jumping clocks matter. To take over the claim X, a process creates
/// the file <c>KEY.X</c> exclusively; so claims form a chain, the last of which is valid, nothing has to be deleted to take over, and only one can.
/// Should all of that fail, two processes compute the same job, each in a folder of its own, and the second finds the first one's entry.
/// </remarks>
/// <param name="store">The store's folder.</param>
/// <param name="patience">How long a silent holder on another machine is believed to live, or one on this machine that stands still.</param>
/// <param name="clock">Measures silence; another than the system's for tests.</param>
internal sealed class ClaimTable(string store, TimeSpan patience, TimeProvider clock)
{
    /// <summary>How often a holder gives a sign of life.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How long silence lasts before a job is taken over: some signs of life, and what a network disk may keep from us.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>The same for a claim that cannot be read: between its creation and its first word lies next to nothing, unless its writer was killed there.</summary>
    public static readonly TimeSpan PatienceWithUnreadable = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, (long Beat, long Seen)> _heard = new();

    private string Folder => Path.Combine(store, "claims");

    private string Partial => Path.Combine(store, "partial");

    /// <summary>Takes a job, unless somebody who lives has it.</summary>
    /// <returns>The claim, or the record of whoever has the job.</returns>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public (JobClaim? Claim, ClaimRecord? Holder) TryTake(string key, string title)
    {
        var tip = Tip(key);
        if (tip is { } last && IsAlive(last.Record)) return (null, last.Record);
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Partial);
        string[] chain = [.. tip?.Chain ?? [], tip is { } dead ? Next(key, dead.Record) : Path.Combine(Folder, key)];
        var mine = new ClaimRecord(key, title, Owner.Self, Guid.NewGuid().ToString("N"), DateTime.UtcNow, 0, 0);
        if (!mine.TryCreate(chain[^1])) return (null, Tip(key)?.Record);
        try
        {
            // The chain may have been given back between our look and our link.
            if (Tip(key) is { } now && now.Record.Nonce == mine.Nonce)
            {
                var folder = Path.Combine(Partial, $"{key}.{mine.Nonce}");
                TakeOver(key, tip?.Nonces ?? [], File.GetLastWriteTimeUtc(chain[^1]), folder);
                return (new JobClaim(this, mine, chain, folder, Path.Combine(Partial, key)), null);
            }

            File.Delete(chain[^1]);
            return (null, Tip(key)?.Record);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            File.Delete(chain[^1]);
            throw;
        }
    }

    /// <summary>The valid claim of a job, with the files from the first to it and the nonces of those that were taken over; null if nobody has the job.</summary>
    public (ClaimRecord Record, IReadOnlyList<string> Chain, IReadOnlyList<string> Nonces)? Tip(string key)
    {
        var (path, chain, nonces) = (Path.Combine(Folder, key), new List<string>(), new List<string>());
        ClaimRecord? record = null;
        while (ClaimRecord.TryRead(path) is { } next)
        {
            // A copy of an earlier claim would lead round in a circle.
            record = next.IsReadable && !nonces.Contains(next.Nonce) ? next : next.AsUnreadable(chain.Count);
            chain.Add(path);
            nonces.Add(record.Nonce);
            path = Next(key, record);
        }

        return record is null ? null : (record, chain, nonces);
    }

    /// <summary>The claims whose holders live, as far as can be told at once.</summary>
    public IEnumerable<ClaimRecord> Alive() => Keys().Select(Tip).OfType<(ClaimRecord Record, IReadOnlyList<string> Chain, IReadOnlyList<string> Nonces)>()
        .Where(tip => tip.Record.IsReadable && IsAlive(tip.Record) && !IsOld(tip.Chain[^1])).Select(tip => tip.Record);

    /// <summary>Removes what the dead left of jobs that are finished, links of chains that have lost their root, and what was being removed. What cannot be removed does no harm.</summary>
    /// <param name="isFinished">Whether a job has its entry.</param>
    public void Sweep(Func<string, bool> isFinished)
    {
        try
        {
            foreach (var key in Keys())
            {
                if (Tip(key) is not { } tip || !tip.Record.Owner.IsGone || !isFinished(key)) continue;
                foreach (var nonce in tip.Nonces) Place.Clear(Path.Combine(Partial, $"{key}.{nonce}"));
                foreach (var link in tip.Chain) Place.Clear(link);
            }

            foreach (var left in Directory.Exists(Partial) ? Directory.GetFileSystemEntries(Partial) : [])
            {
                // A claim is there before its folder is, so a folder without one is nobody's.
                if (Path.GetFileName(left).Split('.')[0] is var key && Tip(key) is null && (left.EndsWith(Store.BeingRemoved, StringComparison.Ordinal) || (StoreEntry.IsKey(key) && isFinished(key)))) Place.Clear(left);
            }

            foreach (var link in Links())
            {
                if (!Place.IsTaken(link[..link.LastIndexOf('.')]) && ClaimRecord.TryRead(link) is { } record && (record.Owner.IsGone || !record.IsReadable)) Place.Clear(link);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A store that may only be read, or another process that sweeps too.
        }
    }

    /// <summary>False once the holder is gone, or has been silent for longer than we wait.</summary>
    private bool IsAlive(ClaimRecord record)
    {
        if (record.Owner.IsGone) return false;
        var now = clock.GetTimestamp();
        var (_, seen) = _heard.AddOrUpdate($"{record.Key}.{record.Nonce}", (record.Beat, now), (_, last) => last.Beat == record.Beat ? last : (record.Beat, now));
        return clock.GetElapsedTime(seen, now) < (record.IsReadable ? patience : PatienceWithUnreadable);
    }

    /// <summary>For a look that cannot wait: whether the last sign of life is long ago by the clocks of file system and machine.</summary>
    private bool IsOld(string path) => clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path) > patience;

    private string[] Keys() => [.. Files().Select(path => Path.GetFileName(path)).Where(name => !name.Contains('.', StringComparison.Ordinal))];

    /// <summary>Claims that took over another.</summary>
    private string[] Links() => [.. Files().Where(path => Path.GetFileName(path).Contains('.', StringComparison.Ordinal))];

    private IEnumerable<string> Files() => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : [];

    private string Next(string key, ClaimRecord record) => Path.Combine(Folder, $"{key}.{record.Nonce}");

    /// <summary>True for a folder with a checkpoint, or with everything that the entry will have.</summary>
    public static bool IsWorthKeeping(string folder) =>
        Place.IsOwnFolder(folder) && (File.Exists(Path.Combine(folder, CheckpointFile.FileName)) || File.Exists(Path.Combine(folder, EntryChecksums.FileName)));

    /// <summary>Makes the folder to compute in of the latest that a stopped or dead run left and that is worth it, else anew; the others go.</summary>
    /// <param name="key">Key of the job.</param>
    /// <param name="dead">Nonces of the claims that were taken over.</param>
    /// <param name="now">Time by the clock of the disk, as our own claim got it.</param>
    /// <param name="folder">The folder to make.</param>
    private void TakeOver(string key, IReadOnlyList<string> dead, DateTime now, string folder)
    {
        string[] known = [key, .. dead.Select(nonce => $"{key}.{nonce}")];
        foreach (var left in Directory.GetFileSystemEntries(Partial, key + "*").OrderByDescending(File.GetLastWriteTimeUtc))
        {
            // One whose claim did not survive, as after a power cut. But where claims do not hold, its owner may live.
            if (!known.Contains(Path.GetFileName(left)) && now - File.GetLastWriteTimeUtc(left) < patience) continue;
            try
            {
                if (!Directory.Exists(folder) && IsWorthKeeping(left)) Directory.Move(left, folder);
                Place.Clear(left);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Whoever believes to have the job as well was faster, or another user's leftovers are not ours to remove; they are in nobody's way.
            }
        }

        Directory.CreateDirectory(folder);
    }
}
