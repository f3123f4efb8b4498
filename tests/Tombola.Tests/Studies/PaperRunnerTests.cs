using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>Several studies on one store: what they have in common is computed once, whichever comes first.</summary>
public sealed class PaperRunnerTests : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 1, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } },
        Scale = "tiny",
        Replicates = 1,
        Steps = [new StepCount(0, 0), new StepCount(0, 8)],
    };

    private static readonly IReadOnlyList<(Study Study, StudyRequest Request)> Asked = [.. StudyCatalogue.OfPaper(PaperRunner.Every)!.Where(study => study.Needs is null).Select(study => (study, Request))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_job_is_run_twice_for_two_studies()
    {
        // One after the other, one after the other from the last to the first, and as one.
        var (forth, back, together) = (Store("forth"), Store("back"), Store("together"));
        var (afterForth, afterBack) = (Asked.Sum(asked => Run(asked, forth)), Asked.Reverse().Sum(asked => Run(asked, back)));
        var paper = Paper(together, out var asOne);
        var contents = Workshop.Contents(together);
        var distinct = Asked.SelectMany(asked => Job.WithInputs(asked.Study.Design(new StudyContext(asked.Request, Workshop.Data)).Jobs)).Select(job => job.Key).Distinct().Count();
        Assert.Equal((distinct, distinct, distinct), (afterForth, afterBack, asOne));
        Assert.All([forth, back, together], store => Assert.Equal(distinct, store.Entries().Count));
        Assert.Equal(contents, Workshop.Contents(forth));
        Assert.Equal(contents, Workshop.Contents(back));

        // The studies do share jobs, or all this would say nothing.
        Assert.True(distinct < Asked.Sum(asked => Job.WithInputs(asked.Study.Design(new StudyContext(asked.Request, Workshop.Data)).Jobs).Count));

        Assert.All(paper.Studies, study => Assert.True(study.Seconds > 0));
        var again = Paper(together, out asOne);
        Assert.Equal((0, 0), (asOne, Asked.Sum(asked => Run(asked, together))));
        Assert.All(again.Studies, study => Assert.Equal(0, study.Seconds));
        Assert.Equal(contents, Workshop.Contents(together));
        Assert.Equal(paper.Report, again.Report);
    }

    [Fact]
    public void The_report_of_the_whole_has_every_studys_figures_and_leads_to_its_own()
    {
        var paper = Paper(Store("one"), out _);
        Assert.Equal(Asked.Select(asked => asked.Study.Name), paper.Studies.Select(study => study.Study));
        var page = File.ReadAllText(paper.Report);
        foreach (var study in paper.Studies)
        {
            var part = study.Study.Replace('/', '-');
            Assert.Contains($"<section class=\"part\" id=\"{part}\">", page, StringComparison.Ordinal);
            var folder = Path.GetDirectoryName(study.Report)!;
            Assert.Contains($"href=\"../{Path.GetFileName(folder)}/index.html\"", page, StringComparison.Ordinal);
            Assert.True(File.Exists(study.Report));

            // Every file of numbers beside a study's own report is a figure or a table of the whole; some are for programs alone.
            var names = Directory.GetFiles(folder, "*.csv").Select(Path.GetFileNameWithoutExtension).Except(["rows", "tickets", "raw"]).ToArray();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Contains($"id=\"{part}-{name}\"", page, StringComparison.Ordinal));
        }

        Assert.Equal(ClaimCounts.Sentence([.. paper.Studies.SelectMany(study => study.Claims)]), Between(page, "<p class=\"verdict\">", "</p>"));
    }

    [Fact]
    public void A_study_that_needs_what_is_not_here_is_named_and_not_run()
    {
        var needy = new Study("lmc/nowhere", "?", "-", "lenet-mnist", _ => throw new InvalidOperationException("Designed all the same.")) { Needs = "It needs a thing that is not here." };
        var paper = PaperRunner.Run("lmc", [needy, StudyCatalogue.Find("lmc/fig2")], study => study == needy ? throw new InvalidOperationException("Asked all the same.") : Request, new LocalExecutor(Store("one"), Workshop.Data, 2), null, CancellationToken.None);
        Assert.Equal(["lmc/fig2"], paper.Studies.Select(study => study.Study));
        Assert.Equal([new StudyNotRun("lmc/nowhere", "It needs a thing that is not here.")], paper.NotRun);
        Assert.Contains("It needs a thing that is not here.", File.ReadAllText(paper.Report), StringComparison.Ordinal);
        Assert.Equal("It needs a thing that is not here.", Assert.Throws<FileNotFoundException>(() => Run((needy, Request), Store("one"))).Message);
    }

    [Fact]
    public void A_study_that_cannot_do_what_is_asked_is_named_before_anything_runs()
    {
        var store = Store("one");
        var late = Request with { Steps = [new StepCount(0, 20)] };
        var refused = Assert.Throws<SettingException>(() => PaperRunner.Run("lmc", [StudyCatalogue.Find("lmc/fig2"), StudyCatalogue.Find("lmc/fig6")], _ => late, new LocalExecutor(store, Workshop.Data, 2), null, CancellationToken.None));
        Assert.Equal("lmc/fig6 on lenet-glyphs: None of the steps lies before the end of training, step 20.", refused.Message);
        Assert.Empty(store.Entries());
    }

    [Fact]
    public void Papers_are_prefixes_of_studies_and_everything_is_one_of_them()
    {
        Assert.Equal(StudyCatalogue.All, StudyCatalogue.OfPaper("all"));
        Assert.All(StudyCatalogue.OfPaper("lmc")!, study => Assert.StartsWith("lmc/", study.Name, StringComparison.Ordinal));
        Assert.Null(StudyCatalogue.OfPaper("quickstart"));
        Assert.Null(StudyCatalogue.OfPaper("lm"));
        Assert.Null(StudyCatalogue.OfPaper("lmc/fig2"));
    }

    [Fact]
    public void Claims_are_counted_in_signs_and_in_a_sentence()
    {
        Claim[] claims = [new("a", Answer.Yes), new("b", Answer.Undecided), new("c", Answer.Yes), new("d", Answer.No)];
        Assert.Equal(("2 ✓ 1 ✗ 1 ?", "2 ✓", ""), (ClaimCounts.Signs(claims), ClaimCounts.Signs([claims[0], claims[2]]), ClaimCounts.Signs([])));
        Assert.Equal("Of 4 claims 2 hold, 1 does not, and 1 is undecided.", ClaimCounts.Sentence(claims));
        Assert.Equal("At this setting there is no claim to judge.", ClaimCounts.Sentence([]));
        Assert.Equal("Of 1 claim 1 holds, 0 do not, and 0 are undecided.", ClaimCounts.Sentence(claims[..1]));
    }

    private Store Store(string name) => new(Path.Combine(_folder.FullPath, name));

    private static string Between(string text, string start, string end) => text.Split(start)[1].Split(end)[0];

    private static int Run((Study Study, StudyRequest Request) asked, Store store)
    {
        var last = new Last();
        StudyRunner.Run(asked.Study, asked.Request, new LocalExecutor(store, Workshop.Data, 2), last, CancellationToken.None);
        return last.Total;
    }

    private static PaperResult Paper(Store store, out int jobs)
    {
        var last = new Last();
        var paper = PaperRunner.Run(PaperRunner.Every, Asked.Select(asked => asked.Study), _ => Request, new LocalExecutor(store, Workshop.Data, 2), last, CancellationToken.None);
        jobs = last.Total;
        return paper;
    }

    private sealed class Last : IProgress<JobProgress>
    {
        public int Total { get; private set; }

        public void Report(JobProgress value) => Total = value.Total;
    }
}
