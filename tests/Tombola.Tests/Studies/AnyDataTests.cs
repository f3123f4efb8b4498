using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>Networks take image and classes from the data: any number of classes, any size that the architecture can take; what it cannot is said before anything is trained.</summary>
public sealed class AnyDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mnist_lenet_20", "mnist_lenet_20@2x12x8:17", 17, 2, 12, 8)]
    [InlineData("cifar_resnet_8_4", "cifar_resnet_8_4@1x7x9:3", 3, 1, 7, 9)]
    [InlineData("cifar_conv_2_4", "cifar_conv_2_4@3x6x10:25", 25, 3, 6, 10)]
    [InlineData("cifar_vgg_11_2", "cifar_vgg_11_2", 10, 3, 32, 32)]
    [InlineData("mnist_lenet_5", "mnist_lenet_5@1x1x1:1", 1, 1, 1, 1)]
    public void Images_of_ones_own_train(string model, string full, int classes, int channels, int rows, int columns)
    {
        Write(classes, new Shape(channels, rows, columns));
        var job = Copy(Preset with { Model = model });
        Assert.Equal(full, job.Model);
        var store = new Store(_folder.At("store"));
        new LocalExecutor(store, Cache(), 1).Run([job], null, CancellationToken.None);
        Assert.True(double.IsFinite(store.Result(job).Last.TestLoss));
    }

    [Fact]
    public void A_hundred_classes_of_cifar_train()
    {
        TinyCifar.Hundred.WriteFolder(_folder.At("cifar-100-binary"));
        var job = Copy(Preset with { Model = "cifar_resnet_8_4", Data = new DatasetSpec { Name = "cifar100", Pixels = DatasetSpec.Standard }, Recipe = Preset.Recipe with { Batch = 2 } });
        Assert.Equal("cifar_resnet_8_4@3x32x32:100", job.Model);
        var store = new Store(_folder.At("store"));
        new LocalExecutor(store, Cache(), 1).Run([job], null, CancellationToken.None);
        Assert.True(store.Result(job).Last.TestLoss > 1);
    }

    [Fact]
    public void Data_that_a_model_was_made_for_leave_its_name_and_so_its_keys_alone() =>
        Assert.Equal("mnist_lenet_20", Copy(Preset with { Model = "mnist_lenet_20", Data = new DatasetSpec { Name = "glyphs" } }).Model);

    [Fact]
    public void A_model_that_cannot_take_the_data_is_refused_with_what_would_do()
    {
        Write(3, new Shape(3, 20, 20));
        Assert.Contains("multiples of 32", Assert.Throws<SettingException>(() => Copy(Preset with { Model = "cifar_vgg_11_2" })).Message, StringComparison.Ordinal);
    }

    /// <summary>Five units leave 50 exempt weights of the output, and 20 levels more than those.</summary>
    [Fact]
    public void More_levels_than_there_are_weights_for_are_refused_when_jobs_are_named()
    {
        var replicate = Context(Preset with { Model = "mnist_lenet_5", Data = new DatasetSpec { Name = "glyphs" } }).Replicates[0];
        Assert.NotNull(replicate.Mask(0, 19));
        var refused = Assert.Throws<SettingException>(() => replicate.Mask(0, 20)).Message;
        Assert.All(new[] { "Level 20", "mnist_lenet_5", "after 19 levels 57 weights remain, 50 of them in fc", "--levels 19" }, part => Assert.Contains(part, refused, StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_names_the_default_kernels_and_backend_asks_for_the_same_jobs()
    {
        var request = new StudyRequest { Preset = Preset with { Data = new DatasetSpec { Name = "glyphs" } }, Scale = "paper", Replicates = 1 };
        string Key(StudyRequest asked) => new StudyContext(asked, Cache()).Replicates[0].Copy(new Condition(NetworkKinds.Imp, 0, 1), 0).Key;
        Assert.Equal(Key(request), Key(request with { Kernels = "automatic", Backend = "cpu" }));
        Assert.NotEqual(Key(request), Key(request with { Kernels = "dense" }));
        Assert.Throws<SettingException>(() => Key(request with { Backend = "abacus" }));
    }

    [Fact]
    public void A_mask_of_any_density_leaves_what_is_exempt_or_is_refused_when_it_is_named()
    {
        var replicate = Context(Preset with { Model = "mnist_lenet_5", Data = new DatasetSpec { Name = "glyphs" } }).Replicates[0];
        foreach (var source in MaskSources.All.Where(source => source.ToDensity is not null))
        {
            Assert.NotNull(source.ToDensity!(replicate, 0, 0.02));
            Assert.Contains("fc is exempt", Assert.Throws<SettingException>(() => source.ToDensity!(replicate, 0, 0.01)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(5)]
    public void Training_that_starts_at_its_end_or_after_is_refused(long from)
    {
        var job = Copy(Preset with { Model = "mnist_lenet_5", Data = new DatasetSpec { Name = "glyphs", Subsample = 100 } }) with { From = from };
        var failed = Assert.Throws<JobsFailedException>(() => new LocalExecutor(new Store(_folder.At("store")), Cache(), 1).Run([job], null, CancellationToken.None));
        Assert.Contains("has no step", failed.Failures[0].Sentence, StringComparison.Ordinal);
    }

    private static Preset Preset => KnownPresets.Find("lenet-tensors") is var known ? known with { Recipe = known.Recipe with { Batch = 20, Steps = "4it" } } : null!;

    private DatasetCache Cache() => new(_folder.Data);

    private StudyContext Context(Preset preset) => new(new StudyRequest { Preset = preset, Scale = "paper", Replicates = 1 }, Cache());

    private TrainJob Copy(Preset preset) => Context(preset).Replicates[0].Copy(Condition.Dense(), 0);

    private void Write(int classes, Shape shape)
    {
        foreach (var (part, count) in new[] { ("train", 60), ("test", 30) })
        {
            using var file = File.Create(_folder.At($"{part}.safetensors"));
            Safetensors.Write(file, [
                Tensor.Of<byte>("images", [count, shape.Channels, shape.Rows, shape.Columns], [.. Enumerable.Range(0, count * shape.Count).Select(i => (byte)(i * 7919 % 251))]),
                Tensor.Of<long>("labels", [count], [.. Enumerable.Range(0, count).Select(n => (long)(n % classes))]),
            ]);
        }
    }
}
