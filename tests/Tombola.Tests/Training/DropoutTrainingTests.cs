using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>What dropout leaves out is a function of the seed of the noise and of the step, and of nothing else.</summary>
public sealed class DropoutTrainingTests
{
    private const int Total = 60;

    private static readonly Network Network = Build(0.4);

    [Fact]
    public void Two_threads_train_to_the_bits_of_one()
    {
        using var two = new ThreadTeam(2);
        Assert.True(Toy.SameBits(Train(Of(new SgdNoise(7, 1))), Train(Of(new SgdNoise(7, 1), team: two))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(23)]
    public void A_run_that_was_interrupted_goes_on_with_the_same_draws(int stopAt)
    {
        var trainer = Of(new SgdNoise(7, 1));
        using var stop = new CancellationTokenSource();
        var before = new Diary
        {
            OnMeasure = step =>
            {
                if (step >= stopAt) stop.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => { Train(trainer, before, stop: stop.Token); });
        var (whole, after) = (new Diary(), new Diary());
        Assert.True(Toy.SameBits(Train(trainer, whole), Train(trainer, after, before.Checkpoints[^1])));
        Assert.Equal(whole.Metrics, before.Metrics.Concat(after.Metrics));
    }

    [Fact]
    public void The_seed_of_augmentation_is_that_of_dropout()
    {
        var first = Train(Of(new SgdNoise(7, 1)));
        Assert.True(Toy.SameBits(first, Train(Of(new SgdNoise(7, 1)))));
        Assert.False(Toy.SameBits(first, Train(Of(new SgdNoise(7, 2)))));
        Assert.False(Toy.SameBits(first, Train(Of(new SgdNoise(7, 1), network: Build(0)))));
    }

    [Fact]
    public void Every_step_draws_anew()
    {
        // One batch is the whole training set, and without a learning rate worth the name only dropout tells the losses of two steps apart.
        var diary = new Diary();
        Train(Of(new SgdNoise(7, 1), new Recipe { LearningRate = 1e-30, Batch = 200 }, every: 1), diary);
        Assert.Equal(Total, diary.Metrics.Select(line => line.TrainLoss).Distinct().Count());
        Assert.Single(diary.Metrics.Select(line => line.TestLoss).Distinct());
    }

    [Fact]
    public void More_steps_allocate_no_more()
    {
        // The smallest object has 24 bytes, so one in each of two hundred steps would be 4,800 more. The runtime itself varies by up to two thousand.
        Assert.InRange(Allocated(250) - Allocated(50), -4799, 4799);

        // The runtime allocates now and then for its own ends, so the least of several runs counts.
        static long Allocated(long to)
        {
            var trainer = Of(new SgdNoise(7, 1), every: 1000);
            return Enumerable.Range(0, 6).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                trainer.Run(Start(trainer.Network), 0, to, new HashSet<long>(), new Diary(), null, CancellationToken.None);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
        }
    }

    private static Network Build(double rate)
    {
        var builder = new NetworkBuilder("dropout", new Shape(1, 28, 28));
        var x = builder.Relu(builder.Linear("first", builder.Dropout(builder.Input, rate / 2), 40));
        builder.Linear("fc", builder.Dropout(x, rate), 10);
        return builder.Build();
    }

    private static NetworkState Start(Network network) => Initializers.Initialize(network, "xavier_normal", new RandomStream(1, RandomStream.Init));

    private static Trainer Of(SgdNoise noise, Recipe? recipe = null, int every = 5, ThreadTeam? team = null, Network? network = null) => new()
    {
        Network = network ?? Network,
        Data = Toy.Data,
        Recipe = recipe ?? new Recipe { LearningRate = 0.02, Momentum = 0.9, Batch = 30 },
        Noise = noise,
        EvaluateEvery = new StepCount(0, every),
        Team = team,
    };

    private static NetworkState Train(Trainer trainer, Diary? diary = null, Checkpoint? resume = null, CancellationToken stop = default) =>
        trainer.Run(Start(trainer.Network), 0, Total, new HashSet<long>(), diary ?? new Diary(), resume, stop);
}
