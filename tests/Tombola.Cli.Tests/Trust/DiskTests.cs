namespace Tombola.Cli.Tests.Trust;

/// <summary>Disks that are full or may not be written end a study with a sentence, and with more room it ends with the same bytes.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public static TheoryData<string, string> Sizes
    {
        get
        {
            (string, string)[] all =
            [
                ("size=96k", "size=32m"), ("size=288k", "size=32m"), ("size=480k", "size=32m"), ("size=864k", "size=32m"), ("size=1200k", "size=32m"),
                ("size=32m,nr_inodes=6", "nr_inodes=10k"), ("size=32m,nr_inodes=23", "nr_inodes=10k"), ("size=32m,nr_inodes=47", "nr_inodes=10k"), ("size=32m,nr_inodes=88", "nr_inodes=10k"),
            ];
            var chosen = new TheoryData<string, string>();
            foreach (var (small, large) in Long.Some(all, 2)) chosen.Add(small, large);
            return chosen;
        }
    }

    public void Dispose() => _sandbox.Dispose();

    [SmallDiskTheory]
    [MemberData(nameof(Sizes))]
    public void A_full_disk_ends_the_study_early_and_more_room_lets_it_go_on(string small, string large)
    {
        using var disk = new SmallDisk(_sandbox.StorePath, small);
        var ended = _sandbox.Run(SmallStudy.Command);
        if (ended.Code != 0)
        {
            ended.FailsWith(1, _sandbox.StorePath, "free space", "--store DIR");

            // Whoever runs at once may fail as well, but nothing is started any more.
            Assert.InRange(ended.Error.Split('\n').Count(line => line.StartsWith("tombola: ", StringComparison.Ordinal)), 1, 3);
        }

        StoreFolder.AssertSound(_sandbox.StorePath);
        disk.Remount(large);
        SmallStudy.Undisturbed.IsCompletedIn(_sandbox, small);
    }

    [SmallDiskFact]
    public void A_store_that_may_only_be_read_gives_what_it_has_and_says_why_it_takes_no_more()
    {
        using var disk = new SmallDisk(_sandbox.StorePath, "size=32m");
        SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);
        disk.Remount("ro");
        Assert.Equal(SmallStudy.Undisturbed.Rows, _sandbox.Json(SmallStudy.Command).GetProperty("rows").GetRawText());
        disk.Remount("rw");
        Directory.Delete(StoreFolder.EntryOf(_sandbox.StorePath, "path"), recursive: true);
        disk.Remount("ro");
        _sandbox.Run(SmallStudy.Command).FailsWith(1, _sandbox.StorePath, "--store DIR");
        disk.Remount("rw");
        SmallStudy.Undisturbed.IsCompletedIn(_sandbox);
    }
}
