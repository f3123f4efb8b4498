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
        string page = ReportFolder.Write(Samples.Report(Samples.Accuracy, Samples.Panelled), _folder);
        ReportFolder.Write(Samples.Report(Samples.Accuracy, Samples.Panelled), _folder);
        Assert.Equal(Path.Combine(_folder, "index.html"), page);
        Assert.Equal(["accuracy-by-density.csv", "index.html", "paths.csv", "results.csv"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.Ordinal);
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
