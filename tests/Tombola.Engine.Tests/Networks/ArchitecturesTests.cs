using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Networks;

public class ArchitecturesTests
{
    [Fact]
    public void LeNet_is_linear_layers_with_rectifiers_between()
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        Assert.Equal(
            ["LinearLayer 300", "ReluLayer 300", "LinearLayer 100", "ReluLayer 100", "LinearLayer 10"],
            network.Layers.Select(layer => $"{layer.GetType().Name} {layer.Output}"));
        Assert.Equal(("mnist_lenet_300_100", "fc", 10, 784), (network.Name, network.OutputLayer, network.Classes, network.Input.Count));
        Assert.Equal(2 * 266_200, network.Flops);
        Assert.Equal("1x28x28", network.Input.ToString());
    }

    [Fact]
    public void Every_family_makes_its_own_example() =>
        Assert.All(Architectures.All, family => Assert.Equal(family.Example, Architectures.Create(family.Example).Name));

    [Theory]
    [InlineData("mnist_lenet_", "''")]
    [InlineData("mnist_lenet_300_", "''")]
    [InlineData("mnist_lenet_300_ten", "'ten'")]
    [InlineData("mnist_lenet_0", "'0'")]
    [InlineData("mnist_lenet_-3", "'-3'")]
    [InlineData("mnist_lenet_+3", "'+3'")]
    [InlineData("mnist_lenet_65537", "'65537'")]
    [InlineData("mnist_lenet_99999999999", "'99999999999'")]
    public void A_bad_width_is_named_in_a_sentence_with_an_example(string name, string culprit)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(() => Architectures.Create(name));
        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(culprit, failure.Message, StringComparison.Ordinal);
        Assert.Contains("mnist_lenet_300_100", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lenet")]
    [InlineData("MNIST_LENET_300_100")]
    public void An_unknown_model_is_named_in_a_sentence_with_the_models_there_are(string name)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(() => Architectures.Create(name));
        Assert.Contains($"There is no model '{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mnist_lenet_A_B_...", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_is_no_model() => Assert.Throws<ArgumentNullException>(() => Architectures.Create(null!));
}
