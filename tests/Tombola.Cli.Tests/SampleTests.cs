namespace Tombola.Cli.Tests;

/// <summary>The programs in <c>samples/</c> run as a user would run them.</summary>
public sealed class SampleTests : IDisposable
{
    /// <summary>As the tests were built, since the library is there in that configuration.</summary>
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    /// <summary>Each is built anew, which takes longer than it runs: two a day.</summary>
    public static TheoryData<string, string[]> Samples
    {
        get
        {
            var samples = new TheoryData<string, string[]>();
            (string, string[])[] all =
            [
                ("ticket.cs", ["level 5: 16.8 % of the weights", "barrier between two copies of the last ticket: "]),
                ("strategy.cs", ["magnitude, global: ", "relative-magnitude, global: ", "magnitude, square-root: "]),
                ("network.cs", ["plain_8@1x12x20:5: ", "index.html"]),
                ("study.cs", ["Of the dense network's weights ", "own-signs"]),
            ];
            foreach (var (sample, parts) in Long.Some(all, 2)) samples.Add(sample, parts);
            return samples;
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_says_what_it_found(string sample, string[] parts)
    {
        // The library is built already; building it again would disturb the tests beside this one.
        using var child = new Child(
            Child.Program, ["run", "-c", Configuration, "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=true", Path.Combine(Repository.Root, "samples", sample), _sandbox.StorePath], Environment());
        var ended = child.End(TimeSpan.FromMinutes(5));
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.All(parts, part => Assert.Contains(part, ended.Output, StringComparison.Ordinal));
    }

    /// <summary>The home is that of the tests' own user, where the packages are; data and results are the sandbox's.</summary>
    private Dictionary<string, string> Environment() => _sandbox.Environment().Where(variable => variable.Key.StartsWith("TOMBOLA_", StringComparison.Ordinal)).ToDictionary();
}
