using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>Which model a file is a state of.</summary>
public sealed class RecognitionTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mnist_lenet_7_5")]
    [InlineData("mnist_lenet_12")]
    [InlineData("mnist_lenet_7_5@3x4x4:6")]
    [InlineData("cifar_resnet_8_2")]
    [InlineData("cifar_resnet_20")]
    [InlineData("cifar_resnet_14_3@1x8x8:100")]
    [InlineData("cifar_vgg_11_2")]
    [InlineData("cifar_vgg_13_2")]
    [InlineData("cifar_vgg_16_1")]
    [InlineData("cifar_vgg_19_1@3x64x64:7")]
    [InlineData("cifar_conv_2_3")]
    [InlineData("cifar_conv_4_2")]
    [InlineData("cifar_conv_6_4@3x16x16:3")]
    public void Each_family_knows_its_own(string name)
    {
        var network = Architectures.Create(name);
        var state = ModelFolder.StateOf(network);
        Assert.Equal(name, Recognise(StateFile.Tensors(state), network));
        Assert.Equal(name, Recognise(StateFile.Tensors(state).Select(tensor => tensor with { Name = "module._orig_mod." + tensor.Name }), network));
        Assert.Equal(name, Recognise(StateReaderTests.Pruned(state, ModelFolder.MaskOf(network), "F32"), network));
    }

    [Theory]
    [InlineData("mnist_lenet_7_5")]
    [InlineData("cifar_resnet_8_2")]
    [InlineData("cifar_vgg_11_2")]
    [InlineData("cifar_conv_2_3")]
    public void Other_classes_than_the_data_have_are_refused_with_both_numbers(string name)
    {
        var network = Architectures.Create(name);
        using var file = _folder.Write(StateFile.Tensors(ModelFolder.StateOf(network)));
        Assert.Equal(
            $"{_folder.File}: the last layer fc of this {name} tells 10 classes apart, but the data have 100. Choose the data that the network was trained on.",
            Assert.Throws<SettingException>(() => StateReader.Recognise(file, network.Input, 100)).Message);
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused_with_the_shapes()
    {
        using var file = _folder.Write(StateFile.Tensors(ModelFolder.StateOf(Architectures.Create("mnist_lenet_7_5"))));
        var message = Assert.Throws<SettingException>(() => StateReader.Recognise(file, new Shape(3, 32, 32), 10)).Message;
        Assert.Contains("this looks like mnist_lenet_7_5, but for images of 3x32x32 in 10 classes it has other shapes: fc_layers.0.weight [7, 784] for [7, 3072]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guess_is_compared_with_every_name_and_shape()
    {
        var network = Architectures.Create("cifar_resnet_8_2");
        var tensors = StateFile.Tensors(ModelFolder.StateOf(network)).Where(tensor => tensor.Name != "blocks.2.bn2.running_var");
        Assert.Contains("it lacks blocks.2.bn2.running_var", Assert.Throws<SettingException>(() => Recognise(tensors, network)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_knows_is_listed()
    {
        using var file = _folder.Write([Tensor.Of<float>("layer1.0.conv1.weight", [1, 2], [1, 2]), Tensor.Of<float>("linear.weight", [1], [1])]);
        Assert.Equal(
            $"{_folder.File}: no family of models has such tensors: layer1.0.conv1.weight [1, 2], linear.weight [1]. Name the model with --model.",
            Assert.Throws<InvalidDataException>(() => StateReader.Recognise(file, new Shape(3, 32, 32), 10)).Message);
    }

    private string Recognise(IEnumerable<Tensor> tensors, Network network)
    {
        using var file = _folder.Write(tensors);
        return StateReader.Recognise(file, network.Input, network.Classes);
    }
}
