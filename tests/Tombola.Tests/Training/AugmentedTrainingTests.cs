using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class AugmentedTrainingTests
{
    private const int Total = 60;

    [Fact]
    public void Without_augmentation_its_seed_changes_nothing() =>
        Assert.True(Toy.SameBits(Train(new SgdNoise(7, 1), augmentation: "none"), Train(new SgdNoise(7, 2), augmentation: "none")));

    [Fact]
    public void With_augmentation_either_seed_gives_another_network()
    {
        NetworkState[] ends = [Train(new SgdNoise(7, 1)), Train(new SgdNoise(7, 2)), Train(new SgdNoise(8, 1)), Train(new SgdNoise(7, 1), augmentation: "none")];
        for (var i = 0; i < ends.Length; i++)
        {
            for (var j = 0; j < i; j++) Assert.False(Toy.SameBits(ends[i], ends[j]), $"{i} and {j}");
        }

        Assert.True(Toy.SameBits(ends[0], Train(new SgdNoise(7, 1))));
    }

    [Fact]
    public void Two_threads_train_to_the_bits_of_one()
    {
        using var two = new ThreadTeam(2);
        Assert.True(Toy.SameBits(Train(new SgdNoise(7, 1)), Train(new SgdNoise(7, 1), team: two)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(23)]
    public void A_run_that_was_interrupted_goes_on_with_the_same_images(int stopAt)
    {
        var trainer = Of(new SgdNoise(7, 1), "flip_crop", null);
        using var stop = new CancellationTokenSource();
        var before = new Diary
        {
            OnMeasure = step =>
            {
                if (step >= stopAt) stop.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => { trainer.Run(Toy.Start(), 0, Total, new HashSet<long>(), before, null, stop.Token); });
        var after = new Diary();
        var resumed = trainer.Run(Toy.Start(), 0, Total, new HashSet<long>(), after, before.Checkpoints[^1], CancellationToken.None);
        var whole = new Diary();
        Assert.True(Toy.SameBits(Train(new SgdNoise(7, 1), diary: whole), resumed));
        Assert.Equal(whole.Metrics, before.Metrics.Concat(after.Metrics));
    }

    [Fact]
    public void Training_sees_exactly_the_images_that_were_drawn()
    {
        // One epoch of one batch on images that were moved beforehand is one epoch on images that are moved on the way.
        var noise = new SgdNoise(7, 1);
        var augmentation = new FlipCrop(noise.Augment);
        var (plain, bytes) = (new float[784], new byte[Toy.Data.Train.Count * 784]);
        for (var i = 0; i < Toy.Data.Train.Count; i++)
        {
            Toy.Data.Train.Read(i, augmentation.Of(0, i), plain);
            for (var p = 0; p < 784; p++) bytes[(i * 784) + p] = (byte)MathF.Round(plain[p] * 255);
        }

        var moved = ExampleSource.FromBytes(new Shape(1, 28, 28), bytes, Toy.Data.Train.Labels.ToArray(), 10);
        Assert.True(Toy.SameBits(
            Train(noise, to: 7), Train(noise, augmentation: "none", to: 7, data: Toy.Of(moved, Toy.Data.Test))));
        Assert.False(Toy.SameBits(
            Train(noise, to: 14), Train(noise, augmentation: "none", to: 14, data: Toy.Of(moved, Toy.Data.Test))));
    }

    [Fact]
    public void The_test_set_is_never_augmented()
    {
        var diary = new Diary();
        var end = Train(new SgdNoise(7, 1), diary: diary);
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Test);
        Assert.Equal(evaluator.Evaluate(end).Loss, diary.Metrics[^1].TestLoss);
    }

    [Fact]
    public void More_steps_allocate_no_more()
    {
        // The smallest object has 24 bytes, so one in each of fifty steps would be 1,200 more. The runtime itself varies by some hundreds.
        Assert.InRange(Allocated(100) - Allocated(50), -1199, 1199);

        // The runtime allocates now and then for its own ends, so the least of several runs counts.
        static long Allocated(long to)
        {
            var trainer = Of(new SgdNoise(7, 1), "flip_crop", null, every: 1000);
            return Enumerable.Range(0, 6).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                trainer.Run(Toy.Start(), 0, to, new HashSet<long>(), new Diary(), null, CancellationToken.None);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
        }
    }

    private static Trainer Of(SgdNoise noise, string augmentation, ThreadTeam? team, Dataset? data = null, int every = 5) => new()
    {
        Network = Toy.Network,
        Data = data ?? Toy.Data,
        Recipe = new Recipe { LearningRate = 0.02, Momentum = 0.9, Batch = 30, Augmentation = augmentation },
        Noise = noise,
        EvaluateEvery = new StepCount(0, every),
        Team = team,
    };

    private static NetworkState Train(
        SgdNoise noise, string augmentation = "flip_crop", ThreadTeam? team = null, Diary? diary = null, long to = Total, Dataset? data = null) =>
        Of(noise, augmentation, team, data).Run(Toy.Start(), 0, to, new HashSet<long>(), diary ?? new Diary(), null, CancellationToken.None);
}
