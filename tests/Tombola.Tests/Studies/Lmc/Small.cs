using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Studies;
using Tombola.Tests.Jobs;
using Tombola.Training;

namespace Tombola.Tests.Studies.Lmc;

/// <summary>A small request on glyphs: 30 steps of which ten make an epoch, two levels, steps k 0 and 10.</summary>
internal static class Small
{
    public static StudyRequest Request { get; } = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 2, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "30it" } },
        Scale = "tiny",
        Replicates = 1,
        Steps = [new StepCount(0, 0), new StepCount(0, 10)],
    };

    public static StudyResult Run(string study, StudyRequest request, Store store) => StudyRunner.Run(StudyCatalogue.Find(study), request, new LocalExecutor(store, Workshop.Data, 2), null, CancellationToken.None);

    /// <summary>Keys of the jobs of one kind that a study names.</summary>
    public static HashSet<string> Keys<TJob>(string study, Func<TJob, bool>? which = null)
        where TJob : Job =>
        [.. StudyCatalogue.Find(study).Design(new StudyContext(Request, Workshop.Data)).Jobs.OfType<TJob>().Where(which ?? (_ => true)).Select(job => job.Key)];

    /// <summary>The cells of a table that a report wrote beside its page, by row, the head first.</summary>
    public static string[][] TableOf(StudyResult result, string id) =>
        [.. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(result.Report)!, id + ".csv")).Select(line => line.Split(','))];
}
