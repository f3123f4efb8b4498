using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class StoreTests : IDisposable
{
    private static readonly Job<InitialiseResult> Job = Workshop.Initialise;
    private readonly TemporaryFolder _folder = new();

    public StoreTests() => Workshop.Run(Fresh(), 1, Job);

    public static TheoryData<string> Damages => ["result.json changed", "result.json missing", "job.json of another job", "SHA256SUMS missing", "SHA256SUMS nonsense"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_committed_entry_reads_back()
    {
        var store = Fresh();
        Assert.True(store.Contains(Job));
        Assert.Equal(new InitialiseResult(15_910), store.Result(Job));
        var entry = Assert.Single(store.Entries());
        Assert.Equal((Job.Key, Job.Describe().ToJsonString(), ProgramVersion.Current), (entry.Key, entry.Job!.ToJsonString(), entry.Version));
        Assert.True(entry.Bytes > 15_910 * sizeof(float));
        Assert.Equal([Job.Key], store.Match(Job.Key[..6]));
    }

    [Fact]
    public void An_entry_that_is_not_there_is_not_found()
    {
        Assert.False(Fresh().Contains(Workshop.Initialise with { Seed = 99 }));
        Assert.Throws<InvalidDataException>(() => Fresh().Result(Workshop.Initialise with { Seed = 99 }));
    }

    [Fact]
    public void A_removed_entry_is_gone()
    {
        var store = Fresh();
        Assert.True(store.Contains(Job));
        store.Remove(Job.Key);
        Assert.False(store.Contains(Job));
        Assert.Empty(store.Entries());
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_entry_is_refused_by_name_with_the_way_out(string damage)
    {
        Damage(damage);
        var refused = Assert.Throws<InvalidDataException>(() => Fresh().Contains(Job));
        Assert.Contains(Job.Key, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--repair", refused.Message, StringComparison.Ordinal);
        Assert.Contains(damage.Split(' ')[0], refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_entry_is_set_aside_and_computed_again_on_request(string damage)
    {
        var before = Workshop.Contents(Fresh());
        Damage(damage);
        Workshop.Run(new Store(_folder.FullPath, repair: true), 1, Job);
        Assert.Equal(before, Workshop.Contents(Fresh()));
        Assert.True(Directory.Exists(_folder.At("damaged", Job.Key + ".1")));
    }

    [Fact]
    public void An_artifact_that_is_missing_or_changed_is_refused_when_it_is_needed_and_repaired_on_request()
    {
        var artifact = Path.Combine(Fresh().EntryOf(Job.Key), Store.StateFile);
        var before = Workshop.Contents(Fresh());
        using (var file = File.OpenWrite(artifact)) file.WriteByte(1);
        Assert.Contains(Store.StateFile, Assert.Throws<InvalidDataException>(() => Fresh().FileOf(Job, Store.StateFile)).Message, StringComparison.Ordinal);
        File.Delete(artifact);
        var missing = Assert.Throws<InvalidDataException>(() => Fresh().FileOf(Job, Store.StateFile));
        Assert.Contains($"{Store.StateFile} is missing", missing.Message, StringComparison.Ordinal);
        Assert.Contains(Job.Key, missing.Message, StringComparison.Ordinal);
        Workshop.Run(new Store(_folder.FullPath, repair: true), 1, Job);
        Assert.Equal(before, Workshop.Contents(Fresh()));
    }

    [Fact]
    public void While_one_holds_a_claim_nobody_else_gets_it()
    {
        var job = Workshop.Initialise with { Seed = 5 };
        using (var claim = Fresh().Claim(job).Claim)
        {
            Assert.NotNull(claim);
            var (second, holder) = Fresh().Claim(job);
            Assert.Null(second);
            Assert.Equal((job.Key, job.Title, Environment.ProcessId), (holder!.Key, holder.Title, holder.Process));
        }

        using var again = Fresh().Claim(job).Claim;
        Assert.NotNull(again);
    }

    [Fact]
    public void A_store_that_cannot_be_written_says_how_to_choose_another()
    {
        var file = _folder.At("file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<JobsFailedException>(() => Workshop.Run(new Store(Path.Combine(file, "store")), 1, Job));
        Assert.Contains("--store DIR", refused.Message, StringComparison.Ordinal);
    }

    private Store Fresh() => new(_folder.FullPath);

    private void Damage(string damage)
    {
        var entry = Fresh().EntryOf(Job.Key);
        var (result, description, sums) = (Path.Combine(entry, "result.json"), Path.Combine(entry, "job.json"), Path.Combine(entry, "SHA256SUMS"));
        switch (damage)
        {
            case "result.json changed":
                File.WriteAllText(result, """{"weights":1}""");
                break;
            case "result.json missing":
                File.Delete(result);
                break;
            case "job.json of another job":
                File.WriteAllText(description, Workshop.Prune.Describe().ToJsonString());
                File.Delete(sums);
                EntryChecksums.Write(entry, Directory.GetFiles(entry).Select(path => Path.GetFileName(path)));
                break;
            case "SHA256SUMS missing":
                File.Delete(sums);
                break;
            default:
                File.WriteAllText(sums, "nonsense\n");
                break;
        }
    }
}
