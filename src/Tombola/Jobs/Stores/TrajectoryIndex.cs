using System.Globalization;

namespace Tombola.Jobs;

/// <summary>Which steps of a trajectory a store has: <c>trajectories/&lt;two digits&gt;/&lt;trajectory&gt;/&lt;step&gt;</c>, an empty file for every training that a longer one can go on from.</summary>
/// <remarks>Only a hint of where to look: an entry that it does not name costs the time of training again, and a name without an entry is passed over.</remarks>
internal sealed class TrajectoryIndex(string store)
{
    /// <summary>The folder in the store.</summary>
    public const string Folder = "trajectories";

    /// <summary>Steps before the job's at which a training of its trajectory ended, the last one first.</summary>
    public IReadOnlyList<long> StepsBefore(Job job)
    {
        var folder = FolderOf(job);
        try
        {
            return !Directory.Exists(folder)
                ? []
                : [.. Directory.EnumerateFiles(folder)
                    .Select(path => long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : long.MaxValue)
                    .Where(step => step < job.Reaches).OrderDescending()];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Notes an entry.</summary>
    public void Add(Job job)
    {
        if (job.Reaches is not { } step) return;
        try
        {
            var folder = FolderOf(job);
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, step.ToString(CultureInfo.InvariantCulture)), []);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The entry is there all the same.
        }
    }

    private string FolderOf(Job job) => Path.Combine(store, Folder, job.Trajectory[..2], job.Trajectory);
}
