using System.Text.RegularExpressions;

namespace Tombola.Cli.Tests;

/// <summary>What a person reads at the terminal, to the letter, in <c>Golden/NAME.txt</c>: only times and paths are left open. With TOMBOLA_GOLDEN=write the files are written.</summary>
public sealed partial class GoldenOutputTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("models", "models", "list")]
    [InlineData("pruning", "pruning", "list")]
    [InlineData("instability", "study", "run", "lmc/fig3", "--preset", "lenet-glyphs", "--scale", "tiny", "--steps", "800it", "--at", "0,8it", "--replicates", "2", "--workers", "2", "--set", "subsample=300", "--set", "points=3", "--set", "model=mnist_lenet_20")]
    [InlineData("train", "train", "--steps", "60it", "--set", "subsample=300", "--set", "model=mnist_lenet_20", "--keep", "0,30it")]
    public void The_output_is_the_golden_one(string name, params string[] arguments)
    {
        var ended = _sandbox.Run(arguments);
        Assert.True(ended.Code == 0, ended.ToString());
        var output = Report().Replace(Times().Replace(ended.Output.Replace(_sandbox.StorePath, "STORE", StringComparison.Ordinal).ReplaceLineEndings("\n"), "TIME"), "REPORT");
        var golden = Path.Combine(Repository.Root, "tests", "Tombola.Cli.Tests", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("TOMBOLA_GOLDEN") == "write") File.WriteAllText(golden, output);
        Assert.Equal(File.ReadAllText(golden).ReplaceLineEndings("\n"), output);
    }

    // Its name has the version in it.
    [GeneratedRegex(@"(?<=reports/)[a-z0-9-]+-[0-9a-f]{12}")]
    private static partial Regex Report();

    [GeneratedRegex(@"\b[0-9.]+ (s|min)\b")]
    private static partial Regex Times();
}
