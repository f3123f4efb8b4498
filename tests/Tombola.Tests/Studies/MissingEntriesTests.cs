using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>A study computes again whatever its store lost, whichever entry that is.</summary>
public sealed class MissingEntriesTests : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 1, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } },
        Scale = "tiny",
        Replicates = 1,
        Steps = [new Tombola.Training.StepCount(0, 0), new Tombola.Training.StepCount(0, 10)],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("quickstart")]
    [InlineData("lmc/fig6")]
    [InlineData("lmc/fig9")]
    [InlineData("scale/fig9")]
    public void Each_entry_of_each_kind_may_be_removed_or_damaged(string name)
    {
        var study = StudyCatalogue.Find(name);
        var store = new Store(_folder.FullPath);
        var first = Run(study, store);
        var whole = Workshop.Contents(store);
        var kinds = store.Entries().GroupBy(entry => entry.Kind).ToArray();
        Assert.Contains(kinds, kind => kind.Key == "prune");
        foreach (var entry in kinds.SelectMany(kind => new[] { kind.First(), kind.Last() }).DistinctBy(entry => entry.Key))
        {
            // Read once more from the disk, as a new process does.
            store = new Store(_folder.FullPath);
            store.Remove(entry.Key);
            Assert.Equal(first.Rows, Run(study, store).Rows);

            // Initial weights are not computed again as long as whatever was trained from them is there.
            if (!Directory.Exists(entry.Folder)) continue;
            File.AppendAllText(Path.Combine(entry.Folder, "result.json"), "x");
            Assert.Equal(first.Rows, Run(study, new Store(_folder.FullPath, repair: true)).Rows);
            Assert.All(Workshop.Contents(new Store(_folder.FullPath)), file => Assert.True(whole[file.Key] == file.Value, file.Key));
        }
    }

    [Fact]
    public void A_study_that_reads_what_it_did_not_ask_for_is_found_out_at_once()
    {
        var quickstart = StudyCatalogue.Find("quickstart");
        var greedy = quickstart with
        {
            Design = context => quickstart.Design(context) with
            {
                Conclude = store =>
                {
                    store.Result(context.Replicates[0].Evaluate(Condition.Dense(), context.Replicates[0].Copy(Condition.Dense(), 0), onTrainingSet: true));
                    throw new InvalidOperationException("read");
                },
            },
        };
        Assert.Contains("not asked for", Assert.Throws<InvalidOperationException>(() => Run(greedy, new Store(_folder.FullPath))).Message, StringComparison.Ordinal);
    }

    private static StudyResult Run(Study study, Store store) => StudyRunner.Run(study, Request, new LocalExecutor(store, Workshop.Data, 2), null, CancellationToken.None);
}
