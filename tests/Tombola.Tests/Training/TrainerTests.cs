using FsCheck;
using FsCheck.Fluent;
using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class TrainerTests
{
    private const int Total = 150;

    private static readonly Dictionary<string, Recipe> Recipes = new()
    {
        ["sgd"] = new() { Optimizer = "sgd", LearningRate = 0.02, Momentum = 0.9, Nesterov = true, WeightDecay = 1e-3, Batch = 30, Schedule = "cosine", Steps = "150it" },
        ["adam"] = new() { Optimizer = "adam", LearningRate = 1e-3, WeightDecay = 1e-3, Batch = 30, Warmup = "20it" },
        ["rmsprop"] = new() { Optimizer = "rmsprop", LearningRate = 1e-3, Momentum = 0.5, WeightDecay = 1e-3, Batch = 30, Schedule = "milestones", Milestones = "70it" },
    };

    public static TheoryData<string> Optimizers => [.. Recipes.Keys];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Two_threads_train_to_the_bits_of_one(string optimizer)
    {
        using var two = new ThreadTeam(2);
        var (alone, together) = (new Diary(), new Diary());
        var first = Train(Of(optimizer, Toy.Mask), alone);
        var second = Train(Of(optimizer, Toy.Mask, team: two), together);
        Assert.True(Toy.SameBits(first, second));
        Assert.Equal(alone.Metrics, together.Metrics);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_run_that_was_interrupted_goes_on_as_if_it_had_not_been(string optimizer)
    {
        var trainer = Of(optimizer, Toy.Mask, every: 5);
        var whole = new Diary();
        var end = Train(trainer, whole);
        Prop.ForAll(Gen.Choose(1, 120).ToArbitrary(), stopAt =>
        {
            using var stop = new CancellationTokenSource();
            var before = new Diary
            {
                OnMeasure = step =>
                {
                    if (step >= stopAt) stop.Cancel();
                },
            };
            Assert.Throws<OperationCanceledException>(() => { trainer.Run(Toy.Start(), 0, Total, Steps(), before, null, stop.Token); });
            var checkpoint = before.Checkpoints[^1];
            Assert.InRange(checkpoint.Step, stopAt, stopAt + 40);
            var after = new Diary();
            var resumed = trainer.Run(Toy.Start(), 0, Total, Steps(), after, checkpoint, CancellationToken.None);
            return Toy.SameBits(end, resumed) && before.Metrics.Concat(after.Metrics).SequenceEqual(whole.Metrics);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(Total - 1)]
    public void A_run_that_was_interrupted_while_it_measured_goes_on_with_the_measurement(int kept)
    {
        var trainer = Of("adam", every: 1);
        var whole = new Diary();
        var end = Train(trainer, whole);
        using var stop = new CancellationTokenSource();
        var before = new Diary { OnKeep = _ => stop.Cancel() };
        Assert.Throws<OperationCanceledException>(() => { trainer.Run(Toy.Start(), 0, Total, Steps(kept), before, null, stop.Token); });
        Assert.Equal((kept + 1, kept), (before.Checkpoints[^1].Step, before.Metrics[^1].Step));
        var after = new Diary();
        var resumed = trainer.Run(Toy.Start(), 0, Total, Steps(), after, before.Checkpoints[^1], CancellationToken.None);
        Assert.True(Toy.SameBits(end, resumed));
        Assert.Equal(whole.Metrics, before.Metrics.Concat(after.Metrics));
    }

    [Fact]
    public void How_often_the_network_is_evaluated_does_not_change_it()
    {
        var diaries = new[] { new Diary(), new Diary() };
        var often = Train(Of("adam", every: 1), diaries[0]);
        var rarely = Train(Of("adam", every: 64), diaries[1]);
        Assert.True(Toy.SameBits(often, rarely));
        Assert.Equal(Enumerable.Range(1, Total).Select(step => (long)step), diaries[0].Metrics.Select(line => line.Step));
        Assert.Equal([64L, 128, 150], diaries[1].Metrics.Select(line => line.Step));
        Assert.Equal(diaries[0].Metrics[^1].TestLoss, diaries[1].Metrics[^1].TestLoss);
    }

    [Fact]
    public void Metrics_are_means_over_the_steps_since_the_line_before()
    {
        // 200 examples in batches of 30: six whole batches and one of 20.
        var (each, epochs) = (new Diary(), new Diary());
        Train(Of("adam", every: 1), each);
        Train(Of("adam", every: 7), epochs);
        int[] sizes = [30, 30, 30, 30, 30, 30, 20];
        var mean = each.Metrics.Take(7).Zip(sizes, (line, size) => line.TrainLoss!.Value * size).Sum() / 200;
        Assert.Equal(mean, epochs.Metrics[0].TrainLoss!.Value, 12);
        Assert.Equal(1, epochs.Metrics[0].Epoch);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_kept_state_is_the_one_a_shorter_run_ends_with(string optimizer)
    {
        var trainer = Of(optimizer, Toy.Mask);
        var diary = new Diary();
        var end = trainer.Run(Toy.Start(), 0, Total, Steps(0, 33, 64, Total), diary, null, CancellationToken.None);
        Assert.Equal([0L, 33, 64, Total], diary.Kept.Keys.Order());
        Assert.True(Toy.SameBits(Toy.Start().Under(Toy.Mask), diary.Kept[0]));
        Assert.True(Toy.SameBits(end, diary.Kept[Total]));
        foreach (var step in new long[] { 33, 64 })
        {
            Assert.True(Toy.SameBits(trainer.Run(Toy.Start(), 0, step, Steps(), new Diary(), null, CancellationToken.None), diary.Kept[step]), $"step {step}");
        }
    }

    [Fact]
    public void Without_momentum_two_runs_one_after_the_other_are_one_run()
    {
        var trainer = With(new Recipe { LearningRate = 0.05, Batch = 30, Schedule = "linear", Steps = "150it", Warmup = "10it" });
        var whole = Train(trainer, new Diary());
        var half = trainer.Run(Toy.Start(), 0, 47, Steps(), new Diary(), null, CancellationToken.None);
        Assert.True(Toy.SameBits(whole, trainer.Run(half, 47, Total, Steps(), new Diary(), null, CancellationToken.None)));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void The_mask_holds_through_momentum_and_weight_decay(string optimizer)
    {
        var end = Train(Of(optimizer, Toy.Mask), new Diary());
        Assert.True(Toy.Mask.HoldsFor(end.Weights));
        var moved = Toy.Start().Weights.Zip(end.Weights).Where((_, i) => Toy.Mask[i]).Count(pair => pair.First != pair.Second);
        Assert.True(moved > Toy.Mask.Remaining / 2, $"Only {moved} weights moved.");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_lowers_the_error(string optimizer)
    {
        var diary = new Diary();
        Train(Of(optimizer), diary);
        Assert.InRange(diary.Metrics[^1].TestError, 0, 0.2);
    }

    [Fact]
    public void Another_data_order_gives_another_network() => Assert.False(Toy.SameBits(
        Train(Of("sgd"), new Diary()), Train(With(Recipes["sgd"], noise: new SgdNoise(8, 0)), new Diary())));

    [Fact]
    public void A_loss_that_explodes_stops_the_run_and_names_the_step()
    {
        var trainer = With(new Recipe { LearningRate = 999, WeightDecay = 0.9, Batch = 30 });
        Assert.Matches(@"not finite at step \d+ \(learning rate 999\)", Assert.Throws<ArithmeticException>(() => { Train(trainer, new Diary()); }).Message);
    }

    [Fact]
    public void The_step_of_a_bad_loss_counts_from_initialisation()
    {
        var start = Toy.Start();
        start[Toy.Space["fc.bias"]].Fill(float.NaN);
        var failure = Assert.Throws<ArithmeticException>(() => { Of("sgd").Run(start, 47, Total, Steps(), new Diary(), null, CancellationToken.None); });
        Assert.Contains("at step 47 ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_larger_than_the_training_set_is_refused_before_the_first_step()
    {
        var refused = Assert.Throws<SettingException>(() => { Train(With(new Recipe { Batch = 201 }), new Diary()); });
        Assert.Contains("201", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_another_shape_is_refused_by_name()
    {
        var wide = ExampleSource.FromBytes(new Shape(1, 2, 3), new byte[60], new int[10], 10);
        var refused = Assert.Throws<SettingException>(() => { Train(With(new Recipe { Batch = 2 }, data: Toy.Of(wide, wide)), new Diary()); });
        Assert.Contains("1x2x3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_images_are_refused_by_a_network_for_colour()
    {
        var trainer = new Trainer { Network = ToyResNet.Network, Data = Toy.Data, Recipe = new Recipe { Batch = 10 }, Noise = new SgdNoise(1, 1) };
        var refused = Assert.Throws<SettingException>(() => { trainer.Run(ToyResNet.Start(), 0, 1, Steps(), new Diary(), null, CancellationToken.None); });
        Assert.Equal("cifar_resnet_8_2 takes images of 3x32x32; those of toy are 1x28x28. Choose another model or data set.", refused.Message);
    }

    [Fact]
    public void Every_example_counts_in_an_epoch_also_those_of_the_last_partial_batch()
    {
        var reference = Epoch(-1);
        for (var changed = 0; changed < 5; changed++) Assert.False(Toy.SameBits(reference, Epoch(changed)), $"example {changed}");

        static NetworkState Epoch(int changed)
        {
            var train = Toy.Examples(5, 1, n => n == changed ? 9 : n);
            return With(new Recipe { Batch = 2 }, data: Toy.Of(train, train)).Run(Toy.Start(), 0, 3, Steps(), new Diary(), null, CancellationToken.None);
        }
    }

    private static Trainer Of(string optimizer, Mask? mask = null, int every = 25, ThreadTeam? team = null) => With(Recipes[optimizer], mask, every, team);

    private static Trainer With(Recipe recipe, Mask? mask = null, int every = 25, ThreadTeam? team = null, SgdNoise? noise = null, Dataset? data = null) => new()
    {
        Network = Toy.Network,
        Data = data ?? Toy.Data,
        Recipe = recipe,
        Noise = noise ?? new SgdNoise(7, 0),
        Mask = mask,
        EvaluateEvery = new StepCount(0, every),
        Team = team,
    };

    private static NetworkState Train(Trainer trainer, Diary diary) => trainer.Run(Toy.Start(), 0, Total, Steps(), diary, null, CancellationToken.None);

    private static HashSet<long> Steps(params long[] steps) => [.. steps];
}
