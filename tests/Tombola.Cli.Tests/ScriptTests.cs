namespace Tombola.Cli.Tests;

public sealed class ScriptTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [UnixFact(needs: "/bin/bash")]
    public void The_script_runs_through_a_link_and_from_another_folder()
    {
        var link = _sandbox.At("a link");
        File.CreateSymbolicLink(link, Path.Combine(Root(), "tombola"));

        // Homes stay as they are: the script may have to build, and finds packages there.
        using var child = new Child(link, ["--version"], new Dictionary<string, string>(), folder: _sandbox.Root);
        var ended = child.End();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(_sandbox.Run("--version").Output, ended.Output);
    }

    public void Dispose() => _sandbox.Dispose();

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tombola.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests are not below the repository.");
    }
}
