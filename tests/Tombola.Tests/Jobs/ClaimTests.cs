using System.Diagnostics;
using Tombola.Engine.Foreign;
using Tombola.Jobs;
using Tombola.Jobs.Claims;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class ClaimTests : IDisposable
{
    private static readonly Job Job = Workshop.Initialise;
    private static readonly TimeSpan Long = ClaimTable.Patience + TimeSpan.FromSeconds(1);
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    private string Root => _folder.At("claims", Job.Key);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_claim_that_was_given_back_leaves_nothing()
    {
        Table().TryTake(Job.Key, Job.Title).Claim!.Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("claims")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("partial")));
    }

    [Fact]
    public void The_claim_of_a_process_that_is_gone_from_this_machine_is_taken_over_at_once()
    {
        Write(Gone());
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim;
        Assert.NotNull(claim);
        Assert.Null(Table().TryTake(Job.Key, Job.Title).Claim);
    }

    [Fact]
    public void The_number_of_a_dead_process_that_was_given_to_another_does_not_keep_its_claim()
    {
        Write(Owner.Self with { Started = "1" });
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim;
        Assert.NotNull(claim);
    }

    [Fact]
    public void The_claim_of_another_machine_is_believed_until_it_was_silent_for_long_by_our_own_clock()
    {
        Write(Elsewhere);
        var table = Table();
        var (claim, holder) = table.TryTake(Job.Key, Job.Title);
        Assert.Null(claim);
        Assert.Equal(("node7", 4711), (holder!.Owner.Host, holder.Owner.Process));
        _clock.Pass(ClaimTable.Patience / 2);
        Assert.Null(table.TryTake(Job.Key, Job.Title).Claim);
        _clock.Pass(Long);
        using var taken = table.TryTake(Job.Key, Job.Title).Claim;
        Assert.NotNull(taken);
    }

    [Theory]
    [InlineData(-36_500)]
    [InlineData(36_500)]
    public void A_clock_that_jumps_takes_no_claim_from_anybody(int days)
    {
        Write(Elsewhere);
        var table = Table();
        Assert.Null(table.TryTake(Job.Key, Job.Title).Claim);
        _clock.Wall = _clock.Wall.AddDays(days);
        Assert.Null(table.TryTake(Job.Key, Job.Title).Claim);
    }

    [Fact]
    public void A_sign_of_life_keeps_a_claim()
    {
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim!;
        var table = Table();
        for (var i = 0; i < 5; i++)
        {
            claim.Beat(i / 10.0);
            Assert.Null(table.TryTake(Job.Key, Job.Title).Claim);
            _clock.Pass(ClaimTable.Patience * 0.9);
        }

        Assert.False(claim.IsLost);
        Assert.Equal(0.4, table.Alive().Single().Progress);
    }

    [Fact]
    public void A_process_that_stands_still_loses_its_claim_and_learns_of_it()
    {
        using var still = Table().TryTake(Job.Key, Job.Title).Claim!;
        using var claim = TakeOver();
        Assert.True(still.IsLost);
        still.Beat(0.5);
        still.Dispose();
        Assert.False(claim.IsLost);
        Assert.Null(Table().TryTake(Job.Key, Job.Title).Claim);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Of_many_who_take_over_at_once_exactly_one_gets_the_claim(int dead)
    {
        // A chain of takers of whom all died.
        Directory.CreateDirectory(_folder.At("claims"));
        var last = Root;
        for (var i = 0; i < dead; i++)
        {
            var record = Record(Gone());
            Assert.True(record.TryCreate(last));
            last = $"{Root}.{record.Nonce}";
        }

        for (var round = 0; round < 20; round++)
        {
            using var start = new Barrier(8);
            var claims = new JobClaim?[8];
            var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                claims[i] = Table().TryTake(Job.Key, Job.Title).Claim;
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            var claim = Assert.Single(claims, claim => claim is not null)!;
            Assert.False(claim.IsLost);
            Assert.Equal([claim.Folder], Directory.GetFileSystemEntries(_folder.At("partial")));
            if (round == 10) Die(claim);
            else claim.Dispose();
        }

        void Die(JobClaim claim)
        {
            // As if its process had been killed: the folder stays, and so does the claim.
            foreach (var path in Directory.GetFiles(_folder.At("claims"))) Rewrite(path);
            Directory.CreateDirectory(claim.Folder);
        }
    }

    [Fact]
    public void What_a_dead_process_left_is_taken_along_if_it_has_a_checkpoint()
    {
        var record = Write(Gone());
        var left = Directory.CreateDirectory(_folder.At("partial", $"{Job.Key}.{record.Nonce}")).FullName;
        File.WriteAllText(Path.Combine(left, CheckpointFile.FileName), "checkpoint");
        using (var claim = Table().TryTake(Job.Key, Job.Title).Claim!)
        {
            Assert.Equal("checkpoint", File.ReadAllText(Path.Combine(claim.Folder, CheckpointFile.FileName)));
            Assert.False(Directory.Exists(left));
        }

        // Given back, it waits under the job's own name.
        Assert.True(File.Exists(_folder.At("partial", Job.Key, CheckpointFile.FileName)));
        using var again = Table().TryTake(Job.Key, Job.Title).Claim!;
        Assert.True(File.Exists(Path.Combine(again.Folder, CheckpointFile.FileName)));
    }

    [Fact]
    public void What_a_dead_process_left_without_a_checkpoint_goes()
    {
        var record = Write(Gone());
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.At("partial", $"{Job.Key}.{record.Nonce}")).FullName, "half"), "half");
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim!;
        Assert.Empty(Directory.GetFileSystemEntries(claim.Folder));
        Assert.Single(Directory.GetFileSystemEntries(_folder.At("partial")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"key\":\"")]
    [InlineData("null")]
    [InlineData("{\"nonce\":\"../../x\",\"key\":\"a\",\"title\":\"b\",\"owner\":{\"host\":\"c\",\"place\":\"d\",\"process\":1,\"started\":\"e\"}}")]
    public void A_claim_that_cannot_be_read_is_respected_for_a_while(string text)
    {
        Directory.CreateDirectory(_folder.At("claims"));
        File.WriteAllText(Root, text);
        var table = Table();
        Assert.Null(table.TryTake(Job.Key, Job.Title).Claim);
        _clock.Pass(Long);
        using (var claim = table.TryTake(Job.Key, Job.Title).Claim) Assert.NotNull(claim);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("claims")));
    }

    [Fact]
    public void Links_that_lie_in_wait_are_not_followed()
    {
        var victim = _folder.At("victim");
        Directory.CreateDirectory(victim);
        File.WriteAllText(Path.Combine(victim, CheckpointFile.FileName), "mine");
        Directory.CreateDirectory(_folder.At("partial"));
        Directory.CreateSymbolicLink(_folder.At("partial", Job.Key), victim);
        using (var claim = Table().TryTake(Job.Key, Job.Title).Claim!) Assert.Empty(Directory.GetFileSystemEntries(claim.Folder));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(victim, CheckpointFile.FileName)));

        File.CreateSymbolicLink(Root, Path.Combine(victim, "new"));
        Assert.Null(Table().TryTake(Job.Key, Job.Title).Claim);
        Assert.Single(Directory.GetFileSystemEntries(victim));
    }

    [Fact]
    public void A_claim_that_cannot_have_its_folder_is_not_kept()
    {
        File.WriteAllText(_folder.At("partial"), "");
        Assert.ThrowsAny<IOException>(() => Table().TryTake(Job.Key, Job.Title));
        File.Delete(_folder.At("partial"));
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim;
        Assert.NotNull(claim);
    }

    [Fact]
    public void A_claim_that_was_spoiled_while_its_holder_lives_costs_the_holder_nothing()
    {
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim!;
        File.WriteAllText(Root, "");
        claim.Beat(0.5);
        Assert.False(claim.IsLost);
        File.Delete(Root);
        claim.Beat(0.6);
        Assert.False(claim.IsLost);
    }

    [Fact]
    public void A_checkpoint_whose_claim_did_not_survive_is_found_all_the_same()
    {
        var left = Directory.CreateDirectory(_folder.At("partial", $"{Job.Key}.0123456789abcdef")).FullName;
        File.WriteAllText(Path.Combine(left, CheckpointFile.FileName), "checkpoint");
        using (var early = Table().TryTake(Job.Key, Job.Title).Claim!) Assert.Empty(Directory.GetFiles(early.Folder));
        Directory.SetLastWriteTimeUtc(left, DateTime.UtcNow - Long);
        using var claim = Table().TryTake(Job.Key, Job.Title).Claim!;
        Assert.Equal("checkpoint", File.ReadAllText(Path.Combine(claim.Folder, CheckpointFile.FileName)));
        Assert.Equal([claim.Folder], Directory.GetFileSystemEntries(_folder.At("partial")));
    }

    [Fact]
    public void A_process_that_may_be_hidden_from_us_is_not_gone()
    {
        Assert.True(Processes.MayExist(Environment.ProcessId));
        Assert.True(Processes.MayExist(1));
        Assert.False(Processes.MayExist(Gone().Process));
    }

    [Fact]
    public void Only_the_living_are_listed()
    {
        Write(Gone());
        using var claim = Table().TryTake(Workshop.Dense.Key, Workshop.Dense.Title).Claim!;
        var running = Assert.Single(new Store(_folder.FullPath).Running());
        Assert.Equal((Workshop.Dense.Key, Workshop.Dense.Title, Environment.MachineName, Environment.ProcessId), (running.Key, running.Title, running.Host, running.Process));
        _clock.Wall = DateTimeOffset.UtcNow + Long;
        Assert.Empty(new Store(_folder.FullPath, false, _clock).Running());
    }

    [Fact]
    public void A_job_that_is_taken_over_while_it_runs_is_computed_once_more_and_not_a_failure()
    {
        JobClaim? taken = null;
        var tries = 0;
        var job = new TallyJob
        {
            Number = 1,
            Act = _ =>
            {
                // The first time another process takes over and gives up later; writing fails then.
                if (tries++ == 0) taken = TakeOver(Tally());
                else taken!.Dispose();
            },
        };
        using var giveUp = new Timer(_ => taken?.Dispose(), null, 500, Timeout.Infinite);
        Workshop.Run(new Store(_folder.FullPath), 1, job);
        Assert.Equal(2, tries);
        Assert.True(new Store(_folder.FullPath).Contains(job));

        static Job Tally() => new TallyJob { Number = 1 };
    }

    [Fact]
    public void What_the_dead_left_of_finished_jobs_is_swept()
    {
        var store = new Store(_folder.FullPath);
        Workshop.Run(store, 1, Job);
        var record = Write(Gone());
        Directory.CreateDirectory(_folder.At("partial", $"{Job.Key}.{record.Nonce}"));
        Directory.CreateDirectory(_folder.At("partial", $"{Workshop.Prune.Key}.0123.removed"));
        Workshop.Run(store, 1, new TallyJob { Number = 1 });
        Directory.CreateDirectory(_folder.At("partial", $"{Job.Key}.without-a-claim"));
        Workshop.Run(store, 1, new TallyJob { Number = 2 });
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("claims")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("partial")));
    }

    private static Owner Elsewhere => new("node7", "another start", 4711, "1");

    /// <summary>A process that ran here and has ended.</summary>
    private static Owner Gone()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        process.WaitForExit();
        return Owner.Self with { Process = process.Id };
    }

    private static ClaimRecord Record(Owner owner) => new(Job.Key, Job.Title, owner, Guid.NewGuid().ToString("N"), DateTime.UtcNow, 3, 0.2);

    private static void Rewrite(string path)
    {
        var record = ClaimRecord.TryRead(path)!;
        File.Delete(path);
        Assert.True((record with { Owner = Gone() }).TryCreate(path));
    }

    private ClaimRecord Write(Owner owner)
    {
        Directory.CreateDirectory(_folder.At("claims"));
        var record = Record(owner);
        Assert.True(record.TryCreate(Root));
        return record;
    }

    private ClaimTable Table() => new(_folder.FullPath, ClaimTable.Patience, _clock);

    /// <summary>As another process does that has heard nothing of the holder for long.</summary>
    private JobClaim TakeOver(Job? job = null)
    {
        var table = Table();
        Assert.Null(table.TryTake((job ?? Job).Key, "").Claim);
        _clock.Pass(Long);
        return table.TryTake((job ?? Job).Key, "").Claim!;
    }
}
