using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>Running statistics are a part of the state: they are trained, kept, measured with, and restored like weights.</summary>
public sealed class BatchNormTrainingTests
{
    private const int Total = 100;

    [Fact]
    public void A_run_that_was_interrupted_goes_on_with_its_statistics()
    {
        var trainer = ToyResNet.Trainer(ToyResNet.Mask);
        var whole = new Diary();
        var end = Train(trainer, whole);
        Prop.ForAll(Gen.Choose(1, 90).ToArbitrary(), stopAt =>
        {
            using var stop = new CancellationTokenSource();
            var before = new Diary
            {
                OnMeasure = step =>
                {
                    if (step >= stopAt) stop.Cancel();
                },
            };

            // A run that ends before it looks up has nothing to resume from.
            var stopped = Record.Exception(() => { trainer.Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), before, null, stop.Token); });
            if (stopped is null) return true;
            Assert.IsType<OperationCanceledException>(stopped);
            var after = new Diary();
            var resumed = trainer.Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), after, before.Checkpoints[^1], CancellationToken.None);
            return Toy.SameBits(end, resumed) && before.Metrics.Concat(after.Metrics).SequenceEqual(whole.Metrics);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(6));
    }

    [Fact]
    public void Two_threads_train_to_the_bits_of_one()
    {
        using var two = new ThreadTeam(2);
        Assert.True(Toy.SameBits(Train(ToyResNet.Trainer(), new Diary()), Train(ToyResNet.Trainer(team: two), new Diary())));
    }

    [Fact]
    public void Statistics_follow_the_data_and_are_what_the_test_set_is_measured_with()
    {
        var diary = new Diary();
        var end = Train(ToyResNet.Trainer(), diary);
        Assert.NotEqual(ToyResNet.Start().Statistics, end.Statistics);
        using var evaluator = new Evaluator(ToyResNet.Network, ToyResNet.Data.Test);
        var own = evaluator.Evaluate(end);
        Assert.Equal((own.Loss, own.Error), (diary.Metrics[^1].TestLoss, diary.Metrics[^1].TestError));
        Assert.NotEqual(own.Loss, evaluator.Evaluate(new NetworkState(end.Space, end.Weights)).Loss);
    }

    [Fact]
    public void A_kept_state_has_the_statistics_of_its_step()
    {
        var (diary, trainer) = (new Diary(), ToyResNet.Trainer(ToyResNet.Mask));
        trainer.Run(ToyResNet.Start(), 0, 40, new HashSet<long> { 0, 13 }, diary, null, CancellationToken.None);
        Assert.Equal(ToyResNet.Start().Statistics, diary.Kept[0].Statistics);
        Assert.True(Toy.SameBits(trainer.Run(ToyResNet.Start(), 0, 13, new HashSet<long>(), new Diary(), null, CancellationToken.None), diary.Kept[13]));
    }

    [Fact]
    public void A_mask_leaves_the_statistics_alone()
    {
        var trained = Train(ToyResNet.Trainer(), new Diary());
        Assert.Equal(trained.Statistics, trained.Under(ToyResNet.Mask).Statistics);
        Assert.Equal(trained.Statistics, trained.Clone().Statistics);
    }

    [Fact]
    public void Evaluating_more_often_does_not_change_the_statistics() => Assert.True(Toy.SameBits(
        Train(ToyResNet.Trainer(every: 1), new Diary()), Train(ToyResNet.Trainer(every: 50), new Diary())));

    private static NetworkState Train(Trainer trainer, Diary diary) => trainer.Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), diary, null, CancellationToken.None);
}
