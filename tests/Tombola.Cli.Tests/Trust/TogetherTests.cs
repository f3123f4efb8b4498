using Tombola.Reporting;

namespace Tombola.Cli.Tests.Trust;

/// <summary>Many processes share one store, and some of them are killed.</summary>
public sealed class TogetherTests : IDisposable
{
    /// <summary>Three studies that share most of their jobs.</summary>
    private static readonly string[][] Studies = [SmallStudy.Command, [.. SmallStudy.Command, "--levels", "2"], [.. SmallStudy.Command, "--seed", "2"]];

    private readonly Sandbox _together = new(), _alone = new();

    public void Dispose()
    {
        _together.Dispose();
        _alone.Dispose();
    }

    [Fact]
    public void Six_processes_of_overlapping_studies_make_what_one_alone_makes_though_two_are_killed()
    {
        string[][] studies = [.. Studies.Select(Once)];
        foreach (var study in studies) _alone.Json(study);
        var random = new Random();
        for (var round = 0; round < Long.Count(1, 20); round++)
        {
            Child[] children = [.. Enumerable.Range(0, 6).Select(i => _together.Start(studies[i % 3]))];
            try
            {
                foreach (var victim in children[..2])
                {
                    var (entries, watch, delay) = (StoreFolder.Entries(_together.StorePath).Length, System.Diagnostics.Stopwatch.StartNew(), random.Next(300));
                    victim.Until(() => StoreFolder.Entries(_together.StorePath).Length > entries && watch.ElapsedMilliseconds > delay);
                    victim.SendKill();
                }

                foreach (var child in children[..2]) child.End();
                foreach (var child in children[2..])
                {
                    var ended = child.End();
                    Assert.True(ended.Code == 0, ended.ToString());
                }
            }
            finally
            {
                foreach (var child in children) child.Dispose();
            }

            foreach (var study in studies) _together.Json(study);
            Assert.Equal(StoreFolder.Sums(_alone.StorePath), StoreFolder.Sums(_together.StorePath));
            StoreFolder.AssertSound(_together.StorePath);
            StoreFolder.AssertNothingUnfinished(_together.StorePath);
            if (Long.IsWanted) Directory.Delete(_together.StorePath, recursive: true);
        }
    }

    [UnixFact(needs: "/proc/self/status")]
    public void Who_waits_for_a_process_that_stands_still_says_for_whom()
    {
        string[] train = ["train", "--preset", "lenet-glyphs", "--set", "subsample=200", "--steps", "2000it", "--json"];
        using var still = _together.Start(train);
        still.Until(() => StoreFolder.Entries(_together.StorePath).Length > 0 && StoreFolder.Partial(_together.StorePath).Length > 0);
        still.Stop();
        using (var waiting = _together.Start(train))
        {
            waiting.Until(() => waiting.ErrorSoFar.Contains($"waiting for process {still.Id} on {Environment.MachineName}", StringComparison.Ordinal));
            Assert.Contains($"waiting for process {still.Id}", waiting.ErrorSoFar, StringComparison.Ordinal);
            Assert.Contains("computes 'train mnist_lenet", waiting.ErrorSoFar, StringComparison.Ordinal);
            still.Continue();
            var (first, second) = (still.End(), waiting.End());
            Assert.True((first.Code, second.Code) == (0, 0), $"{first} {second}");
            Assert.Equal(first.Output, second.Output);
        }

        StoreFolder.AssertNothingUnfinished(_together.StorePath);
    }

    /// <summary>An option that is given twice counts in the form that was given last.</summary>
    private static string[] Once(string[] study)
    {
        var at = Array.IndexOf(study, "--levels");
        return Array.LastIndexOf(study, "--levels") is var last && last > at ? [.. study[..at], .. study[(at + 2)..]] : study;
    }
}
