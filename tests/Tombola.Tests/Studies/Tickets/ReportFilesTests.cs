using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Studies.Lmc;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>The files beside a report from which its numbers can be taken apart and its networks be found.</summary>
public sealed class ReportFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Store Store => new(_folder.FullPath);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_are_those_of_copies_and_pairs_and_tickets_name_the_jobs_of_each()
    {
        var request = Small.Request with { Replicates = 2, Copies = 3 };
        var result = Small.Run("lmc/fig2", request, Store);
        var replicates = new StudyContext(request, Workshop.Data).Replicates;
        var raw = Rows(result, "raw");
        Assert.Equal(["preset", "kind", "level", "start_step", "restarted", "measure", "replicate", "sample", "x", "y"], raw[0]);
        Assert.Equal(
            from replicate in replicates
            from pair in Pair.Of(3)
            select $"{replicate.Number} {pair.First}-{pair.Second} {InWords.Number(Store.Result(replicate.Path(Condition.Dense(), pair)).Barrier.Height)}",
            raw.Where(row => row[5] == "barrier").Select(row => $"{row[6]} {row[7]} {row[9]}"));
        Assert.Equal(
            from replicate in replicates
            from copy in Enumerable.Range(0, 3)
            select $"{replicate.Number} {copy} {InWords.Number(Accuracy.Of(Store.Result(replicate.Copy(Condition.Dense(), copy)).Last.TestError))}",
            raw.Where(row => row[5] == "test_accuracy").Select(row => $"{row[6]} {row[7]} {row[9]}"));
        Assert.Equal(2 * 3 * request.Preset.Points, raw.Count(row => row[5] == "path" && row[8].Length > 0));

        Assert.Equal(6, result.Tickets.Count);
        Assert.Equal(from replicate in replicates from copy in Enumerable.Range(0, 3) select replicate.Copy(Condition.Dense(), copy).Key, result.Tickets.Select(ticket => ticket.TrainedKey));
        Assert.Equal(("dense", null, replicates[1].Initialise.Key), (result.Tickets[3].Kind, result.Tickets[3].MaskKey, result.Tickets[3].RewoundKey));
        Assert.Equal(result.Tickets.Select(ticket => ticket.TrainedFile), Rows(result, "tickets").Skip(1).Select(row => row[^1]));
    }

    [Fact]
    public void Presets_kinds_and_answers_are_written_alike_in_all_files()
    {
        var result = Small.Run("quickstart", Small.Request, Store);
        foreach (var file in new[] { "rows", "tickets", "raw" })
        {
            var rows = Rows(result, file);
            Assert.All(rows[0], name => Assert.Matches("^[a-z0-9_.]+$", name));
            Assert.Equal([Small.Request.Preset.Name], Column("preset").Distinct());
            Assert.Equal(["false"], Column("restarted").Distinct());
            Assert.Equal(["dense", "imp", "random-pruning", "random-reinitialisation"], Column("kind").Distinct().Order(StringComparer.Ordinal));

            IEnumerable<string> Column(string name) => rows.Skip(1).Select(row => row[rows[0].ToList().IndexOf(name)]);
        }

        Assert.Empty(Rows(result, "raw").Skip(1).Select(row => row[5]).Distinct().Except(["path", .. Rows(result, "rows")[0]]));
    }

    [Fact]
    public void The_page_leads_to_them_and_the_jobs_behind_a_report_stand_beside_it()
    {
        var result = Small.Run("quickstart", Small.Request, Store);
        var (folder, page) = (Path.GetDirectoryName(result.Report)!, File.ReadAllText(result.Report));
        foreach (var name in new[] { "rows", "tickets", "raw" }) Assert.Contains($"<a href=\"{name}.csv\">", page, StringComparison.Ordinal);
        var jobs = Job.WithInputs(StudyCatalogue.Find("quickstart").Design(new StudyContext(Small.Request, Workshop.Data)).Jobs);
        Assert.Equal(jobs.Select(job => job.Key).Order(StringComparer.Ordinal), ReportJobs.Read(folder));

        // A report that was there already is used again, and one that an older program wrote gets its list.
        File.SetLastWriteTimeUtc(Path.Combine(folder, ReportJobs.FileName), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Small.Run("quickstart", Small.Request, Store);
        Assert.True(ReportJobs.LastUse(folder).Year > 2020);
        var sums = Path.Combine(folder, "SHA256SUMS");
        File.WriteAllLines(sums, File.ReadAllLines(sums).Where(line => !line.EndsWith(ReportJobs.FileName, StringComparison.Ordinal)));
        File.Delete(Path.Combine(folder, ReportJobs.FileName));
        Small.Run("quickstart", Small.Request, Store);
        Assert.NotEmpty(ReportJobs.Read(folder)!);
    }

    [Fact]
    public void The_page_of_a_paper_leads_to_the_files_of_its_studies()
    {
        var paper = PaperRunner.Run("lmc", [StudyCatalogue.Find("lmc/fig2")], _ => Small.Request, new LocalExecutor(Store, Workshop.Data, 2), null, CancellationToken.None);
        Assert.Contains($"<a href=\"../{Path.GetFileName(Path.GetDirectoryName(paper.Studies[0].Report))}/tickets.csv\">", File.ReadAllText(paper.Report), StringComparison.Ordinal);
        Assert.Equal(ReportJobs.Read(Path.GetDirectoryName(paper.Studies[0].Report)!), ReportJobs.Read(Path.GetDirectoryName(paper.Report)!));
    }

    private static IReadOnlyList<IReadOnlyList<string>> Rows(StudyResult result, string id)
    {
        using var reader = new StreamReader(Path.Combine(Path.GetDirectoryName(result.Report)!, id + ".csv"));
        return Csv.Read(reader);
    }
}
