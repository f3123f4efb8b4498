using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Measuring;
using Tombola.Tests.Architecture;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Measuring;

/// <summary>A run that OpenLTH itself wrote (tests/oracles/openlth_run.py) comes over with its masks, weights and accuracies.</summary>
public sealed class RunImportTests : IDisposable
{
    private static readonly string Run = Path.Combine(FloorTests.Root, "tests", "Tombola.Tests", "Measuring", "OpenLth", "lottery_small");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_folder_says_what_was_trained_and_measured()
    {
        var run = OpenLthRun.Read(Run);
        Assert.Equal("mnist_lenet_8", run.Settings["model_name"]);
        Assert.Equal(("mnist", "60"), (run.Settings["dataset_name"], run.Settings["batch_size"]));
        Assert.Equal([(1, 0), (1, 1), (1, 2)], run.Levels.Select(level => (level.Replicate, level.Level)));
        Assert.All(run.Levels, level => Assert.Equal((100, 500), (level.StartStep, level.EndStep)));
        Assert.Equal([0.8457, 0.8523, 0.8567], run.Levels.Select(level => level.Last("test_accuracy")!.Value));
        Assert.Equal(run.Levels.Select(level => level.End), OpenLthRun.Read(Path.Combine(Run, "replicate_1")).Levels.Select(level => level.End));
    }

    [DataFact]
    public void Every_level_classifies_here_as_it_did_there()
    {
        var laboratory = Laboratory.Open(_folder.At("store"), RealData.Mnist, workers: 2);
        var result = laboratory.Measure(RunImport.Of(Run, new ModelArguments(), laboratory.Data, paths: true));
        var levels = Assert.IsType<MeasuredLevel[]>(result.Numbers);
        Assert.All(levels, level => Assert.Equal(level.LoggedAccuracy!.Value, level.Accuracy, 10));

        // OpenLTH prunes ceil(0.2 n) weights and the next one, whose magnitude is its threshold.
        Assert.Equal([6352, 5080, 4063], levels.Select(level => (int)Math.Round(level.Density * 6352)));
        Assert.Equal([false, true, true], levels.Select(level => level.Barrier is not null));
        Assert.Contains("The accuracy of every level is the one that was logged.", result.Verdict, StringComparison.Ordinal);
        Assert.All(levels.SelectMany(level => new[] { level.Mask, level.Start, level.End }), key => Assert.True(Directory.Exists(laboratory.Store.EntryOf(key))));
    }

    [Fact]
    public void A_checkpoint_of_a_pruned_network_is_read_under_its_masks()
    {
        var (folder, network) = (Path.Combine(Run, "replicate_1", "level_1", "main"), Architectures.Create("mnist_lenet_8"));
        using ITensorFile checkpoint = ModelFiles.Open(Path.Combine(folder, "checkpoint.pth")), end = ModelFiles.Open(Path.Combine(folder, "model_ep5_it0.pth")), masks = ModelFiles.Open(Path.Combine(folder, "mask.pth"));
        Assert.Equal("mnist_lenet_8", StateReader.Recognise(checkpoint, network.Input, 10));
        var (read, mask) = (StateReader.Read(checkpoint, network), StateReader.ReadMask(masks, network));
        Assert.Equal(mask, read.Mask);
        Assert.Equal(StateReader.Read(end, network).State.Under(mask).Weights, read.State.Weights);
    }

    [Fact]
    public void What_is_no_run_or_not_finished_is_refused()
    {
        Assert.Contains("There is no folder", Assert.Throws<FileNotFoundException>(() => OpenLthRun.Read(_folder.At("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("no level was found", Assert.Throws<InvalidDataException>(() => OpenLthRun.Read(_folder.FullPath)).Message, StringComparison.Ordinal);
        var level = _folder.At("replicate_1", "level_0", "main");
        Directory.CreateDirectory(level);
        Assert.Contains("the level is not finished: it has no mask.pth and 0 of the two files", Assert.Throws<InvalidDataException>(() => OpenLthRun.Read(_folder.FullPath)).Message, StringComparison.Ordinal);
        foreach (var name in new[] { "mask.pth", "model_ep0_it0.pth", "model_ep1_it0.pth" }) File.WriteAllText(Path.Combine(level, name), "");
        File.WriteAllText(Path.Combine(level, "logger"), "test_accuracy,100,0.5\nnonsense\n");
        Assert.Contains("the line 'nonsense' is not name,iteration,value", Assert.Throws<InvalidDataException>(() => OpenLthRun.Read(_folder.FullPath)).Message, StringComparison.Ordinal);
    }
}
