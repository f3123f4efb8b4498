using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Tombola.Pruning;
using Tombola.Tests.Data;
using Tombola.Tests.Data.Folders;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>Images that are read from files while a network trains give the bits of the same images in memory.</summary>
public sealed class FolderTrainingTests : IDisposable
{
    private const int Total = 22;

    private readonly TemporaryFolder _folder = new();
    private readonly Dataset _memory, _files;

    public FolderTrainingTests()
    {
        var (train, test) = ImageFiles.Write(_folder.FullPath, ToyResNet.Data.Train, ToyResNet.Data.Test);
        _memory = Toy.Of(train, test);
        _files = Datasets.Load(new DatasetSpec { Name = "folder" }, _folder.Data);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Threads_and_reading_ahead_do_not_change_a_bit(int threads)
    {
        using var team = new ThreadTeam(threads);
        var expected = new Diary();
        var end = Train(_memory, expected);
        foreach (var readers in new[] { 0, 1, 2, 4 })
        {
            var diary = new Diary();
            Assert.True(Toy.SameBits(end, Train(With(readers), diary, team)), $"{readers} readers");
            Assert.Equal(expected.Metrics, diary.Metrics);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(13)]
    public void A_run_that_was_interrupted_goes_on_as_if_it_had_not_been(int stopAt)
    {
        var (trainer, whole) = (Of(With(2)), new Diary());
        var end = Train(_memory, whole);
        using var stop = new CancellationTokenSource();
        var before = new Diary
        {
            OnMeasure = step =>
            {
                if (step >= stopAt) stop.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => { trainer.Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), before, null, stop.Token); });
        var after = new Diary();
        Assert.True(Toy.SameBits(end, trainer.Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), after, before.Checkpoints[^1], CancellationToken.None)));
        Assert.Equal(whole.Metrics, before.Metrics.Concat(after.Metrics));
    }

    /// <summary>The first epoch reads every image, so the run fails within it, in the sentence that names the file.</summary>
    [Theory]
    [InlineData("train")]
    [InlineData("test")]
    public void An_image_that_is_damaged_stops_the_run_with_a_sentence(string part)
    {
        var path = _folder.At(part, "class 03", part == "train" ? "0013.PPM" : "0003.PPM");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        var refused = Assert.Throws<InvalidDataException>(() => { Train(With(2), new Diary()); });
        Assert.Equal($"{path}: 32 rows of 32 pixels in 3 channels take 3072 bytes, but 3071 follow the header. The file is damaged; write or copy it again.", refused.Message);
    }

    [Fact]
    public void Paths_and_pruning_see_the_same_images()
    {
        using var team = new ThreadTeam(2);
        var (network, first, second) = (ToyResNet.Network, ToyResNet.Start(1), ToyResNet.Start(2));
        Assert.Equal(Path(_memory), Path(With(2)));
        Assert.Equal(Path(_memory), Path(With(0)));
        Assert.Equal(Scores(_memory), Scores(With(2)));

        IReadOnlyList<PathPoint> Path(Dataset data)
        {
            using var evaluator = new Evaluator(network, data.Train, team);
            using var recalibrator = new Recalibrator(network, new Recalibration(50), data.Train, team);
            return LinearPath.Evaluate(first, second, 4, evaluator, recalibrator);
        }

        double[] Scores(Dataset data) => SnipScore.Of(new PruningInput(network, first, Mask.Full(network.Space), new HashSet<string>(), new RandomStream(1, RandomStream.Prune))
        {
            Batch = MiniBatch.Read(data.Train, [3, 60, 0, 17]),
        });
    }

    /// <summary>The folder's data with so many threads that read ahead.</summary>
    private Dataset With(int readers) => _files with { Train = Read(_files.Train, readers), Test = Read(_files.Test, readers) };

    private static ExampleSource Read(ExampleSource examples, int readers) => new SlowImages(examples, readers).Examples();

    private static Trainer Of(Dataset data, ThreadTeam? team = null) => new()
    {
        Network = ToyResNet.Network,
        Data = data,
        Recipe = new Recipe { LearningRate = 0.05, Momentum = 0.9, Batch = 16, Augmentation = Augmentations.FlipCrop },
        Noise = new SgdNoise(7, 7),
        EvaluateEvery = new StepCount(0, 3),
        Team = team,
    };

    private static NetworkState Train(Dataset data, Diary diary, ThreadTeam? team = null) =>
        Of(data, team).Run(ToyResNet.Start(), 0, Total, new HashSet<long>(), diary, null, CancellationToken.None);
}
