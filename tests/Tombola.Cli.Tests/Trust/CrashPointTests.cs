namespace Tombola.Cli.Tests.Trust;

/// <summary>A small job is killed before each system call by which it changes its store.</summary>
public sealed class CrashPointTests(Xunit.Abstractions.ITestOutputHelper log) : IDisposable
{
    private static readonly string[] Calls = ["rename", "mkdir", "unlink", "rmdir", "link", "pwrite64", "fsync", "write"];
    private static readonly string[] Train = ["train", "--preset", "lenet-glyphs", "--set", "subsample=200", "--steps", "20it", "--keep", "10it", "--json"];
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [ProgramFact("strace")]
    public void A_job_that_is_killed_at_any_change_of_its_store_ends_with_the_same_bytes()
    {
        if (!CanTrace())
        {
            log.WriteLine("This user may not trace a process; nothing was tried.");
            return;
        }

        var points = Points();
        var undisturbed = StoreFolder.Sums(_sandbox.StorePath);
        var (tried, killed) = (0, 0);
        foreach (var (call, number) in Long.Some(points, 4))
        {
            Directory.Delete(_sandbox.StorePath, recursive: true);
            var history = $"{call} {number}";
            var ended = Trace("-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={number}");
            if (ended.Code != 0) killed++;
            StoreFolder.AssertSound(_sandbox.StorePath);
            Assert.DoesNotContain("  SHA256SUMS", StoreFolder.Sums(_sandbox.StorePath), StringComparison.Ordinal);
            ended = _sandbox.RunHere(Train);
            Assert.True(ended.Code == 0, $"{history}: {ended}");
            Assert.True(undisturbed == StoreFolder.Sums(_sandbox.StorePath), $"{history}: other bytes");
            StoreFolder.AssertNothingUnfinished(_sandbox.StorePath, history);
            tried++;
        }

        log.WriteLine($"{tried} of {points.Count} points, {killed} kills, all with the undisturbed bytes");
        Assert.True(killed > tried / 2, $"Only {killed} of {tried} points were reached.");
    }

    private static bool CanTrace() => Shell.Run("strace", "-o", "/dev/null", "true").Code == 0;

    /// <summary>Every call of every kind that one thread makes; strace counts for each thread.</summary>
    private List<(string Call, int Number)> Points()
    {
        var trace = _sandbox.At("trace");
        var ended = Trace("-e", $"trace={string.Join(',', Calls)}", "-o", trace);
        Assert.True(ended.Code == 0, ended.ToString());
        var most = File.ReadLines(trace).Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries)).Where(words => words.Length == 2 && words[1].Contains('(', StringComparison.Ordinal))
            .GroupBy(words => (Thread: words[0], Call: words[1][..words[1].IndexOf('(', StringComparison.Ordinal)]))
            .GroupBy(thread => thread.Key.Call, thread => thread.Count()).Where(call => Calls.Contains(call.Key)).Select(call => (Call: call.Key, Most: call.Max()));
        return [.. most.OrderBy(call => call.Call, StringComparer.Ordinal).SelectMany(call => Enumerable.Range(1, call.Most).Select(number => (call.Call, number)))];
    }

    private Ended Trace(params string[] options)
    {
        string[] output = options.Contains("-o") ? [] : ["-o", "/dev/null"];
        using var child = new Child("strace", ["-f", .. output, .. options, Child.Program, Child.Assembly, .. Train], _sandbox.Environment(("DOTNET_EnableDiagnostics", "0")));
        return child.End();
    }
}
