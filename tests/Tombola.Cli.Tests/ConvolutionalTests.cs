using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Convolutional networks from the command line, on images that the program draws.</summary>
public sealed class ConvolutionalTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_preset_trains_at_the_tiny_scale_and_reports_progress()
    {
        var ended = _sandbox.Run("train", "--preset", "resnet20-cifar10", "--scale", "tiny", "--set", "subsample=200", "--json");
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains("2 of 2 jobs", ended.Error, StringComparison.Ordinal);
        var metrics = ended.Json().GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal([.. Enumerable.Range(1, 22).Select(line => line * 28), 630], metrics.Select(line => line.GetProperty("step").GetInt32()));
        Assert.True(metrics[^1].GetProperty("trainLoss").GetDouble() < metrics[0].GetProperty("trainLoss").GetDouble());
        var state = Tombola.Engine.Networks.StateFile.Read(
            Path.Combine(ended.Json().GetProperty("folder").GetString()!, "state.safetensors"), Tombola.Engine.Networks.Architectures.Create("cifar_resnet_8_4").Space);
        Assert.Contains(state.Statistics, value => value is not (0 or 1));
    }

    [Fact]
    public void A_study_names_network_data_and_what_became_of_batch_norm()
    {
        string[] study = ["study", "run", "lmc/fig3", "--preset", "resnet20-cifar10", "--scale", "tiny", "--steps", "800it", "--at", "0,2it", "--set", "subsample=64", "--set", "points=3", "--json"];
        var plain = _sandbox.Json(study);
        Assert.Equal(
            ("resnet20-cifar10", "tiny", "cifar_resnet_8_4", "colour_glyphs", "interpolate"),
            (Text(plain, "preset"), Text(plain, "scale"), Text(plain, "model"), Text(plain, "data"), Text(plain, "batchNorm")));
        Assert.Equal([0, 2], plain.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("startStep").GetInt32()));
        Assert.StartsWith("The dense network is ", Text(plain, "verdict"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Text(plain, "report"))!, "paths.csv")));
        var other = _sandbox.Json([.. study, "--batch-norm", "recalibrate", "--batch-norm-examples", "40", "--set", "model=cifar_resnet_8_2"]);
        Assert.Equal(("recalibrate", "cifar_resnet_8_2"), (Text(other, "batchNorm"), Text(other, "model")));
    }

    [Fact]
    public void Images_that_the_model_cannot_take_are_refused_with_the_sizes_that_it_can() =>
        _sandbox.RunHere("train", "--preset", "vgg16-cifar10", "--set", "data=glyphs", "--steps", "5it").FailsWith(
            2, "images of 1x28x28 do not fit. Sizes that work: 32x32");

    [Fact]
    public void Missing_data_is_named_with_the_remedy() =>
        _sandbox.RunHere("study", "run", "lmc/fig3", "--preset", "resnet20-cifar10", "--scale", "small", "--data", _sandbox.At("nowhere")).FailsWith(1, _sandbox.At("nowhere"), "--data");

    [Theory]
    [InlineData("vgg16-cifar10", "cifar_vgg_16_4", "interpolate")]
    [InlineData("conv2-cifar10", "cifar_conv_2_8", null)]
    public void A_narrow_member_of_each_family_takes_part_in_a_study(string preset, string model, string? batchNorm)
    {
        var result = _sandbox.Json("study", "run", "lmc/fig2", "--preset", preset, "--scale", "tiny", "--set", "steps=300it", "--set", "subsample=64", "--set", "points=3", "--json");
        Assert.Equal((model, batchNorm), (Text(result, "model"), result.GetProperty("batchNorm").GetString()));
    }

    [Theory]
    [InlineData("cifar_resnet_20", 272_474)]
    [InlineData("cifar_vgg_16", 14_728_266)]
    [InlineData("cifar_vgg_16_4", 58_686)]
    [InlineData("cifar_conv_4", 2_425_930)]
    public void The_layers_of_a_model_add_up(string name, int weights)
    {
        var model = _sandbox.JsonHere("models", "show", name, "--batch", "2", "--json");
        var layers = model.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(weights, model.GetProperty("weights").GetInt32());
        Assert.Equal(weights, layers.Sum(layer => layer.GetProperty("parameters").GetInt64()));
        Assert.Equal(model.GetProperty("flops").GetInt64(), layers.Sum(layer => layer.GetProperty("flops").GetInt64()));
        Assert.StartsWith("convolution 3x3", Text(layers[0], "kind"), StringComparison.Ordinal);
        Assert.Equal(("linear", "10"), (Text(layers[^1], "kind"), Text(layers[^1], "output")));
    }

    public void Dispose() => _sandbox.Dispose();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
