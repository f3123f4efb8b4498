using System.Security.Cryptography;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>An entry is exactly what its job wrote, and two who write the same one check each other.</summary>
public sealed class EntryCommitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_entry_has_exactly_the_files_that_its_list_names_and_they_have_its_sums()
    {
        Workshop.Run(Fresh(), 2, Workshop.Walk);
        foreach (var entry in Fresh().Entries())
        {
            var lines = File.ReadAllLines(Path.Combine(entry.Folder, "SHA256SUMS"));
            Assert.Equal(Directory.GetFiles(entry.Folder).Select(Path.GetFileName).Where(name => name != "SHA256SUMS").Order(StringComparer.Ordinal), lines.Select(line => line[66..]));
            Assert.All(lines, line => Assert.Equal(line[..64], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(entry.Folder, line[66..]))))));
            Assert.Equal(entry.Key, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(entry.Folder, "job.json")))));
            Assert.Equal(ProgramVersion.Current, entry.Version);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_lies_in_the_folder_of_an_interrupted_job_is_no_part_of_the_entry(bool whileRunning)
    {
        Workshop.Run(Fresh(), 1, Tally());
        var whole = Workshop.Contents(Fresh());
        Fresh().Remove(Tally().Key);
        if (!whileRunning) Litter(_folder.At("partial", Tally().Key));
        Workshop.Run(Fresh(), 1, Tally(context =>
        {
            if (whileRunning) Litter(context.Folder);
            else Assert.Empty(Directory.GetFileSystemEntries(context.Folder));
        }));
        Assert.Equal(whole, Workshop.Contents(Fresh()));

        static void Litter(string folder)
        {
            Directory.CreateDirectory(Path.Combine(folder, "a folder"));
            File.WriteAllText(Path.Combine(folder, "SHA256SUMS"), "old");
            File.WriteAllText(Path.Combine(folder, "note.txt"), "note");
            File.WriteAllText(Path.Combine(folder, "checkpoint.safetensors"), "no checkpoint");
            File.CreateSymbolicLink(Path.Combine(folder, "result.json"), "/nowhere");
        }
    }

    [Fact]
    public void A_link_under_the_name_of_a_file_of_the_entry_is_not_written_through()
    {
        var victim = _folder.At("victim");
        File.WriteAllText(victim, "mine");
        Workshop.Run(Fresh(), 1, Tally(context =>
        {
            foreach (var name in new[] { "job.json", "result.json", "SHA256SUMS" }) File.CreateSymbolicLink(context.PathOf(name), victim);
        }));
        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.All(Directory.GetFiles(Fresh().EntryOf(Tally().Key)), path => Assert.Null(new FileInfo(path).LinkTarget));
    }

    [Fact]
    public void A_job_that_was_interrupted_before_its_renaming_is_not_computed_again()
    {
        Workshop.Run(Fresh(), 1, Tally());
        var whole = Workshop.Contents(Fresh());
        Directory.Move(Fresh().EntryOf(Tally().Key), _folder.At("partial", Tally().Key));
        Workshop.Run(Fresh(), 1, Tally(_ => Assert.Fail("It was computed again.")));
        Assert.Equal(whole, Workshop.Contents(Fresh()));
    }

    [Fact]
    public void What_stands_in_the_place_of_an_entry_s_folder_fails_this_job_alone_and_its_work_is_kept()
    {
        var above = _folder.At(Tally().Key[..2]);
        var beside = new TallyJob { Number = 2 };
        Assert.NotEqual(Tally().Key[..2], beside.Key[..2]);
        var failure = Assert.Single(new LocalExecutor(Fresh(), Workshop.Data, 1).Try([Tally(_ => File.WriteAllText(above, "in the way")), beside], null, CancellationToken.None).Failures);
        Assert.Equal(Tally().Key, failure.Key);
        Assert.True(Fresh().Contains(beside));
        File.Delete(above);
        Workshop.Run(Fresh(), 1, Tally(_ => Assert.Fail("It was computed again.")));
        Assert.True(Fresh().Contains(Tally()));
    }

    [Fact]
    public void An_entry_that_another_process_made_meanwhile_with_the_same_bytes_counts_as_reproduced()
    {
        var outcome = Run(Tally(_ => RunUnseen()));
        Assert.Equal((1, 0), (outcome.Reproduced, outcome.Failures.Count));
        Assert.True(Fresh().Contains(Tally()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("partial")));
    }

    [Fact]
    public void Another_version_of_the_program_may_reproduce_a_result()
    {
        var outcome = Run(Tally(_ =>
        {
            RunUnseen();
            Change(line => line.Replace(ProgramVersion.Current, "0.0.9", StringComparison.Ordinal));
        }));
        Assert.Equal((1, 0), (outcome.Reproduced, outcome.Failures.Count));
        Assert.Equal("0.0.9", Fresh().VersionOf(Tally()));
    }

    [Fact]
    public void An_entry_with_other_bytes_is_a_loud_failure_that_names_both()
    {
        var failure = Assert.Single(Run(Tally(_ =>
        {
            RunUnseen();
            Change(line => line.Replace("\"number\":1", "\"number\":2", StringComparison.Ordinal));
        })).Failures);
        Assert.Contains("different bytes", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains(Fresh().EntryOf(Tally().Key), failure.Sentence, StringComparison.Ordinal);
        var aside = Assert.Single(Directory.GetDirectories(_folder.At("damaged")));
        Assert.Contains(aside, failure.Sentence, StringComparison.Ordinal);
        Assert.Equal(2, Fresh().Result(Tally()).Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Something_unsound_in_the_place_of_the_entry_is_repaired_only_on_request(bool repair)
    {
        var outcome = new LocalExecutor(new Store(_folder.FullPath, repair), Workshop.Data, 1).Try(
            [Tally(_ => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Fresh().EntryOf(Tally().Key)).FullName, "note"), "note"))], null, CancellationToken.None);
        Assert.Equal(repair ? 0 : 1, outcome.Failures.Count);
        if (repair) Assert.True(Fresh().Contains(Tally()));
        else Assert.Contains("--repair", outcome.Failures[0].Sentence, StringComparison.Ordinal);
    }

    private Store Fresh() => new(_folder.FullPath);

    /// <summary>Computes the job as another process that cannot see our claim, as on a disk that shows new files late.</summary>
    private void RunUnseen()
    {
        Directory.Move(_folder.At("claims"), _folder.At("hidden"));
        Workshop.Run(Fresh(), 1, Tally());
        Directory.Delete(_folder.At("claims"), recursive: true);
        Directory.Move(_folder.At("hidden"), _folder.At("claims"));
    }

    private static TallyJob Tally(Action<JobContext>? act = null) => new() { Number = 1, Act = act ?? (_ => { }) };

    private JobsOutcome Run(Job job) => new LocalExecutor(Fresh(), Workshop.Data, 1).Try([job], null, CancellationToken.None);

    /// <summary>Changes the result in the entry, sums included, as a machine that miscomputes would.</summary>
    private void Change(Func<string, string> change)
    {
        var entry = Fresh().EntryOf(Tally().Key);
        var result = Path.Combine(entry, "result.json");
        var text = change(File.ReadAllText(result));
        Assert.NotEqual(File.ReadAllText(result), text);
        File.WriteAllText(result, text);
        File.Delete(Path.Combine(entry, "SHA256SUMS"));
        EntryChecksums.Write(entry, ["job.json", "result.json"]);
    }
}
