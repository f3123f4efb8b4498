using Tombola.Jobs;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs.Trust;

/// <summary>A report that is not as it was written is written again by the next run, without a word.</summary>
public sealed class ReportFaultTests(WholeStore whole) : IClassFixture<WholeStore>
{
    [Theory]
    [InlineData("index.html")]
    [InlineData("rows.csv")]
    [InlineData("jobs.txt")]
    [InlineData("SHA256SUMS")]
    [InlineData("")]
    public void Whatever_happened_to_a_file_of_a_report_the_next_run_writes_it_again(string file)
    {
        if (OperatingSystem.IsWindows()) return;
        var faults = file.Length == 0 ? Fault.OfPlaces.Where(fault => !fault.Name.EndsWith("/dev", StringComparison.Ordinal)).ToArray() : [.. Fault.OfFiles.Where(fault => fault.Name != "swapped")];
        foreach (var (name, spoil) in faults)
        {
            using var folder = new TemporaryFolder();
            whole.CopyTo(folder.FullPath);
            var report = Assert.Single(Directory.GetDirectories(folder.At("reports")));
            spoil(Path.Combine(report, file).TrimEnd('/'), "");
            var page = WholeStore.Run(new Store(folder.FullPath)).Report;
            Assert.Equal(Path.Combine(report, "index.html"), page);
            foreach (var csv in Directory.GetFiles(Path.Combine(whole.FullPath, "reports"), "*.csv", SearchOption.AllDirectories))
            {
                Assert.True(File.ReadAllText(csv) == File.ReadAllText(Path.Combine(report, Path.GetFileName(csv))), $"{name}: {csv}");
            }

            Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page), StringComparison.OrdinalIgnoreCase);
            Assert.EndsWith("</html>", File.ReadAllText(page).TrimEnd(), StringComparison.OrdinalIgnoreCase);
        }
    }
}
