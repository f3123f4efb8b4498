using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class ReplicateTests
{
    /// <summary>A preset of the mini network on glyphs; 60 steps in all.</summary>
    internal static Preset Mini { get; } = KnownPresets.Find("lenet-glyphs") with
    {
        Model = Workshop.Model,
        Data = Workshop.Glyphs,
        Recipe = new Recipe { Optimizer = "adam", LearningRate = 1e-3, Batch = 30, Steps = "60it" },
        Points = 5,
    };

    private static Replicate Replicate(int replicate = 0, ulong seed = 1) => new(Mini, Workshop.Glyphs, 60, seed, replicate);

    [Fact]
    public void The_dense_network_has_no_mask()
    {
        Assert.Null(Replicate().Mask(0, 0));
        Assert.All(NetworkKinds.All, kind => Assert.Null(Replicate().Copy(new Condition(kind, 10, 0), 0).Mask));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void The_mask_of_a_level_is_made_from_copy_0_of_the_level_before(long rewind)
    {
        for (var level = 1; level <= 5; level++)
        {
            var mask = Assert.IsType<PruneJob>(Replicate().Mask(rewind, level));
            Assert.Equal(Replicate().Copy(new Condition(NetworkKinds.Imp, rewind, level - 1), 0).Key, mask.State.Key);
            Assert.Equal(Replicate().Mask(rewind, level - 1)?.Key, mask.Mask?.Key);
            Assert.Equal(["fc"], mask.Exempt);
            Assert.Equal(mask.Key, Replicate().Copy(new Condition(NetworkKinds.Imp, rewind, level), 1).Mask?.Key);
        }
    }

    [Fact]
    public void The_same_distribution_gives_the_same_jobs_in_whichever_words()
    {
        Preset[][] same =
        [
            [Mini, Mini with { Distribution = "global" }],
            [Mini with { Pruning = "magnitude-layerwise" }, Mini with { Distribution = "layer-wise" }, Mini with { Pruning = "magnitude-layerwise", Distribution = "layer-wise" }],
            [Mini with { Distribution = "erk" }],
            [Mini with { Distribution = "given:*=0.5" }, Mini with { Distribution = "given:fc_layers.0=0.5" }],
            [Mini with { Distribution = "given:*=0.25" }],
            [Mini with { Pruning = "random-layerwise" }, Mini with { Pruning = "random", Distribution = "layer-wise" }],
        ];
        var keys = same.Select(presets => presets.Select(preset => new Replicate(preset, Workshop.Glyphs, 60, 1, 0).Mask(10, 2)!.Key).Distinct().ToArray()).ToArray();
        Assert.All(keys, words => Assert.Single(words));
        Assert.Equal(same.Length, keys.SelectMany(words => words).Distinct().Count());
    }

    [Fact]
    public void Densities_that_cannot_be_are_refused_before_anything_is_trained()
    {
        Assert.Contains("There is no layer 'fc_layer.0'", Assert.Throws<SettingException>(() => new Replicate(Mini with { Distribution = "given:fc_layer.0=1" }, Workshop.Glyphs, 60, 1, 0)).Message, StringComparison.Ordinal);
        var nothing = new Replicate(Mini with { Distribution = "given:*=0" }, Workshop.Glyphs, 60, 1, 0);
        Assert.Contains("Give more layers a density above 0", Assert.Throws<SettingException>(() => nothing.Mask(0, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_that_draws_gets_a_seed_and_another_none_whatever_their_names()
    {
        PruningScores.Registry.Add(new PruningScore("dice", "a throw", PruningScores.Registry.Find("random").Of) { Draws = true });
        PruningScores.Registry.Add(new PruningScore("random-looking", "its magnitude", PruningScores.Registry.Find("magnitude").Of));
        foreach (var (score, draws) in new[] { ("dice", true), ("random-looking", false), ("random", true), ("magnitude", false), ("snip", true), ("synflow", false) })
        {
            Assert.Equal(draws, Assert.IsType<PruneJob>(new Replicate(Mini with { Pruning = score }, Workshop.Glyphs, 60, 1, 0).Mask(0, 1)).Seed != 0);
        }
    }

    [Fact]
    public void Every_level_starts_from_the_same_rewound_weights()
    {
        var starts = Enumerable.Range(0, 4).Select(level => Replicate().Copy(new Condition(NetworkKinds.Imp, 10, level), 0)).ToArray();
        Assert.All(starts, job => Assert.Equal((Replicate().At(10).Key, 10, 60), (job.Start.Key, job.From, job.To)));
        Assert.Equal(4, starts.Select(job => job.Noise).Distinct().Count());
    }

    [Fact]
    public void Copies_differ_in_their_noise_and_in_nothing_else()
    {
        foreach (var kind in NetworkKinds.All)
        {
            var (first, second) = (Replicate().Copy(new Condition(kind, 10, 2), 0), Replicate().Copy(new Condition(kind, 10, 2), 1));
            Assert.NotEqual(first.Noise, second.Noise);
            Assert.Equal(first.Key, (second with { Noise = first.Noise }).Key);
        }
    }

    [Fact]
    public void Controls_change_the_mask_or_the_weights_but_not_both()
    {
        var (ticket, pruned, drawn) = (Replicate().Copy(new Condition(NetworkKinds.Imp, 0, 2), 0), Replicate().Copy(new Condition(NetworkKinds.RandomPruning, 0, 2), 0), Replicate().Copy(new Condition(NetworkKinds.RandomReinitialisation, 0, 2), 0));
        Assert.Equal(ticket.Start.Key, pruned.Start.Key);
        Assert.Equal(ticket.Mask!.Key, Assert.IsType<ShuffleMaskJob>(pruned.Mask).Mask.Key);
        Assert.Equal(ticket.Mask.Key, drawn.Mask!.Key);
        Assert.NotEqual(ticket.Start.Key, drawn.Start.Key);
        Assert.Equal("reinit", Assert.IsType<InitialiseJob>(drawn.Start).Stream);
    }

    [Fact]
    public void Replicates_and_seeds_share_no_job()
    {
        var keys = new[] { Replicate(0), Replicate(1), Replicate(0, 2) }.SelectMany(replicate => Collect([replicate.Path(new Condition(NetworkKinds.Imp, 10, 2), new Pair(0, 1))])).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Batch_norm_settings_name_jobs_only_where_there_is_batch_norm()
    {
        var recalibration = Recalibration.Default;
        foreach (var (model, named) in new[] { (Workshop.Model, false), ("cifar_conv_2", false), ("cifar_resnet_8", true) })
        {
            var (plain, asked) = (
                new Replicate(Mini with { Model = model }, Workshop.Glyphs, 60, 1, 0),
                new Replicate(Mini with { Model = model, BatchNormInitializer = "fixed" }, Workshop.Glyphs, 60, 1, 0, recalibration));
            Assert.Equal(named ? recalibration : null, asked.Path(new Condition(NetworkKinds.Imp, 0, 0), new Pair(0, 1)).Recalibration);
            Assert.Equal(named ? "fixed" : null, Assert.IsType<InitialiseJob>(asked.Initialise).BatchNormInitializer);
            Assert.Equal(named, plain.Path(new Condition(NetworkKinds.Imp, 0, 0), new Pair(0, 1)).Key != asked.Path(new Condition(NetworkKinds.Imp, 0, 0), new Pair(0, 1)).Key);
            Assert.Equal(named, plain.Copy(new Condition(NetworkKinds.RandomReinitialisation, 0, 1), 0).Start.Key != asked.Copy(new Condition(NetworkKinds.RandomReinitialisation, 0, 1), 0).Start.Key);
        }
    }

    /// <summary>Dense networks have one way to be computed, and every study shares them.</summary>
    [Fact]
    public void Kernels_name_the_jobs_of_sparse_networks_only()
    {
        var (plain, dense) = (Replicate(), new Replicate(Mini, Workshop.Glyphs, 60, 1, 0, kernels: KernelNames.Dense));
        Assert.Equal(plain.At(10).Key, dense.At(10).Key);
        Assert.Equal(plain.Mask(10, 1)!.Key, dense.Mask(10, 1)!.Key);
        foreach (var kind in NetworkKinds.All)
        {
            Assert.Equal(plain.Copy(new Condition(kind, 10, 0), 1).Key, dense.Copy(new Condition(kind, 10, 0), 1).Key);
            Assert.Equal(plain.Path(new Condition(kind, 10, 0), new Pair(0, 1)).Key, dense.Path(new Condition(kind, 10, 0), new Pair(0, 1)).Key);
            Assert.Equal(plain.Compare(new Condition(kind, 10, 0), new Pair(0, 1)).Key, dense.Compare(new Condition(kind, 10, 0), new Pair(0, 1)).Key);
            string?[] kernels = [dense.Copy(new Condition(kind, 10, 1), 1).Kernels, dense.Path(new Condition(kind, 10, 1), new Pair(0, 1)).Kernels, dense.Compare(new Condition(kind, 10, 1), new Pair(0, 1)).Kernels];
            Assert.All(kernels, name => Assert.Equal(KernelNames.Dense, name));
            Assert.Null(plain.Copy(new Condition(kind, 10, 1), 1).Kernels);
            Assert.NotEqual(plain.Copy(new Condition(kind, 10, 1), 1).Key, dense.Copy(new Condition(kind, 10, 1), 1).Key);
            Assert.NotEqual(plain.Path(new Condition(kind, 10, 1), new Pair(0, 1)).Key, dense.Path(new Condition(kind, 10, 1), new Pair(0, 1)).Key);
            Assert.NotEqual(plain.Compare(new Condition(kind, 10, 1), new Pair(0, 1)).Key, dense.Compare(new Condition(kind, 10, 1), new Pair(0, 1)).Key);

            // What the control that is drawn anew starts from was trained densely.
            Assert.Equal(plain.Copy(new Condition(kind, 10, 1), 0).Start.Key, dense.Copy(new Condition(kind, 10, 1), 0).Start.Key);
        }
    }

    [Fact]
    public void Rewinding_restores_the_weights_of_step_k_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var store = new Store(folder.FullPath);
        var replicate = Replicate();
        var rewound = replicate.At(10);
        var ticket = replicate.Copy(new Condition(NetworkKinds.Imp, 10, 1), 0);
        Workshop.Run(store, 2, ticket);
        var (weights, diary) = (Workshop.StateOf(store, rewound), new Diary());
        var mask = StateFile.ReadMask(store.FileOf(ticket.Mask!, PruneResult.FileName), Toy.Space);
        var trainer = new Trainer { Network = Architectures.Create(ticket.Model), Data = Workshop.Data.Load(ticket.Data), Recipe = ticket.Recipe, Noise = ticket.Noise, Mask = mask };
        var end = trainer.Run(weights, 10, 60, new HashSet<long> { 10 }, diary, null, CancellationToken.None);
        Assert.True(Toy.SameBits(weights.Under(mask), diary.Kept[10]));
        Assert.True(Toy.SameBits(end, Workshop.StateOf(store, ticket)));
    }

    [Fact]
    public void Studies_share_the_jobs_that_the_main_study_has_too()
    {
        var main = Collect(JobsOf("lenet-mnist"));
        Assert.True(main.Count > 3 * 20 * 4);
        foreach (var name in new[] { "lmc/fig2", "lmc/table2", "lmc/fig5", "lmc/fig6" })
        {
            // A third copy, and the controls' second, are what the main study does not train.
            var shared = Collect(JobsOf(name, copies: 2).Where(job => job is TrainJob)).Intersect(main).Count();
            Assert.True(shared >= 3 * 2, name);
        }

        var at = new[] { new StepCount(0, 0), new StepCount(0, 100) };
        var figure6 = Collect(JobsOf("lmc/fig6", steps: at)).ToHashSet();
        Assert.Subset(figure6, Collect(JobsOf("lmc/fig7", steps: at)).ToHashSet());
        Assert.Subset(figure6, Collect(JobsOf("lmc/fig5")).ToHashSet());
        Assert.Subset(figure6, Collect(JobsOf("lmc/table2")).ToHashSet());
        Assert.Subset(Collect(JobsOf("lmc/fig3")).ToHashSet(), Collect(JobsOf("lmc/fig2")).ToHashSet());
    }

    [Theory]
    [InlineData(2, new[] { 0, 1 })]
    [InlineData(3, new[] { 0, 1, 0, 2, 1, 2 })]
    public void Every_two_copies_make_a_pair(int copies, int[] expected) => Assert.Equal(expected, Pair.Of(copies).SelectMany(pair => new[] { pair.First, pair.Second }));

    [Fact]
    public void Copies_that_start_the_schedule_again_train_from_step_0_for_all_of_it()
    {
        var job = Replicate().Copy(Condition.Dense(10) with { Restarted = true }, 0);
        Assert.Equal((Replicate().At(10).Key, 0, 60), (job.Start.Key, job.From, job.To));
        Assert.Equal(Replicate().Copy(Condition.Dense(), 0).Key, Replicate().Copy(Condition.Dense() with { Restarted = true }, 0).Key);
    }

    [Fact]
    public void Stability_to_pruning_compares_networks_that_were_trained_in_the_same_data_order()
    {
        var ticket = new Condition(NetworkKinds.Imp, 10, 2);
        var job = Replicate().CompareWithDense(ticket);
        var (dense, sparse) = (Assert.IsType<TrainJob>(job.First), Assert.IsType<TrainJob>(job.Second));
        Assert.Equal(Replicate().Copy(Condition.Dense(10), 0).Key, dense.Key);
        Assert.Equal(dense.Noise, sparse.Noise);
        Assert.Equal((dense.Start.Key, Replicate().Mask(10, 2)!.Key, job.Mask!.Key), (sparse.Start.Key, sparse.Mask!.Key, sparse.Mask.Key));
    }

    [Fact]
    public void A_one_shot_mask_comes_from_the_dense_network_and_has_the_density_of_its_level()
    {
        var mask = Assert.IsType<PruneJob>(MaskSources.OneShot.Of(Replicate(), 10, 3));
        Assert.Equal(Replicate().Copy(Condition.Dense(10), 0).Key, mask.State.Key);
        Assert.Equal((null, 0.0), (mask.Mask, mask.Fraction));
        Assert.Equal(0.512, mask.Density, 12);
    }

    [Fact]
    public void Every_study_starts_from_the_same_initial_weights()
    {
        var initialise = JobsOf("lmc/fig2").OfType<TrainJob>().First().Start;
        Assert.IsType<InitialiseJob>(initialise);

        // Appendix C counts epochs, and so cannot name its jobs without the data.
        Assert.All(StudyCatalogue.All.Where(study => study.Needs is null && study.Name != "lmc/appendix-c"), study => Assert.Contains(initialise.Key, Collect(JobsOf(study.Name))));
    }

    private static IReadOnlyList<Job> JobsOf(string study, int copies = 3, StepCount[]? steps = null)
    {
        // With a fingerprint at hand, no data is needed to name the jobs.
        var preset = KnownPresets.Find("lenet-mnist");
        var request = new StudyRequest { Preset = preset with { Data = preset.Data with { Fingerprint = "0123456789abcdef" } }, Scale = "paper", Replicates = 3, Copies = copies, Steps = steps };
        return StudyCatalogue.Find(study).Design(new StudyContext(request, Workshop.Data)).Jobs;
    }

    private static List<string> Collect(IEnumerable<Job> jobs)
    {
        var keys = new List<string>();
        var seen = new HashSet<string>();
        foreach (var job in jobs) Visit(job);
        return keys;

        void Visit(Job job)
        {
            if (!seen.Add(job.Key)) return;
            keys.Add(job.Key);
            foreach (var input in job.Inputs) Visit(input);
        }
    }
}
