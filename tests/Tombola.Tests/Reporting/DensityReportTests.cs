using Tombola.Benchmarks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Reporting;

public sealed class DensityReportTests
{
    private static readonly DensityBenchmark Benchmark = new("cifar_resnet_20", 128, 1, 1, "sgd", [new(1, 1000, 80, 79, 1.01, 0.9, 1.1, 0), new(0.11, 110, 30, 80, 0.38, 0.3, 0.5, 0.7), new(0.05, 50, 20, 80, 0.25, 0.2, 0.31, 0.9)]);

    [Fact]
    public void The_table_has_a_row_for_every_density() =>
        Assert.Equal(["5.0 %", "50", "20.000", "80.000", "0.25", "0.20 to 0.31", "90.0 %"], DensityReport.Table(Benchmark).Rows[2]);

    [Fact]
    public void The_verdict_names_the_row_nearest_to_a_tenth_and_the_last() =>
        Assert.Equal(
            "Beside dense kernels, a step of cifar_resnet_20 takes 0.38 of the time with 11 % of its weights, and 0.25 with 5 %.", DensityReport.Verdict(Benchmark));

    [Fact]
    public void The_page_holds_both_charts()
    {
        var path = Path.Combine(Path.GetTempPath(), $"tombola-{Guid.NewGuid():N}.html");
        try
        {
            Assert.Equal(path, ReportFolder.WritePage(DensityReport.Of(Benchmark), path));
            var page = File.ReadAllText(path);
            Assert.All(["ratio-by-density", "step-time-by-density"], id => Assert.Contains($"<figure id=\"{id}\">", page, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
