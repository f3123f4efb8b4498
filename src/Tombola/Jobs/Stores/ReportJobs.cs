using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs;

/// <summary>The file <c>jobs.txt</c> of a report: the keys of all entries behind it, one a line, so that a store can be cleaned of what no report needs.</summary>
internal static class ReportJobs
{
    /// <summary>The folder of reports in a store.</summary>
    public const string Folder = "reports";

    /// <summary>Name of the file.</summary>
    public const string FileName = "jobs.txt";

    /// <summary>A million keys.</summary>
    private const int Longest = 65_000_000;

    /// <summary>Writes the keys of jobs, and of all that they read.</summary>
    /// <returns>Name of the file.</returns>
    public static string Write(string folder, IEnumerable<Job> jobs)
    {
        var keys = Job.WithInputs(jobs).Select(job => job.Key).Order(StringComparer.Ordinal);
        WholeFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.ASCII.GetBytes(string.Concat(keys.Select(key => key + "\n")))));
        return FileName;
    }

    /// <summary>The keys of a report; null if there is no list that is as it was written, since an older program noted none.</summary>
    public static IReadOnlyList<string>? Read(string folder) => EntryChecksums.Read(folder, out _) is { } sums && sums.Problem(FileName) is null
        ? Encoding.ASCII.GetString(RegularFile.ReadAll(Path.Combine(folder, FileName), Longest)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        : null;

    /// <summary>Notes that somebody asked for a report that was there already.</summary>
    public static void Use(string folder)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, FileName), DateTime.UtcNow);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A store that may only be read is not cleaned either.
        }
    }

    /// <summary>When a report was written or asked for last.</summary>
    public static DateTime LastUse(string folder) => File.GetLastWriteTimeUtc(Path.Exists(Path.Combine(folder, FileName)) ? Path.Combine(folder, FileName) : folder);
}
