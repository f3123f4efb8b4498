using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
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
        Preset = ReplicateTests.Mini with { Levels = 2, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "30it" } },
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
            first.Rows.Select(row => (row.Level, row.Kind.Name)));

        // 15,880 prunable weights less a fifth, twice.
        Assert.All(first.Rows, row => Assert.Equal(new[] { 15_880, 12_704, 10_163 }[row.Level] / 15_880.0, row.Density, 12));
        Assert.All(first.Rows, row => Assert.Equal((0, 2), (row.StartStep, row.Replicates)));
        Assert.All(first.Rows, row => Assert.InRange(row.TestAccuracy.Mean, 0.2, 1));
        Assert.All(first.Rows, row => Assert.NotNull(row.TestAccuracy.Sd));
        Assert.All(first.Rows, row => Assert.InRange(row.TestAccuracy.Mean, row.TestAccuracy.Low!.Value, row.TestAccuracy.High!.Value));
        Assert.All(first.Rows, row => Assert.Equal(row.Kind.Name == "imp", row.Has(Measures.Barrier) && row.Stable is not null));
        Assert.All(first.Rows.Where(row => row.Has(Measures.Barrier)), row => Assert.Equal(row[Measures.Barrier].Below(0.02), row.Stable));
        Assert.NotEmpty(first.Verdict);
        Assert.NotEmpty(first.Claims);
        Assert.True(File.Exists(first.Report));
        Assert.Contains(first.Verdict[..20], File.ReadAllText(first.Report), StringComparison.Ordinal);
        Assert.True(jobs > 0);

        // Two replicates: initialise twice; at three levels two copies, a path, a comparison, and from level 1 on a mask, a shuffled mask and two controls.
        Assert.Equal(2 * (2 + (3 * 4) + (2 * 4)), new Store(_folder.FullPath).Entries().Count);

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
        var accuracies = context.Replicates.SelectMany(replicate => new[] { 0, 1 }.Select(copy => Accuracy.Of(store.Result(replicate.Copy(Condition.Dense(), copy)).Last.TestError))).ToArray();
        var mean = accuracies.Average();
        Assert.Equal(mean, row.TestAccuracy.Mean, 12);
        Assert.Equal(Math.Sqrt(accuracies.Sum(accuracy => (accuracy - mean) * (accuracy - mean)) / 3), row.TestAccuracy.Sd!.Value, 12);
        Assert.Equal((accuracies.Min(), accuracies.Max()), (row.TestAccuracy.Min, row.TestAccuracy.Max));
        var barriers = context.Replicates.Select(replicate => store.Result(replicate.Path(Condition.Dense(), new Pair(0, 1))).Barrier).ToArray();
        Assert.Equal(barriers.Average(barrier => barrier.Height), row[Measures.Barrier].Mean, 12);
        Assert.Equal(barriers.Average(barrier => barrier.ChordHeight), row[Measures.ChordBarrier].Mean, 12);
    }

    [Fact]
    public void Three_copies_make_three_pairs()
    {
        var row = Run("lmc/fig2", Request with { Copies = 3 }, out _).Rows.Single();
        var store = new Store(_folder.FullPath);
        var barriers = new StudyContext(Request, Workshop.Data).Replicates.SelectMany(replicate => Pair.Of(3).Select(pair => store.Result(replicate.Path(Condition.Dense(), pair)).Barrier.Height)).ToArray();
        Assert.Equal((3, 6), (row.Copies, barriers.Distinct().Count()));
        Assert.Equal((barriers.Average(), barriers.Min(), barriers.Max()), (row[Measures.Barrier].Mean, row[Measures.Barrier].Min, row[Measures.Barrier].Max));
    }

    [Theory]
    [InlineData("lmc/fig2", 1)]
    [InlineData("lmc/table2", 4)]
    [InlineData("lmc/fig3", 2)]
    [InlineData("lmc/fig4", 3)]
    [InlineData("lmc/fig5", 4)]
    [InlineData("lmc/fig6", 7)]
    [InlineData("lmc/fig7", 7)]
    [InlineData("lmc/fig8", 3)]
    [InlineData("lmc/appendix-g", 9)]
    public void Every_study_runs_on_the_glyphs(string study, int rows)
    {
        var result = Run(study, Request with { Replicates = 1, Steps = [new StepCount(0, 0), new StepCount(0, 10)] }, out _);
        Assert.Equal(rows, result.Rows.Count);
        Assert.All(result.Rows, row => Assert.Null(row.TestAccuracy.Low));
        var rowsFile = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(result.Report)!, "rows.csv"));
        Assert.Equal(1 + rows, rowsFile.Length);
        Assert.Contains("barrier,", rowsFile[0], StringComparison.Ordinal);
        Assert.Contains("chord_barrier,", rowsFile[0], StringComparison.Ordinal);
        Assert.Contains("matching_within_0.2_points,matching_within_sd", rowsFile[0], StringComparison.Ordinal);
        Assert.True(File.Exists(result.Report));
    }

    [Theory]
    [InlineData("lenet-mnist", 4)]
    [InlineData("lmc/fig2", 1)]
    [InlineData("lmc/table2", 4)]
    [InlineData("lmc/fig3", 2)]
    [InlineData("lmc/fig6", 7)]
    [InlineData("lmc/fig9", 5)]
    [InlineData("lmc/appendix-b", 4)]
    [InlineData("lmc/appendix-c", 10)]
    public void Every_study_runs_with_batch_norm_and_says_what_became_of_it(string study, int rows)
    {
        var tiny = Scale.Find("tiny").Apply(KnownPresets.Find("resnet20-cifar10"));
        var request = Request with
        {
            Preset = tiny with { Levels = 1, StudiedLevel = 1, Points = 3, Data = tiny.Data with { Subsample = 64 }, Recipe = tiny.Recipe with { Steps = "6it" } },
            Replicates = 1,
            Steps = [new StepCount(0, 0), new StepCount(0, 2)],
        };
        var interpolated = Run(study, request, out _);
        Assert.Equal(rows, interpolated.Rows.Count);
        Assert.Equal(("resnet20-cifar10", "cifar_resnet_8_4", "colour_glyphs", "interpolate"), (interpolated.Preset, interpolated.Model, interpolated.Data, interpolated.BatchNorm));
        Assert.Contains("are a part of the state, and interpolated like weights", File.ReadAllText(interpolated.Report), StringComparison.Ordinal);
        if (study == "lmc/table2") return;
        var recalibrated = Run(study, request with { Recalibration = new Recalibration(32) }, out var jobs);
        Assert.Equal("recalibrate", recalibrated.BatchNorm);
        Assert.Equal(interpolated.Rows.Count(row => row.Has(Measures.Barrier)) + interpolated.Rows.Count(row => row.Has(Measures.TrainBarrier)), jobs);
        Assert.Equal(interpolated.Rows.Select(row => row.TestAccuracy.Mean), recalibrated.Rows.Select(row => row.TestAccuracy.Mean));
        Assert.NotEqual(interpolated.Report, recalibrated.Report);
        Assert.Contains("from up to 32 training examples", File.ReadAllText(recalibrated.Report), StringComparison.Ordinal);
    }

    [Fact]
    public void Recalibration_is_without_effect_where_there_is_no_batch_norm()
    {
        var first = Run("lmc/fig2", Request, out _);
        var second = Run("lmc/fig2", Request with { Recalibration = Recalibration.Default }, out var jobs);
        Assert.Equal((0, null, first.Report), (jobs, second.BatchNorm, second.Report));
    }

    [Fact]
    public void An_instability_study_draws_the_path_of_every_step()
    {
        var result = Run("lmc/fig3", Request with { Steps = [new StepCount(0, 0), new StepCount(0, 10), new StepCount(0, 20)] }, out _);
        var paths = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(result.Report)!, "paths.csv"));
        Assert.Equal(1 + (3 * Request.Preset.Points), paths.Length);
        Assert.All(new[] { "k = 0", "k = 10", "k = 20" }, panel => Assert.Equal(Request.Preset.Points, paths.Count(line => line.Contains(panel + ",", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_steps_of_a_study_are_fractions_of_training_or_those_of_the_paper_in_proportion()
    {
        Assert.Equal([0, 180, 600, 1500], StepsOf("lmc/fig3", "resnet20-cifar10", "small"));
        Assert.Equal([0, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000], StepsOf("lmc/fig3", "resnet20-cifar10", "paper"));
        Assert.Equal([0, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000], StepsOf("lmc/fig6", "resnet20-cifar10-low", "paper"));
        Assert.Equal([0, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000], StepsOf("lmc/fig3", "lenet-mnist", "paper"));
        Assert.Equal([0, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000], StepsOf("lmc/fig6", "lenet-mnist", "paper"));
        Assert.Equal([0, 1, 2, 5, 12, 25, 50, 100, 250, 500, 1000], StepsOf("lmc/fig3", "lenet-glyphs", "paper"));

        static IEnumerable<long> StepsOf(string study, string preset, string scale)
        {
            var scaled = Scale.Find(scale).Apply(KnownPresets.Find(preset));
            var request = Request with { Preset = scaled with { Data = scaled.Data with { Fingerprint = "0123456789abcdef" } }, Replicates = 1 };
            var jobs = StudyCatalogue.Find(study).Design(new StudyContext(request, Workshop.Data)).Jobs;
            return jobs.OfType<PathJob>().Select(path => ((TrainJob)path.First).From).Distinct();
        }
    }

    [Fact]
    public void Claims_about_a_network_that_the_paper_shows_name_it()
    {
        var claims = Run("lmc/fig3", Request with { Steps = [new StepCount(0, 0), new StepCount(0, 20)], Preset = Request.Preset with { Published = new PublishedSetting("ResNet-20", 63_000) } }, out _).Claims;
        Assert.Equal(2, claims.Count);
        Assert.All(claims, claim => Assert.Contains("ResNet-20", claim.Sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("LeNet", "standard", "Published, at 3.5 %: IMP 98.2 %, random pruning 96.7 %, random reinitialisation 97.5 %; dense 98.3 %.", true)]
    [InlineData("ResNet-20", "standard", "Published, at 16.8 %: IMP 88.5 %, random pruning 88.6 %, random reinitialisation 88.8 %; dense 91.7 %.", false)]
    [InlineData("ResNet-20", "low", "Published, at 8.6 %: IMP 89.0 %, random pruning 85.7 %, random reinitialisation 84.7 %; dense 88.8 %.", true)]
    [InlineData("VGG-16", "warmup", "Published, at 1.5 %: IMP 93.2 %, random pruning 90.1 %, random reinitialisation 90.7 %; dense 93.4 %.", true)]
    public void The_table_of_accuracies_ends_with_what_the_paper_found_and_claims_it(string network, string variant, string published, bool ticketMatches)
    {
        var result = Run("lmc/table2", Request with { Preset = Request.Preset with { Published = new PublishedSetting(network, 63_000, variant) } }, out _);
        Assert.StartsWith("At 80.0 % of the weights: IMP ", result.Verdict, StringComparison.Ordinal);
        Assert.EndsWith(published, result.Verdict, StringComparison.Ordinal);
        Assert.Equal(
            [$"The ticket of step 0 {(ticketMatches ? "matches" : "does not match")} the", "Random pruning does not match the", "Random reinitialisation does not match the"],
            result.Claims.Select(claim => claim.Sentence.Split(" dense")[0]));
        var expected = result.Rows.Skip(1).Select((row, i) => row.Matching == Answer.Undecided ? Answer.Undecided : Answers.Of((row.Matching == Answer.Yes) == (i == 0 && ticketMatches)));
        Assert.Equal(expected, result.Claims.Select(claim => claim.Holds));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Resnet-18")]
    public void Where_the_paper_has_no_such_row_the_table_of_accuracies_gives_its_own_numbers_and_claims_nothing(string? network)
    {
        var result = Run("lmc/table2", Request with { Preset = Request.Preset with { Published = network is null ? null : new PublishedSetting(network, 30_000) } }, out _);
        Assert.Matches(@"^At 80\.0 % of the weights: IMP [\d.]+ %, random pruning [\d.]+ %, random reinitialisation [\d.]+ %; dense [\d.]+ %\.$", result.Verdict);
        Assert.Empty(result.Claims);
    }

    [Theory]
    [InlineData("lmc/fig3")]
    [InlineData("lmc/fig6")]
    public void Steps_that_all_lie_beyond_the_end_of_training_are_refused(string study)
    {
        var refused = Assert.Throws<SettingException>(() => Run(study, Request with { Steps = [new StepCount(0, 30), new StepCount(1, 25)] }, out _));
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
        Assert.Contains("cannot be estimated from 0 examples", Refused(Request with { Recalibration = new Recalibration(0) }), StringComparison.Ordinal);

        static string Refused(StudyRequest request) => Assert.Throws<SettingException>(() => new StudyContext(request, Workshop.Data)).Message;
    }

    private StudyResult Run(string study, StudyRequest request, out int jobs)
    {
        var last = new Last();
        var result = StudyRunner.Run(StudyCatalogue.Find(study), request, new LocalExecutor(new Store(_folder.FullPath), Workshop.Data, 2), last, CancellationToken.None);
        jobs = last.Total;
        return result;
    }

    private sealed class Last : IProgress<JobProgress>
    {
        public int Total { get; private set; }

        public void Report(JobProgress value) => Total = value.Total;
    }
}
