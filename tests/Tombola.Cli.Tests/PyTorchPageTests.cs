using System.Text.RegularExpressions;
using Tombola.Tests.Interchange;

namespace Tombola.Cli.Tests;

/// <summary>The code of docs/pytorch.md runs from top to bottom, its Python in one session and its commands between.</summary>
public sealed partial class PyTorchPageTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [TorchFact]
    public void The_page_runs_from_top_to_bottom()
    {
        // Commands are run on the built-in glyphs with a narrow network, briefly; the page speaks of MNIST and of studies at full length.
        var script = new List<string> { "import os, subprocess", $"os.chdir({Quoted(_sandbox.Root)})", RunShell };
        foreach (Match block in Blocks().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "pytorch.md"))))
        {
            script.Add(block.Groups[1].Value == "python" ? block.Groups[2].Value.Replace("LeNet(300, 100)", "LeNet(20)", StringComparison.Ordinal) : string.Join('\n', Commands(block.Groups[2].Value).Select(command => $"shell({Quoted(command)})")));
        }

        Assert.Contains("done", Python.Run(string.Join('\n', script) + "\nprint('done')"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Commands(string block)
    {
        var program = $"'{Child.Program}' '{Child.Assembly}'";
        foreach (var line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var command = line.Split('#')[0].Trim();
            var (study, options) = (command.Contains(" quickstart ", StringComparison.Ordinal), " --set subsample=300 --set steps=30it --set points=3 --set model=mnist_lenet_20 --levels 5 --replicates 1");
            if (study && command.Contains("--what trained", StringComparison.Ordinal)) yield return $"{program} quickstart{options}";
            yield return command.Replace("tombola ", $"{program} ", StringComparison.Ordinal) + (study ? options
                : command.Contains(" train ", StringComparison.Ordinal) ? " --set data=glyphs --set subsample=300 --set steps=30it"
                : command.Contains(" branch ", StringComparison.Ordinal) ? " --set data=glyphs --set subsample=300 --set steps=30it --set points=3 --replicates 1"
                : " --set data=glyphs --set subsample=300");
        }
    }

    private static string Quoted(string text) => $"'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private const string RunShell = """
        def shell(command):
            ended = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ, "TOMBOLA_STORE": os.path.abspath("store")})
            assert ended.returncode == 0, command + "\n" + ended.stdout + ended.stderr
        """;

    [GeneratedRegex(@"^```(python|sh)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
