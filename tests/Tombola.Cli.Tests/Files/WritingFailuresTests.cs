using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class WritingFailuresTests : IDisposable
{
    private static readonly string[] Study = ["quickstart", "--steps", "20it", "--levels", "1", "--replicates", "1", "--set", "subsample=300", "--set", "points=5", "--json"];
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_store_below_a_file_is_refused_with_a_remedy()
    {
        File.WriteAllText(_sandbox.At("file"), "");
        _sandbox.Run([.. Study, "--store", _sandbox.At("file/store")]).FailsWith(1, _sandbox.At("file/store"), "--store DIR");
    }

    [UnixFact(needs: "/proc/self/status")]
    public void A_store_where_no_folder_can_be_made_is_refused_with_a_remedy() =>
        _sandbox.Run([.. Study, "--store", "/proc/tombola"]).FailsWith(1, "/proc/tombola", "--store DIR");

    [UnixFact(needs: "/bin/bash")]
    public void A_limit_on_the_size_of_files_is_explained_and_the_same_command_completes_without_it()
    {
        // The shell's limit of 64 kB a file: the initial weights, a megabyte, do not fit.
        using var limited = new Child("/bin/bash", ["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", Child.Program, Child.Assembly, .. Study], _sandbox.Environment(("DOTNET_EnableWriteXorExecute", "0")));
        limited.End().FailsWith(1, _sandbox.StorePath, "free space", "run the same command again");
        StoreFolder.AssertSound(_sandbox.StorePath);
        Completes();
    }

    [SmallDiskFact]
    public void A_full_disk_is_explained_and_the_same_command_completes_when_there_is_space()
    {
        var store = _sandbox.StorePath;
        using var disk = new SmallDisk(store, "size=4m");
        _sandbox.Run(Study).FailsWith(1, store, "free space", "run the same command again");
        Assert.NotEmpty(StoreFolder.Entries(store));
        StoreFolder.AssertSound(store);
        disk.Remount("size=64m");
        Completes();
    }

    public void Dispose() => _sandbox.Dispose();

    private void Completes()
    {
        var rows = _sandbox.Json(Study).GetProperty("rows").GetRawText();
        Assert.Equal(_sandbox.Json([.. Study, "--store", _sandbox.At("other")]).GetProperty("rows").GetRawText(), rows);
        Assert.Equal(StoreFolder.Sums(_sandbox.At("other")), StoreFolder.Sums(_sandbox.StorePath));
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));
    }
}
