using System.Collections.Concurrent;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>A training run that is stopped, in whatever way, ends with the bits of one that was not.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const int Tries = 4;
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(5.2);

    /// <summary>What each run leaves that nobody stops: checksums by command line, computed once.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<string>> Sums = new();

    private readonly Sandbox _sandbox = new();

    /// <summary>The run that is stopped: some seconds long.</summary>
    private string[] _train = ["train", "--preset", "lenet-glyphs", "--steps", "6000it", "--json"];

    public static TheoryData<string> Runs => [.. Long.Some(["--preset lenet-glyphs --steps 6000it", "--preset resnet20-cifar10 --scale tiny --steps 200000it"], 1)];

    [Theory, MemberData(nameof(Runs))]
    public void A_run_that_is_killed_again_and_again_ends_with_the_same_bits(string options)
    {
        _train = ["train", .. options.Split(' '), "--json"];
        var undisturbed = Undisturbed();
        var untilTraining = InterruptWithCheckpoint();
        var random = new Random();
        var log = new List<string> { $"interrupted after {untilTraining} ms" };
        for (var t = 0; t < Tries; t++)
        {
            var delay = random.Next(untilTraining * 3 / 2);
            using var child = _sandbox.Start(_train);
            child.Until(IsTraining);
            if (t == Tries - 1)
            {
                // While the process stands still its clock goes on, so that a checkpoint is due when it continues.
                child.Until(After(untilTraining));
                child.Pause(CheckpointInterval);
                delay = random.Next(40);
            }

            child.Until(After(delay));
            child.SendKill();
            log.Add($"{delay} ms: exit code {child.End().Code}, left {string.Join(", ", StoreFolder.Partial(_sandbox.StorePath).SelectMany(Directory.GetFiles).Select(Path.GetFileName))}");
        }

        var ended = _sandbox.Run(_train);
        Assert.True(ended.Code == 0, $"{string.Join("; ", log)}. {ended}");
        Assert.True(undisturbed == StoreFolder.Sums(_sandbox.StorePath), string.Join("; ", log));
        Assert.Contains(log, line => line.Contains("exit code 137", StringComparison.Ordinal));
    }

    [Fact]
    public void An_interrupted_run_goes_on_from_its_checkpoint_with_the_same_bits()
    {
        var undisturbed = Undisturbed();
        InterruptWithCheckpoint();
        var ended = _sandbox.Run(_train);
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(undisturbed, StoreFolder.Sums(_sandbox.StorePath));
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));
    }

    [Fact]
    public void A_checkpoint_that_was_half_written_at_the_kill_leaves_no_trace()
    {
        var undisturbed = Undisturbed();
        InterruptWithCheckpoint();
        File.WriteAllBytes(Path.Combine(Assert.Single(StoreFolder.Partial(_sandbox.StorePath)), "checkpoint.safetensors.part"), new byte[1000]);
        var ended = _sandbox.Run(_train);
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(undisturbed, StoreFolder.Sums(_sandbox.StorePath));
    }

    [Fact]
    public void A_damaged_checkpoint_is_not_believed()
    {
        var undisturbed = Undisturbed();
        InterruptWithCheckpoint();
        var checkpoint = Assert.Single(StoreFolder.Partial(_sandbox.StorePath).SelectMany(Directory.GetFiles));
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..1000]);
        var ended = _sandbox.Run(_train);
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(undisturbed, StoreFolder.Sums(_sandbox.StorePath));
    }

    public void Dispose() => _sandbox.Dispose();

    /// <summary>The initial weights are in the store, and the training job has its folder.</summary>
    private bool IsTraining() => StoreFolder.Partial(_sandbox.StorePath).Length > 0 && StoreFolder.Entries(_sandbox.StorePath).Length > 0;

    private static Func<bool> After(int milliseconds)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        return () => watch.ElapsedMilliseconds >= milliseconds;
    }

    /// <summary>Interrupts later and later, until the run has come as far as its first steps. Gives the time that took, in ms.</summary>
    private int InterruptWithCheckpoint()
    {
        for (var delay = 200; delay < 20_000; delay = delay * 3 / 2)
        {
            using var child = _sandbox.Start(_train);
            child.Until(IsTraining);
            child.Until(After(delay));
            child.SendInterrupt();
            child.End().FailsWith(3, "stopped", "run the same command to go on");
            if (StoreFolder.Partial(_sandbox.StorePath).SelectMany(Directory.GetFiles).FirstOrDefault() is not { } left) continue;
            Assert.Equal("checkpoint.safetensors", Path.GetFileName(left));
            return delay;
        }

        throw new TimeoutException("No checkpoint was left by a run of twenty seconds.");
    }

    private string Undisturbed() => Sums.GetOrAdd(string.Join(' ', _train), _ => new Lazy<string>(() =>
    {
        using var sandbox = new Sandbox();
        using var child = sandbox.Start(_train);
        var ended = child.End(TimeSpan.FromMinutes(10));
        Assert.True(ended.Code == 0, ended.ToString());
        return StoreFolder.Sums(sandbox.StorePath);
    })).Value;
}
