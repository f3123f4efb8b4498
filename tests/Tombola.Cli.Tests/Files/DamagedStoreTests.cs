using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class DamagedStoreTests : IDisposable
{
    private static readonly string[] Train = ["train", "--preset", "lenet-glyphs", "--steps", "20it", "--json"];
    private readonly Sandbox _sandbox = new();
    private readonly string _sums;

    public DamagedStoreTests()
    {
        _sandbox.JsonHere(Train);
        _sums = StoreFolder.Sums(_sandbox.StorePath);
    }

    public static TheoryData<string> Files => [.. Long.Some(["result.json", "job.json", "metrics.jsonl", "SHA256SUMS"], 2)];

    [Theory, MemberData(nameof(Files))]
    public void A_damaged_file_is_refused_and_repaired_on_request(string file)
    {
        var entry = StoreFolder.EntryOf(_sandbox.StorePath, "train");
        StoreFolder.Damage(Path.Combine(entry, file));
        IsRefusedAndRepaired(entry, Train);
        Assert.Equal(_sums, StoreFolder.Sums(_sandbox.StorePath));
    }

    [Fact]
    public void A_damaged_state_that_a_missing_job_needs_is_refused_and_repaired_on_request()
    {
        var entry = StoreFolder.EntryOf(_sandbox.StorePath, "initialise");
        Directory.Delete(StoreFolder.EntryOf(_sandbox.StorePath, "train"), recursive: true);
        StoreFolder.Damage(Path.Combine(entry, "state.safetensors"));
        IsRefusedAndRepaired(entry, Train);
        Assert.Equal(_sums, StoreFolder.Sums(_sandbox.StorePath));
    }

    [Fact]
    public void A_file_that_is_gone_is_missed()
    {
        var entry = StoreFolder.EntryOf(_sandbox.StorePath, "train");
        File.Delete(Path.Combine(entry, "result.json"));
        IsRefusedAndRepaired(entry, Train);
        Assert.Equal(_sums, StoreFolder.Sums(_sandbox.StorePath));
    }

    [Fact]
    public void An_entry_under_another_jobs_key_is_not_trusted()
    {
        var (entry, other) = (StoreFolder.EntryOf(_sandbox.StorePath, "train"), StoreFolder.EntryOf(_sandbox.StorePath, "initialise"));
        foreach (var file in Directory.GetFiles(entry)) File.Delete(file);
        foreach (var file in Directory.GetFiles(other)) File.Copy(file, Path.Combine(entry, Path.GetFileName(file)));
        IsRefusedAndRepaired(entry, Train);
        Assert.Equal(_sums, StoreFolder.Sums(_sandbox.StorePath));
    }

    [Fact]
    public void Unreadable_entries_are_listed_as_such_and_foreign_folders_found_by_verify()
    {
        var entry = StoreFolder.EntryOf(_sandbox.StorePath, "train");
        File.WriteAllText(Path.Combine(entry, "job.json"), "not JSON");
        var stranger = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(entry)!, "short")).FullName;
        Assert.Equal(2, _sandbox.JsonHere("runs", "list", "--json").GetArrayLength());
        var table = _sandbox.RunHere("runs", "list");
        Assert.Equal(0, table.Code);
        Assert.Contains("unreadable", table.Output, StringComparison.Ordinal);
        _sandbox.RunHere("runs", "show", Path.GetFileName(entry)).FailsWith(1, entry);
        _sandbox.RunHere("runs", "show", "short").FailsWith(2, "short");

        using var child = _sandbox.Start("runs", "verify", "--json");
        var verified = child.End();
        Assert.Equal(1, verified.Code);
        Assert.Equal(new[] { entry, stranger }.Order(), verified.Json().GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("place").GetString()).Order());
        Assert.Equal(0, _sandbox.RunHere("runs", "verify", "--repair").Code);
        Assert.Contains("all sound", _sandbox.RunHere("runs", "verify").Output, StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();

    private void IsRefusedAndRepaired(string entry, string[] command)
    {
        _sandbox.RunHere(command).FailsWith(1, entry, "--repair");
        Assert.True(Directory.Exists(entry));
        var repaired = _sandbox.RunHere([.. command, "--repair"]);
        Assert.True(repaired.Code == 0, repaired.ToString());
        Assert.True(Directory.Exists(Path.Combine(_sandbox.StorePath, "damaged", Path.GetFileName(entry) + ".1")));
        Assert.Equal(0, _sandbox.RunHere(command).Code);
    }
}
