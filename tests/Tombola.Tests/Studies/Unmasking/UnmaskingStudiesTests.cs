using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Papers.Unmasking;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Studies.Lmc;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

public sealed class UnmaskingStudiesTests(UnmaskingStudiesTests.Shared shared) : IClassFixture<UnmaskingStudiesTests.Shared>
{
    private static readonly StudyRequest Request = Small.Request with { Rewind = new StepCount(0, 10) };

    public static TheoryData<string> Studies => [.. StudyCatalogue.OfPaper("unmasking")!.Select(study => study.Name)];

    [Theory]
    [MemberData(nameof(Studies))]
    public void A_published_network_without_a_ticket_is_concluded_on_all_the_same(string study)
    {
        var preset = Small.Request.Preset with { Levels = 0, StudiedLevel = 0, Published = new PublishedSetting("ResNet-20", 63_000) };
        var result = Small.Run(study, Request with { Preset = preset }, shared.Store);
        Assert.All(result.Rows, row => Assert.Equal(0, row.Level));

        // What fraction could be pruned at once is a question to the dense network.
        Assert.StartsWith(study == "unmasking/ratio" ? "Dense: " : "No weight was pruned.", result.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Published_points_stand_beside_ours_where_the_paper_shows_the_network(string study)
    {
        var result = Small.Run(study, Request with { Preset = Request.Preset with { Published = new PublishedSetting("ResNet-20", 63_000) } }, shared.Store);
        var page = File.ReadAllText(result.Report);
        Assert.Equal(study is "unmasking/levels" or "unmasking/dense-midpoint" or "unmasking/projection" or "unmasking/retraining", page.Contains("notebooks of the authors", StringComparison.Ordinal));

        // Of the spectrum itself the paper makes no statement.
        Assert.Equal(study != "unmasking/spectrum", result.Claims.Count > 0);
    }

    /// <summary>With batch norm and milestones, and along a cosine, on drawn images.</summary>
    [Theory]
    [InlineData("resnet20-cifar10", "unmasking/perturbation")]
    [InlineData("resnet20-cifar10", "unmasking/ratio")]
    [InlineData("resnet20-cifar10", "unmasking/retraining")]
    [InlineData("resnet20-cifar10", "unmasking/adaptive")]
    [InlineData("conv2-cifar10", "unmasking/dense-midpoint")]
    public void Convolutional_presets_run_to_their_reports(string name, string study)
    {
        var preset = Scale.Find("tiny").Substitute(KnownPresets.Find(name)) with { Levels = 1, StudiedLevel = 1, Fraction = 0.6, Points = 3, LevelNoise = "same" };
        var recipe = preset.Recipe with { Steps = "12it", Milestones = preset.Recipe.Schedule == "milestones" ? "6it,9it" : "", Batch = 16 };
        preset = preset with { Recipe = recipe, Data = preset.Data with { Subsample = 96 } };
        var result = Small.Run(study, Request with { Preset = preset, Rewind = new StepCount(0, 2), Steps = [new StepCount(0, 2)] }, shared.Store);
        Assert.True(File.Exists(result.Report));
        Assert.NotEmpty(result.Claims);
        Assert.Equal(study is not ("unmasking/perturbation" or "unmasking/ratio"), result.Rows.Any(row => row.Level > 0));
    }

    [Fact]
    public void The_table_of_levels_says_what_paths_and_trainings_say()
    {
        var result = Small.Run("unmasking/levels", Request, shared.Store);
        var table = Small.TableOf(result, "levels");
        var replicate = new StudyContext(Request, Workshop.Data).Replicates[0];
        Assert.Equal(1 + (2 * 3), table.Length);
        foreach (var (row, i) in new[] { 0, 10 }.SelectMany(step => Enumerable.Range(0, 3).Select(level => new Condition(NetworkKinds.Imp, step, level))).Select((row, i) => (row, i)))
        {
            Assert.Equal([$"{row.Rewind}", $"{row.Level}"], table[i + 1][..2]);
            if (row.Level == 0) continue;
            var path = shared.Store.Result(replicate.Path(row, replicate.Copy(row with { Level = row.Level - 1 }, 0), replicate.Copy(row, 0)));
            var over = path.Points[2].Error - ((path.Points[0].Error + path.Points[4].Error) / 2);
            Assert.Equal(
                [Percent(path.Points[4].Error), Percent(path.Points[2].Error), Percent(over), Percent(path.Barrier.Height), "", over < 0.02 ? "yes" : "no"],
                table[i + 1][3..].Select((cell, n) => n == 4 ? "" : cell));
        }

        static string Percent(double fraction) => InWords.Fixed(fraction * 100, 2);
    }

    [Fact]
    public void An_even_number_of_points_gets_a_middle()
    {
        var context = new StudyContext(Request with { Preset = Request.Preset with { Points = 4 } }, Workshop.Data);
        Assert.Equal(5, SuccessiveLevels.Path(context.Replicates[0], new Condition(NetworkKinds.Imp, 10, 1)).Points);
        Assert.Equal(5, SuccessiveLevels.Path(new StudyContext(Request, Workshop.Data).Replicates[0], new Condition(NetworkKinds.Imp, 10, 1)).Points);
    }

    [Fact]
    public void Levels_of_all_studies_are_trained_once()
    {
        var levels = Trainings("unmasking/levels");
        foreach (var other in new[] { "unmasking/dense-midpoint", "unmasking/projection" }) Assert.Subset(levels, Trainings(other));

        static HashSet<string> Trainings(string study) => [.. Job.WithInputs(StudyCatalogue.Find(study).Design(new StudyContext(Request, Workshop.Data)).Jobs).OfType<TrainJob>().Select(job => job.Key)];
    }

    [Fact]
    public void A_perturbed_copy_differs_from_the_first_in_its_start_alone_or_in_its_noise_too()
    {
        var replicate = new StudyContext(Request, Workshop.Data).Replicates[0];
        var condition = new Condition(NetworkKinds.Imp, 10, 1);
        PathJob[] same = Paths(PerturbationStudy.SameNoise), other = Paths(PerturbationStudy.OtherNoise);
        Assert.Equal([0.25, 0.5, 1, 2, 4], same.Select(path => ((PerturbJob)((TrainJob)path.Second).Start).Scale));
        Assert.Equal(6, other.Length);
        Assert.All(same, path => Assert.Equal(path.First.Key, ((TrainJob)path.Second with { Start = replicate.At(10) }).Key));
        Assert.Equal(replicate.Copy(condition, 1).Key, other[0].Second.Key);
        Assert.All(other[1..], path => Assert.Equal(replicate.Copy(condition, 1).Key, ((TrainJob)path.Second with { Start = replicate.At(10) }).Key));
        var perturbed = (PerturbJob)((TrainJob)same[0].Second).Start;
        Assert.Equal((replicate.Mask(10, 1)!.Key, replicate.Mask(10, 2)!.Key), (perturbed.Mask!.Key, perturbed.Next.Key));

        PathJob[] Paths(Measure measure) => [.. measure.Jobs(replicate, condition, 1).Cast<PathJob>()];
    }

    [Fact]
    public void Retraining_goes_on_from_the_solution_before_at_its_own_step_of_the_schedule()
    {
        var recipe = Request.Preset.Recipe with { Schedule = "milestones", Milestones = "12it,20it" };
        var context = new StudyContext(Request with { Preset = Request.Preset with { Recipe = recipe, Brief = 0.1 } }, Workshop.Data);
        var (replicate, modes) = (context.Replicates[0], RetrainingMode.Of(context, 10));
        Assert.Equal(["learning-rate-rewinding", "fine-tuning", "brief-retraining"], modes.Select(mode => mode.Kind.Name));
        Assert.Equal([10L, 20, 27], modes.Select(mode => replicate.Copy(mode.At(1), 0).From));
        foreach (var mode in modes)
        {
            TrainJob first = replicate.Copy(mode.At(1), 0), second = replicate.Copy(mode.At(2), 0);
            Assert.Equal((30, 30), (first.To, second.To));
            Assert.Equal(replicate.Copy(Condition.Dense(10), 0).Key, first.Start.Key);
            Assert.Equal(replicate.Mask(10, 1)!.Key, first.Mask!.Key);
            Assert.Equal(first.Key, second.Start.Key);
            Assert.Equal((first.Key, first.Mask.Key), (((PruneJob)second.Mask!).State.Key, ((PruneJob)second.Mask).Mask!.Key));
            Assert.Equal(replicate.Copy(new Condition(NetworkKinds.Imp, 10, 2), 0).Noise, second.Noise);
        }
    }

    [Theory]
    [InlineData("constant", "", null)]
    [InlineData("milestones", "12it,20it,40it", 20L)]
    [InlineData("milestones", "2ep,1ep", 20L)]
    [InlineData("cosine", "", 22L)]
    public void Fine_tuning_has_the_last_learning_rate(string schedule, string milestones, long? from) => Assert.Equal(
        from,
        RetrainingMode.FineTuningFrom(new StudyContext(Request with { Preset = Request.Preset with { Recipe = Request.Preset.Recipe with { Schedule = schedule, Milestones = milestones } } }, Workshop.Data)));

    [Fact]
    public void Steps_of_training_count_the_trunk_all_levels_and_all_searches()
    {
        var result = Small.Run("unmasking/adaptive", Request with { Preset = Request.Preset with { Levels = 3, Tolerance = 99 } }, shared.Store);
        var rows = result.Rows.ToLookup(row => row.Preset!.EndsWith(", adaptive", StringComparison.Ordinal));
        Assert.Equal([30.0, 50, 70, 90], rows[false].Where(row => row.StartStep == 10).Select(row => row[AdaptiveStudy.Steps].Mean));

        // With so much tolerance the first fraction is taken, down to the density of the third level and no further; brief retraining of one try takes 5 % of 30 steps.
        StudyRow[] adaptive = [.. rows[true].Where(row => row.StartStep == 10)];
        Assert.Equal([30.0, 52, 72], adaptive.Select(row => row[AdaptiveStudy.Steps].Mean));
        Assert.Equal(rows[false].Last().Density, adaptive[1].Density, 1e-3);
        Assert.Equal(adaptive[1].Density, adaptive[2].Density);
        Assert.Contains("0.58 of the steps", result.Verdict, StringComparison.Ordinal);
        Assert.Equal(Answer.Yes, Assert.Single(result.Claims).Holds);
    }

    public sealed class Shared : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Store Store => new(_folder.FullPath);

        public void Dispose() => _folder.Dispose();
    }
}
