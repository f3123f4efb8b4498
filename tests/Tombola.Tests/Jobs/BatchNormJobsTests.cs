using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Jobs on a network with batch norm: its running statistics go wherever its weights go.</summary>
public sealed class BatchNormJobsTests : IDisposable
{
    private const string Model = "cifar_resnet_8_2";
    private static readonly WeightSpace Space = Architectures.Create(Model).Space;
    private static readonly DatasetSpec Images = new() { Name = "colour_glyphs", Subsample = 64, Pixels = DatasetSpec.Standard };
    private static readonly InitialiseJob Initialise = new() { Model = Model, Initializer = "kaiming_normal", Seed = 1, Stream = "init" };
    private static readonly TrainJob Trunk = Train(Initialise, 0, 8, 1);
    private static readonly PruneJob Prune = new() { Model = Model, State = Train(Trunk, 8, 40, 2), Strategy = "magnitude", Fraction = 0.2 };
    private static readonly TrainJob Ticket = Train(Trunk, 8, 40, 3) with { Mask = Prune };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rewinding_restores_the_statistics_of_step_k_under_the_mask()
    {
        Workshop.Run(Fresh(), 2, Ticket);
        var (rewound, diary) = (StateOf(Trunk), new Diary());
        var mask = StateFile.ReadMask(Fresh().FileOf(Prune, PruneResult.FileName), Space);
        var trainer = new Trainer { Network = Architectures.Create(Model), Data = Workshop.Data.Load(Images), Recipe = Ticket.Recipe, Noise = Ticket.Noise, Mask = mask };
        var end = trainer.Run(rewound, 8, 40, new HashSet<long> { 8 }, diary, null, CancellationToken.None);
        var start = diary.Kept[8];
        Assert.True(Toy.SameBits(rewound.Under(mask), start));
        Assert.True(Toy.SameBits(end, StateOf(Ticket)));
        Assert.Equal(rewound.Statistics, start.Statistics);
        Assert.NotEqual(StateOf(Initialise).Statistics, start.Statistics);
        Assert.NotEqual(StateOf(Ticket).Statistics, start.Statistics);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Training_that_was_cancelled_goes_on_from_its_checkpoint_to_the_same_bits(double stopAt)
    {
        var job = Train(Initialise, 0, 80, 4);
        Workshop.Run(Fresh(), 1, job);
        var whole = Workshop.Contents(Fresh());
        Fresh().Remove(job.Key);
        using var stop = new CancellationTokenSource();
        using var team = new ThreadTeam(1);
        using (var claim = Fresh().Claim(job).Claim!)
        {
            var context = Workshop.Until(stopAt, stop, Fresh(), claim.Folder, team);
            Assert.Throws<OperationCanceledException>(() => { job.Run(context); });
            var (checkpoint, _) = CheckpointFile.TakeOver(context, job)!.Value;
            Assert.InRange(checkpoint.Step, stopAt * 80, 79);
            Assert.NotEqual(StateOf(Initialise).Statistics, checkpoint.Statistics);
        }

        Workshop.Run(Fresh(), 1, job);
        Assert.Equal(whole, Workshop.Contents(Fresh()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recalibrated_paths_keep_their_ends_for_any_number_of_workers(bool onTrainingSet)
    {
        var walk = new PathJob
        {
            Model = Model,
            First = Ticket,
            Second = Train(Trunk, 8, 40, 5) with { Mask = Prune },
            Data = Images,
            Points = 3,
            OnTrainingSet = onTrainingSet,
        };
        var recalibrated = walk with { Recalibration = new Recalibration(50) };
        Workshop.Run(Fresh(), 2, walk, recalibrated);
        var (plain, anew) = (Fresh().Result(walk), Fresh().Result(recalibrated));
        Assert.Equal((plain.Points[0], plain.Points[2]), (anew.Points[0], anew.Points[2]));
        Assert.NotEqual(plain.Points[1], anew.Points[1]);
        if (!onTrainingSet) Assert.Equal(Fresh().Result(Ticket).Last.TestError, anew.Points[0].Error);
        Fresh().Remove(recalibrated.Key);
        Workshop.Run(Fresh(), 1, recalibrated);
        Assert.Equal(anew.Points, Fresh().Result(recalibrated).Points);
    }

    [Fact]
    public void Another_initialiser_of_batch_norm_draws_other_scales_and_the_same_weights()
    {
        var other = Initialise with { BatchNormInitializer = "fixed" };
        Workshop.Run(Fresh(), 1, Initialise, other);
        var (uniform, constant) = (StateOf(Initialise), StateOf(other));
        Assert.All(constant[Space["bn.weight"]].ToArray(), scale => Assert.Equal(1, scale));
        Assert.All(uniform[Space["bn.weight"]].ToArray(), scale => Assert.InRange(scale, 0, 1));
        Assert.Equal(uniform[Space["conv.weight"]].ToArray(), constant[Space["conv.weight"]].ToArray());
    }

    private static TrainJob Train(Job start, long from, long to, ulong noise) => new()
    {
        Model = Model,
        Start = start,
        Data = Images,
        Recipe = new Recipe { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 1e-4, Batch = 20, Steps = "40it", Augmentation = "flip_crop" },
        Noise = new SgdNoise(noise, noise),
        From = from,
        To = to,
    };

    private Store Fresh() => new(_folder.FullPath);

    private NetworkState StateOf(Job job) => StateFile.Read(Fresh().FileOf(job, Store.StateFile), Space);
}
