namespace Tombola.Cli.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ScriptTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [UnixFact(needs: "/bin/bash")]
    public void The_script_runs_through_a_link_and_from_another_folder()
    {
        var link = _sandbox.At("a link");
        File.CreateSymbolicLink(link, Path.Combine(Repository.Root, "tombola"));

        // Homes stay as they are: the script may have to build, and finds packages there.
        using var child = new Child(link, ["--version"], new Dictionary<string, string>(), folder: _sandbox.Root);
        var ended = child.End();
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(_sandbox.Run("--version").Output, ended.Output);
    }

    [UnixFact(needs: "/bin/bash")]
    public void Sources_of_the_future_are_built_once_and_changes_of_them_again()
    {
        var source = Checkout();
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow.AddDays(2));
        for (var start = 0; start < 3; start++) Assert.Equal(0, Start().Code);
        Assert.Equal(1, Builds());

        File.WriteAllText(source, "changed");
        for (var start = 0; start < 2; start++) Assert.Equal(0, Start().Code);
        Assert.Equal(2, Builds());

        File.WriteAllText(source, "changed once more");
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow.AddDays(2));
        Start();
        Assert.Equal(3, Builds());
        File.Delete(source);
        Start();
        Assert.Equal(4, Builds());
    }

    [UnixFact(needs: "/bin/bash")]
    public void A_checkout_that_may_not_be_written_runs_if_it_is_built_and_else_says_so()
    {
        Checkout();

        // A file where the folder must be made: nobody can write there, whoever runs the tests.
        File.WriteAllText(_sandbox.At("checkout/artifacts"), "");
        Start().FailsWith(1, "must be built", "may not write to");
        File.Delete(_sandbox.At("checkout/artifacts"));
        Assert.Equal(0, Start().Code);
        Assert.Equal(1, Builds());
        File.SetUnixFileMode(_sandbox.At("checkout/artifacts"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(0, Start().Code);
        Assert.Equal(1, Builds());
    }

    [UnixFact(needs: "/proc/self/status")]
    public void Standard_streams_that_are_closed_are_opened_before_anything_else_takes_their_numbers()
    {
        Checkout();
        Start();
        using var child = new Child("/bin/bash", ["-c", "\"$0\" <&- 2>&-", _sandbox.At("checkout/tombola")], Environment());
        Assert.Contains("/dev/null pipe", child.End().Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        using var mute = new Child("/bin/bash", ["-c", "exec \"$0\" models list >&-", Path.Combine(Repository.Root, "tombola")], new Dictionary<string, string>());
        mute.End().FailsWith(1, "Standard output cannot be written");
    }

    public void Dispose() => _sandbox.Dispose();

    /// <summary>The script with one source, and with a dotnet that counts its builds and shows what its streams are.</summary>
    private string Checkout()
    {
        var source = _sandbox.At("checkout/src/Tombola.Cli/Commands/Program.cs");
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        Directory.CreateDirectory(_sandbox.At("bin"));
        File.WriteAllText(source, "");
        foreach (var name in new[] { "Directory.Build.props", ".editorconfig" }) File.WriteAllText(_sandbox.At($"checkout/{name}"), "");
        File.Copy(Path.Combine(Repository.Root, "tombola"), _sandbox.At("checkout/tombola"));
        var dotnet = _sandbox.At("bin/dotnet");
        File.WriteAllText(dotnet, $"""
            #!/bin/bash
            case $1 in
                --list-sdks) echo "10.0.100 [/sdk]" ;;
                build) echo >>"{_sandbox.At("builds")}"; mkdir -p "{_sandbox.At("checkout/src/Tombola.Cli/bin/Release/net10.0")}"; touch "{_sandbox.At("checkout/src/Tombola.Cli/bin/Release/net10.0/Tombola.Cli.dll")}" ;;
                *) readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 ;;
            esac
            """);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return source;
    }

    private Ended Start()
    {
        using var child = new Child(_sandbox.At("checkout/tombola"), [], Environment());
        return child.End();
    }

    private int Builds() => File.ReadAllLines(_sandbox.At("builds")).Length;

    private Dictionary<string, string> Environment() => new() { ["PATH"] = $"{_sandbox.At("bin")}:{System.Environment.GetEnvironmentVariable("PATH")}" };
}
