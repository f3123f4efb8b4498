using Tombola.Jobs.Claims;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class DiskProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_disk_passes_and_nothing_is_left_on_it()
    {
        var probe = DiskProbe.Run(_folder.At("store", "not", "there"), folder => Task.Run(() => DiskProbe.TakePart(folder)));
        Assert.Equal((_folder.FullPath, true, true, true), (probe.Folder, probe.Sees, probe.Creation, probe.Renaming));
        Assert.Contains("processes can share it", probe.Verdict, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_disk_on_which_both_succeed_or_neither_is_found_out(bool both)
    {
        var probe = DiskProbe.Run(_folder.FullPath, folder => Task.Run<IReadOnlyList<bool>>(() =>
        {
            // Where neither succeeds, something is in the way of both.
            for (var i = 0; i < 200 && !both; i++)
            {
                File.WriteAllText(Path.Combine(folder, $"file{i}"), "");
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, $"target{i}")).FullName, "x"), "");
            }

            File.WriteAllText(Path.Combine(folder, "ready"), "");
            return [.. Enumerable.Repeat(both, 400)];
        }));
        Assert.Equal((true, false, false), (probe.Sees, probe.Creation, probe.Renaming));
        Assert.Contains("do not hold", probe.Verdict, StringComparison.Ordinal);
        Assert.Contains("let only one process use this store", probe.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_that_dies_is_no_proof()
    {
        var probe = DiskProbe.Run(_folder.FullPath, folder => Task.Run<IReadOnlyList<bool>>(() =>
        {
            File.WriteAllText(Path.Combine(folder, "ready"), "");
            return [];
        }));
        Assert.False(probe.Sees || probe.Creation || probe.Renaming);
    }
}
