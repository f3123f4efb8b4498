using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Reporting;

public sealed class ReportFolderTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"tombola-report-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Writes_the_page_and_a_file_for_every_figure_and_table_and_nothing_else()
    {
        ReportFolder.Write(Samples.Report(Samples.Accuracy, Samples.Panelled), _folder);
        IReadOnlyList<string> names = ReportFolder.Write(Samples.Report(Samples.Accuracy, Samples.Panelled), _folder);
        Assert.Equal(ReportFolder.Page, names[^1]);
        Assert.Equal(Directory.GetFiles(_folder).Select(Path.GetFileName).Order(), names.Order());
        Assert.Equal(["accuracy-by-density.csv", "index.html", "paths.csv", "results.csv"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(_folder, ReportFolder.Page)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("new\n")]
    public void A_name_that_would_not_do_for_a_file_is_refused(string id)
    {
        Directory.CreateDirectory(_folder);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Figure(id, "F", "F.", new("x"), new("y")));
        Assert.Equal("Id", error.ParamName);
    }
}
