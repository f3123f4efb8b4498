using Tombola.Jobs;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class StudyRunnerTests : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ExperimentTests.Mini with { Levels = 2, StudiedLevel = 1, Recipe = ExperimentTests.Mini.Recipe with { Steps = "30it" } },
        Scale = "tiny",
        Replicates = 2,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ticket_study_runs_from_nothing_to_a_report_and_a_second_time_from_the_store()
    {
        var first = Run("quickstart", Request, out var jobs);
        Assert.Equal(("quickstart", "lenet-glyphs", "tiny"), (first.Study, first.Preset, first.Scale));
        Assert.Equal(
            [(0, "imp"), (1, "imp"), (1, "random-pruning"), (1, "random-reinitialisation"), (2, "imp"), (2, "random-pruning"), (2, "random-reinitialisation")],
            first.Rows.Select(row => (row.Level, row.Mask)));

        // 15,880 prunable weights less a fifth, twice.
        Assert.All(first.Rows, row => Assert.Equal(new[] { 15_880, 12_704, 10_163 }[row.Level] / 15_880.0, row.Density, 12));
        Assert.All(first.Rows, row => Assert.Equal((0, 2), (row.Rewind, row.Replicates)));
        Assert.All(first.Rows, row => Assert.InRange(row.TestAccuracy, 0.2, 1));
        Assert.All(first.Rows, row => Assert.NotNull(row.TestAccuracySd));
        Assert.All(first.Rows, row => Assert.Equal(row.Mask == "imp", row.Barrier is not null && row.Stable is not null));
        Assert.All(first.Rows.Where(row => row.Barrier is not null), row => Assert.Equal(row.Barrier < 0.02, row.Stable));
        Assert.NotEmpty(first.Verdict);
        Assert.NotEmpty(first.Claims);
        Assert.True(File.Exists(first.Report));
        Assert.Contains(first.Verdict[..20], File.ReadAllText(first.Report), StringComparison.Ordinal);
        Assert.True(jobs > 0);

        // Two replicates: initialise twice; at three levels two copies, a path, a comparison, and from level 1 on a mask, a shuffled mask and two controls.
        Assert.Equal(2 * (2 + (3 * 4) + (2 * 4)), new Store(_folder.FullPath).Entries().Count());

        var written = File.GetLastWriteTimeUtc(first.Report);
        var second = Run("quickstart", Request, out jobs);
        Assert.Equal(0, jobs);
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal((first.Verdict, first.Report, written), (second.Verdict, second.Report, File.GetLastWriteTimeUtc(second.Report)));
    }

    [Fact]
    public void Accuracy_and_barrier_are_means_over_the_replicates()
    {
        var row = Run("quickstart", Request with { Preset = Request.Preset with { Levels = 0 } }, out _).Rows.Single();
        var store = new Store(_folder.FullPath);
        var context = new StudyContext(Request, Workshop.Data);
        var accuracies = context.Replicates.Select(experiment => new[] { 0, 1 }.Average(copy => 1 - store.Result(experiment.Copy(MaskKind.Imp, 0, 0, copy)).Last.TestError)).ToArray();
        Assert.Equal(accuracies.Average(), row.TestAccuracy, 12);
        Assert.Equal(Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2), row.TestAccuracySd!.Value, 12);
        Assert.Equal(context.Replicates.Average(experiment => store.Result(experiment.Path(MaskKind.Imp, 0, 0)).TestBarrier.Height), row.Barrier!.Value, 12);
    }

    [Theory]
    [InlineData("lmc/fig2", 1)]
    [InlineData("lmc/table2", 4)]
    [InlineData("lmc/fig3", 2)]
    [InlineData("lmc/fig6", 6)]
    public void Every_study_runs_on_the_glyphs(string study, int rows)
    {
        var result = Run(study, Request with { Replicates = 1, Steps = [new StepCount(0, 0), new StepCount(0, 10)] }, out _);
        Assert.Equal(rows, result.Rows.Count);
        Assert.All(result.Rows, row => Assert.Null(row.TestAccuracySd));
        Assert.True(File.Exists(result.Report));
    }

    [Theory]
    [InlineData("lmc/fig3")]
    [InlineData("lmc/fig6")]
    public void Steps_that_all_lie_beyond_the_end_of_training_are_refused(string study)
    {
        var refused = Assert.Throws<ArgumentException>(() => Run(study, Request with { Steps = [new StepCount(0, 30), new StepCount(1, 25)] }, out _));
        Assert.Equal("None of the steps lies before the end of training, step 30.", refused.Message);
        Assert.Empty(new Store(_folder.FullPath).Entries());
    }

    [Fact]
    public void A_rewinding_step_may_be_given_in_epochs_of_the_data()
    {
        // 300 examples in batches of 30: ten updates an epoch.
        var context = new StudyContext(Request with { Rewind = new StepCount(2, 3) }, Workshop.Data);
        Assert.Equal((23, 30), (context.Rewind, context.Total));
    }

    [Fact]
    public void Rewinding_to_the_end_of_training_or_no_replicates_are_refused()
    {
        Assert.Contains("rewinding step 30", Refused(Request with { Rewind = new StepCount(0, 30) }), StringComparison.Ordinal);
        Assert.Contains("replicates is 0", Refused(Request with { Replicates = 0 }), StringComparison.Ordinal);

        static string Refused(StudyRequest request) => Assert.Throws<ArgumentException>(() => new StudyContext(request, Workshop.Data)).Message;
    }

    private StudyResult Run(string study, StudyRequest request, out int jobs)
    {
        var last = new Last();
        var result = StudyRunner.Run(StudyCatalogue.Find(study), request, new Store(_folder.FullPath), Workshop.Data, 2, last, CancellationToken.None);
        jobs = last.Total;
        return result;
    }

    private sealed class Last : IProgress<JobProgress>
    {
        public int Total { get; private set; }

        public void Report(JobProgress value) => Total = value.Total;
    }
}
