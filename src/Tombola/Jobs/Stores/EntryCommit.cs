using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs;

/// <summary>Makes an entry of the folder that a job was computed in: exactly the files that this run wrote, flushed, then renamed into place.</summary>
internal static class EntryCommit
{
    private static readonly TimeSpan Visible = TimeSpan.FromSeconds(5);

    /// <returns>False if another process made the same entry meanwhile, with the same bytes.</returns>
    /// <exception cref="InvalidDataException">There is an entry with other bytes, or a damaged one.</exception>
    public static bool Run(Store store, Job job, JobContext context, object result)
    {
        var json = JsonSerializer.SerializeToNode(result, result.GetType(), JobContext.Json)!.AsObject();
        json[Store.VersionField] = ProgramVersion.Current;
        context.Write(Store.JobFile, stream => stream.Write(Encoding.UTF8.GetBytes(job.Describe().ToJsonString())));
        context.Write(Store.ResultFile, stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(JobContext.Json))));
        var sums = context.Artifacts.ToDictionary();
        context.Write(EntryChecksums.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(EntryChecksums.Text(sums))));

        // From here on the folder is the entry, whoever renames it: the checkpoint is needed no more.
        context.Clear();
        return Finish(store, job, context.Folder, sums);
    }

    /// <summary>Renames a folder that has all of an entry into its place.</summary>
    /// <inheritdoc cref="Run"/>
    public static bool Finish(Store store, Job job, string folder, IReadOnlyDictionary<string, string> sums)
    {
        while (!TryMove(store, job, folder))
        {
            if (!Meets(store, job, folder, sums)) return false;
        }

        if (sums.ContainsKey(GoOnFile.FileName)) store.Trajectories.Add(job);
        return true;
    }

    /// <summary>Renames the folder into the entry's place, unless something stands there.</summary>
    private static bool TryMove(Store store, Job job, string folder)
    {
        var (entry, moved) = (store.EntryOf(job.Key), true);
        store.Writing(() =>
        {
            var above = Path.GetDirectoryName(entry)!;
            WholeFile.FlushFolder(folder);
            if (!Directory.Exists(above))
            {
                Directory.CreateDirectory(above);
                WholeFile.FlushFolder(store.Path);
            }

            try
            {
                Directory.Move(folder, entry);
            }
            catch (IOException) when (IsTakenSoon(entry) && Directory.Exists(folder))
            {
                moved = false;
                return;
            }

            WholeFile.FlushFolder(above);
        });
        return moved;
    }

    /// <summary>A shared disk may refuse to rename onto an entry some seconds before it shows that entry.</summary>
    private static bool IsTakenSoon(string entry) => SpinWait.SpinUntil(() => Place.IsTaken(entry), Visible);

    /// <summary>Compares with what stands in the entry's place. True if it was damaged and is out of the way now; false if it is the same entry, and ours is gone.</summary>
    private static bool Meets(Store store, Job job, string folder, IReadOnlyDictionary<string, string> ours)
    {
        var entry = store.EntryOf(job.Key);
        store.Forget(job.Key);
        EntryChecksums? theirs = null;
        string? problem = null;

        // A shared disk may show the files of an entry some seconds after the entry.
        SpinWait.SpinUntil(() => (problem = (theirs = EntryChecksums.Read(entry, out var unreadable)) is null ? unreadable : theirs.Problem()) is null, store.Repair ? TimeSpan.Zero : Visible);
        if (problem is not null && !store.Repair) throw store.Damaged(job.Key, problem);
        if (problem is not null)
        {
            store.SetAside(entry);
            return true;
        }

        if (!AreSame(ours, theirs!.Sums, folder, entry))
        {
            var aside = store.SetAside(folder);
            throw new InvalidDataException(
                $"Two processes computed '{job.Title}' and came to different bytes: one result is in {entry}, the other in {aside}. "
                + "The same job must give the same bytes on every machine, so one of them miscomputed (memory, overclocking, another build of the program): find out which, and remove its entries with runs rm.");
        }

        store.Writing(() => Place.Clear(folder));
        return false;
    }

    /// <summary>Whether all files are the same, but for the version that the results name.</summary>
    private static bool AreSame(IReadOnlyDictionary<string, string> ours, IReadOnlyDictionary<string, string> theirs, string folder, string entry) =>
        ours.Keys.ToHashSet().SetEquals(theirs.Keys)
        && ours.All(file => theirs[file.Key] == file.Value || (file.Key == Store.ResultFile && JsonNode.DeepEquals(WithoutVersion(folder), WithoutVersion(entry))));

    private static JsonObject WithoutVersion(string folder)
    {
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, Store.ResultFile)))!.AsObject();
        result.Remove(Store.VersionField);
        return result;
    }
}
