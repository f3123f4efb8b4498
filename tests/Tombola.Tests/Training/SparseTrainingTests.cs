using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>Training of networks so thin that they are computed sparsely.</summary>
public sealed class SparseTrainingTests
{
    private const int Total = 60;

    private static readonly Mask Thin = Toy.Draw(Toy.Space, 2, 5), ThinResNet = Toy.Draw(ToyResNet.Network.Space, 2, 5);

    public static TheoryData<string> Runs => ["sgd", "adam", "rmsprop", "resnet"];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_that_was_interrupted_goes_on_as_if_it_had_not_been(string run)
    {
        var trainer = Of(run);
        var whole = new Diary();
        var end = Train(trainer, whole);
        Assert.InRange(trainer.Skipped, 0.1, 1);
        Assert.True(trainer.Mask!.HoldsFor(end.Weights));
        foreach (var stopAt in new[] { 1, 33 })
        {
            using var stop = new CancellationTokenSource();
            var before = new Diary
            {
                OnMeasure = step =>
                {
                    if (step >= stopAt) stop.Cancel();
                },
            };

            // The run looks up every so many steps, or in the midst of a measurement.
            Assert.ThrowsAny<OperationCanceledException>(() => { Train(trainer, before, stop: stop.Token); });
            var checkpoint = before.Checkpoints[^1];
            Assert.InRange(checkpoint.Step, stopAt, Total - 1);

            // A checkpoint speaks of all weights, as one of a dense run does.
            Assert.Equal((trainer.Network.Space.Count, trainer.Network.Space.Count), (checkpoint.Weights.Length, checkpoint.Optimizer.First.Length));
            Assert.True(trainer.Mask.HoldsFor(checkpoint.Weights) && trainer.Mask.HoldsFor(checkpoint.Optimizer.First));
            var after = new Diary();
            Assert.True(Toy.SameBits(end, Train(trainer, after, checkpoint)));
            Assert.Equal(whole.Metrics, before.Metrics.Concat(after.Metrics));
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Two_threads_train_to_the_bits_of_one(string run)
    {
        using var two = new ThreadTeam(2);
        var (alone, together) = (new Diary(), new Diary());
        Assert.True(Toy.SameBits(Train(Of(run), alone), Train(Of(run, two), together)));
        Assert.Equal(alone.Metrics, together.Metrics);
    }

    [Fact]
    public void Dense_kernels_skip_nothing_and_come_to_nearly_the_same()
    {
        var (sparse, dense) = (new Diary(), new Diary());
        Train(Of("sgd"), sparse);
        var trainer = Of("sgd", kernels: KernelChoice.Dense);
        Train(trainer, dense);
        Assert.Equal(0, trainer.Skipped);
        Assert.Equal(dense.Metrics[^1].TestLoss!, sparse.Metrics[^1].TestLoss!, 1e-3);
    }

    [Theory]
    [InlineData(null, KernelChoice.Automatic)]
    [InlineData("automatic", KernelChoice.Automatic)]
    [InlineData("dense", KernelChoice.Dense)]
    public void Kernels_have_names(string? name, KernelChoice expected) => Assert.Equal(expected, KernelNames.Parse(name));

    [Theory]
    [InlineData("sparse")]
    [InlineData("Dense")]
    [InlineData("")]
    public void Kernels_that_do_not_exist_are_refused_with_the_names_of_those_that_do(string name)
    {
        var failure = Assert.Throws<SettingException>(() => KernelNames.Parse(name));
        foreach (var word in new[] { $"'{name}'", KernelNames.Automatic, KernelNames.Dense }) Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }

    private static Trainer Of(string run, ThreadTeam? team = null, KernelChoice kernels = KernelChoice.Automatic) => new()
    {
        Network = run == "resnet" ? ToyResNet.Network : Toy.Network,
        Data = run == "resnet" ? ToyResNet.Data : Toy.Data,
        Recipe = run switch
        {
            "resnet" => new Recipe { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 1e-4, Batch = 16 },
            "sgd" => new Recipe { LearningRate = 0.02, Momentum = 0.9, WeightDecay = 1e-3, Batch = 30 },
            _ => new Recipe { Optimizer = run, LearningRate = 1e-3, Momentum = run == "rmsprop" ? 0.5 : 0, Batch = 30 },
        },
        Noise = new SgdNoise(7, 7),
        Mask = run == "resnet" ? ThinResNet : Thin,
        Kernels = kernels,
        EvaluateEvery = new StepCount(0, 10),
        Team = team,
    };

    private static NetworkState Train(Trainer trainer, Diary diary, Checkpoint? resume = null, CancellationToken stop = default) => trainer.Run(
        ReferenceEquals(trainer.Network, Toy.Network) ? Toy.Start() : ToyResNet.Start(), 0, Total, new HashSet<long>(), diary, resume, stop);
}
