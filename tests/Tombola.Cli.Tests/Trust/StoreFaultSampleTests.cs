using Tombola.Reporting;

namespace Tombola.Cli.Tests.Trust;

/// <summary>Faults in a store as the command line tells them; all of them are tried in one process beside the store's own tests.</summary>
public sealed class StoreFaultSampleTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [ProgramFact("mkfifo")]
    public void A_pipe_in_the_place_of_a_file_blocks_nobody() => IsRefusedAndRepaired(entry =>
    {
        var path = Path.Combine(entry, "result.json");
        File.Delete(path);
        Shell.Do("mkfifo", path);
    });

    [Fact]
    public void A_link_to_itself_in_the_place_of_an_entrys_folder_is_set_aside() => IsRefusedAndRepaired(entry =>
    {
        var above = Path.GetDirectoryName(entry)!;
        Directory.Delete(above, recursive: true);
        File.CreateSymbolicLink(above, above);
    });

    [ProgramFact("setpriv", privileged: true)]
    public void An_entry_that_this_user_may_not_read_is_refused_and_set_aside()
    {
        SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);
        var entry = StoreFolder.EntryOf(_sandbox.StorePath, "path");
        Shell.Do("chown", "-R", "65534:65534", _sandbox.Root);
        foreach (var path in Long.Some([Path.Combine(entry, "result.json"), entry, Path.GetDirectoryName(entry)!, Path.Combine(entry, "SHA256SUMS")], 2))
        {
            Shell.Do("chmod", "000", path);
            IsOneSentence(AsNobody(SmallStudy.Command));
            var repaired = AsNobody([.. SmallStudy.Command, "--repair"]);
            Assert.True(repaired.Code == 0, $"{path}: {repaired}");
            Assert.Equal(SmallStudy.Undisturbed.Sums, StoreFolder.Sums(_sandbox.StorePath));
        }
    }

    private Ended AsNobody(params string[] command)
    {
        using var child = new Child("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Child.Program, Child.Assembly, .. command], _sandbox.Environment(("DOTNET_EnableDiagnostics", "0")));
        return child.End();
    }

    private void IsRefusedAndRepaired(Action<string> fault)
    {
        SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);
        fault(StoreFolder.EntryOf(_sandbox.StorePath, "path"));
        IsOneSentence(_sandbox.Run(SmallStudy.Command));
        var repaired = _sandbox.Run([.. SmallStudy.Command, "--repair"]);
        Assert.True(repaired.Code == 0, repaired.ToString());
        SmallStudy.Undisturbed.IsIn(_sandbox);
    }

    private static void IsOneSentence(Ended ended)
    {
        ended.FailsWith(1, "--repair");
        Assert.All(ended.Error.Split('\n'), line => Assert.InRange(line.Length, 0, 520));
        Assert.DoesNotContain(ended.Error.ToCharArray(), letter => char.IsControl(letter) && letter != '\n');
    }
}
