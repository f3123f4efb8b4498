using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Papers.Stabilizing;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies.AtScale;

public sealed class AtScaleStudiesTests : IDisposable
{
    private static readonly Preset Mini = ReplicateTests.Mini with { Levels = 2, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "30it" } };

    private static readonly StudyRequest Request = new() { Preset = Mini, Scale = "tiny", Replicates = 1, Copies = 2, Steps = [new StepCount(0, 0), new StepCount(0, 10)] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tickets_of_every_learning_rate_are_compared_with_the_dense_network_of_their_own()
    {
        var low = Mini with { Name = "mini-low", Recipe = Mini.Recipe with { LearningRate = 1e-4 } };
        var rows = Run("scale/fig1", Request with { Variants = [low] }).Rows;
        (int, string)[] each = [(0, "imp"), (1, "imp"), (2, "imp"), (1, "random-reinitialisation"), (2, "random-reinitialisation")];
        Assert.Equal([.. each, .. each], rows.Select(row => (row.Level, row.Kind.Name)));
        Assert.Equal([.. Enumerable.Repeat(Mini.Name, 5), .. Enumerable.Repeat("mini-low", 5)], rows.Select(row => row.Preset));
        foreach (var preset in rows.GroupBy(row => row.Preset))
        {
            var dense = preset.First().TestAccuracy.Mean;
            Assert.All(preset.Skip(1), row => Assert.Equal(row.TestAccuracy.Mean - dense >= -0.002 ? Answer.Yes : Answer.No, row.Matching));
        }

        // A tenth of the rate cannot have trained the same networks.
        Assert.NotEqual(rows[0].TestAccuracy, rows[5].TestAccuracy);
    }

    [Fact]
    public void The_table_of_stability_has_the_published_numbers_beside_ours()
    {
        var result = Run("scale/fig3", Request with { Preset = Mini with { Published = new PublishedSetting("LeNet", 24_000) } });

        // The published density lies below all levels, and the last is the nearest.
        Assert.Equal([(0, "imp"), (2, "imp"), (2, "random-pruning")], result.Rows.Select(row => (row.Level, row.Kind.Name)));
        Assert.All(result.Rows.Skip(1), row => Assert.True(AllDistant(row)));
        Assert.Equal(4, result.Claims.Count);
        var cells = TableOf(result);
        Assert.Equal(["Measured", "IMP ticket", "Published", "Random pruning", "Published"], cells[0]);
        Assert.Equal([("20.7", "58.6"), ("48.1", "75.7"), ("22.7", "49.2"), ("53.1", "83.6"), ("98.3", "97.5")], cells.Skip(1).Select(row => (row[2], row[4])));
        Assert.Equal(result.Rows[1][Measures.L2].Mean, double.Parse(cells[1][1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 0.051);
    }

    [Fact]
    public void Where_the_paper_shows_nothing_the_table_of_stability_has_our_numbers_alone_and_claims_nothing()
    {
        var result = Run("scale/fig3", Request);
        Assert.Equal(["Measured", "IMP ticket", "Random pruning"], TableOf(result)[0]);
        Assert.Empty(result.Claims);
        Assert.All(result.Rows.Skip(1), row => Assert.Equal(1, row.Level));
    }

    [Fact]
    public void Stability_is_measured_at_every_step_for_tickets_and_random_masks()
    {
        var rows = Run("scale/fig4", Request).Rows;
        Assert.Equal([("imp", 0), ("imp", 0), ("imp", 10), ("random-pruning", 0), ("random-pruning", 10)], rows.Select(row => (row.Kind.Name, row.StartStep)));
        Assert.All(rows.Skip(1), row => Assert.True(row.Level == 1 && AllDistant(row)));
    }

    [Fact]
    public void Late_resetting_has_a_ticket_of_either_step_at_every_level()
    {
        var rows = Run("scale/fig5", Request with { Rewind = new StepCount(0, 5) }).Rows;
        Assert.Equal(
            [(0, "imp", 0), (1, "imp", 0), (2, "imp", 0), (1, "imp", 5), (2, "imp", 5), (1, "random-reinitialisation", 0), (2, "random-reinitialisation", 0)],
            rows.Select(row => (row.Level, row.Kind.Name, row.StartStep)));
    }

    [Theory]
    [InlineData("resnet18-cifar10", "paper", 500)]
    [InlineData("resnet18-cifar10", "small", 600)]
    [InlineData("vgg19-cifar10", "paper", 100)]
    [InlineData("resnet20-cifar10", "paper", 1260)]
    [InlineData("lenet-mnist", "tiny", 12)]
    public void Late_resetting_is_to_the_papers_step_in_proportion_or_to_the_scales(string preset, string scale, long step)
    {
        Assert.Equal(step, LateResettingStudy.Late(ContextOf(Scale.Find(scale).Apply(KnownPresets.Find(preset)))));
        Assert.Equal(7, LateResettingStudy.Late(ContextOf(Scale.Find(scale).Apply(KnownPresets.Find(preset)), new StepCount(0, 7))));
    }

    [Fact]
    public void Networks_pruned_at_initialisation_have_the_density_of_the_ticket()
    {
        var rows = Run("scale/fig9", Request).Rows;
        string[] kinds = ["random-reinitialisation", "snip", "grasp", "synflow", "magnitude-at-start", "random-at-start"];
        Assert.Equal([(0, "imp"), (1, "imp"), (2, "imp"), .. kinds.SelectMany(kind => new[] { (1, kind), (2, kind) })], rows.Select(row => (row.Level, row.Kind.Name)));

        // Of 15,880 weights; a second rounding may leave one more or less.
        Assert.All(rows.Skip(1), row => Assert.Equal(rows[row.Level].Density, row.Density, 1.01 / 15_880));
    }

    [Fact]
    public void What_needs_no_chain_of_levels_is_trained_at_every_second_one()
    {
        Assert.Equal([1, 2, 3, 4], LevelsOf(Mini with { Levels = 4 }));
        Assert.Equal([1, 3, 5], LevelsOf(Mini with { Levels = 6, StudiedLevel = 3 }));
        Assert.Equal([2, 4, 6, 8], LevelsOf(Scale.Find("small").Apply(KnownPresets.Find("resnet18-cifar10"))));

        // Figure 3 looks at level 10 of LeNet, and the preset at 15.
        Assert.Equal(10, LevelsOf(KnownPresets.Find("lenet-mnist")).Count(level => level % 2 == 0));

        static IEnumerable<int> LevelsOf(Preset preset) => DensityConditions.Others(ContextOf(preset), NetworkKinds.Snip).Select(condition => condition.Level);
    }

    [Theory]
    [InlineData("lenet-mnist", 10)]
    [InlineData("resnet18-cifar10", 8)]
    [InlineData("resnet18-cifar10-warmup", 8)]
    [InlineData("vgg19-cifar10-low", 17)]
    [InlineData("resnet20-cifar10", 8)]
    [InlineData("lenet-glyphs", 10)]
    public void The_level_studied_is_the_one_of_figure_3(string preset, int level) => Assert.Equal(level, StabilizingPoints.Level(ContextOf(KnownPresets.Find(preset))));

    [Fact]
    public void Studies_share_tickets_with_each_other_and_with_those_of_the_other_paper()
    {
        var density = KeysOf("scale/fig1");
        Assert.Subset(KeysOf("scale/fig5"), density);
        Assert.Subset(KeysOf("scale/fig9"), density);
        var replicate = ContextOf(Mini).Replicates[0];
        HashSet<string> stability = KeysOf("scale/fig4"), instability = KeysOf("lmc/fig6"), table = KeysOf("scale/fig3");
        foreach (var kind in new[] { NetworkKinds.Imp, NetworkKinds.RandomPruning })
        {
            foreach (var copy in new[] { 0, 1 })
            {
                foreach (var step in new[] { 0, 10 })
                {
                    var key = replicate.Copy(new Condition(kind, step, 1), copy).Key;
                    Assert.Contains(key, stability);
                    Assert.Contains(key, instability);
                }
            }
        }

        Assert.Subset(stability, table);
    }

    [Fact]
    public void Stability_to_pruning_trains_the_sparse_network_as_copy_0_of_the_dense_one_was_trained()
    {
        var dense = ContextOf(Mini).Replicates[0].Copy(Condition.Dense(), 0);
        var pairs = JobsOf("scale/fig3").OfType<CompareJob>().Where(job => job.First.Key == dense.Key).Select(job => (Job: job, Sparse: (TrainJob)job.Second)).ToArray();
        Assert.Equal(2, pairs.Length);
        Assert.All(pairs, pair => Assert.Equal((dense.Noise, dense.Start.Key, pair.Job.Mask!.Key), (pair.Sparse.Noise, pair.Sparse.Start.Key, pair.Sparse.Mask!.Key)));
        Assert.Equal(["prune", "shuffle-mask"], pairs.Select(pair => pair.Job.Mask!.Kind).Order());
    }

    [Fact]
    public void Masks_made_at_the_start_come_from_the_initial_weights_and_look_at_data_only_where_they_must()
    {
        var (replicate, other) = (ContextOf(Mini).Replicates[0], new Replicate(Mini, Workshop.Glyphs, 30, 1, 1));
        foreach (var (source, examples, draws) in new[]
        {
            (MaskSources.Snip, true, true), (MaskSources.Grasp, true, true), (MaskSources.SynFlow, false, false), (MaskSources.MagnitudeAtStart, false, false), (MaskSources.RandomAtStart, false, true),
        })
        {
            var mask = Assert.IsType<PruneJob>(source.Of(replicate, 0, 2));
            Assert.Equal((replicate.Initialise.Key, null, examples ? Workshop.Glyphs : null), (mask.State.Key, mask.Mask, mask.Data));
            Assert.Equal(0.64, mask.Density, 12);
            Assert.Equal(["fc"], mask.Exempt);
            Assert.Equal(draws, mask.Seed != 0);
            Assert.Equal(mask.Key, source.Of(replicate, 10, 2).Key);
            Assert.Equal(draws, mask.Seed != Assert.IsType<PruneJob>(source.Of(replicate, 0, 1)).Seed);
            Assert.Equal(draws, mask.Seed != Assert.IsType<PruneJob>(source.Of(other, 0, 2)).Seed);
        }
    }

    [Fact]
    public void Iterative_pruning_by_a_strategy_that_looks_at_examples_gets_them()
    {
        var mask = Assert.IsType<PruneJob>(new Replicate(Mini with { Pruning = "snip" }, Workshop.Glyphs, 30, 1, 0).Mask(0, 2));
        Assert.Equal(Workshop.Glyphs, mask.Data);
        Assert.NotEqual(0ul, mask.Seed);
    }

    [Fact]
    public void The_study_of_ImageNet_says_what_it_needs_and_does_not_run()
    {
        var study = StudyCatalogue.Find("scale/fig8");
        Assert.Contains("needs ImageNet", study.Needs, StringComparison.Ordinal);
        Assert.Equal(study.Needs, Assert.Throws<SettingException>(() => study.Design(ContextOf(Mini))).Message);
    }

    [Fact]
    public void Without_levels_there_is_nothing_to_compare()
    {
        var request = Request with { Preset = Mini with { Levels = 0, StudiedLevel = 0, Published = new PublishedSetting("Resnet-18", 30_000) } };
        foreach (var study in new[] { "scale/fig1", "scale/fig3", "scale/fig4", "scale/fig5", "scale/fig9" })
        {
            var result = Run(study, request);
            Assert.Contains("was pruned", result.Verdict, StringComparison.Ordinal);
            Assert.All(result.Rows, row => Assert.Equal(1, row.Density));
            Assert.All(result.Claims, claim => Assert.Equal(Answer.Undecided, claim.Holds));
        }
    }

    private static bool AllDistant(StudyRow row) => new[] { Measures.L2, Measures.Angle, Measures.PruningL2, Measures.PruningAngle }.All(measure => row[measure].Mean > 0);

    private static StudyContext ContextOf(Preset preset, StepCount rewind = default)
    {
        // With a fingerprint at hand, no data is needed to name the jobs.
        var data = preset.Data.Fingerprint is null ? preset.Data with { Fingerprint = "0123456789abcdef" } : preset.Data;
        return new StudyContext(Request with { Preset = preset with { Data = data }, Rewind = rewind }, Workshop.Data);
    }

    private static IReadOnlyList<Job> JobsOf(string study) => StudyCatalogue.Find(study).Design(ContextOf(Mini)).Jobs;

    private static HashSet<string> KeysOf(string study) => [.. Job.WithInputs(JobsOf(study)).Select(job => job.Key)];

    private StudyResult Run(string study, StudyRequest request) =>
        StudyRunner.Run(StudyCatalogue.Find(study), request, new LocalExecutor(new Store(_folder.FullPath), Workshop.Data, 2), null, CancellationToken.None);

    private static string[][] TableOf(StudyResult result) =>
        [.. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(result.Report)!, "stability.csv")).Select(line => line.Split(','))];
}
