using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Networks;

public class WeightSpaceTests
{
    private static readonly Network LeNet = Architectures.Create("mnist_lenet_300_100");

    [Fact]
    public void LeNet_300_100_has_the_names_and_shapes_of_its_state_dict()
    {
        var expected = new (string, int[], int, bool)[]
        {
            ("fc_layers.0.weight", [300, 784], 0, true),
            ("fc_layers.0.bias", [300], 235_200, false),
            ("fc_layers.1.weight", [100, 300], 235_500, true),
            ("fc_layers.1.bias", [100], 265_500, false),
            ("fc.weight", [10, 100], 265_600, true),
            ("fc.bias", [10], 266_600, false),
        };
        Assert.Equal(expected.Length, LeNet.Space.Parameters.Count);
        foreach (var ((name, shape, offset, prunable), parameter) in expected.Zip(LeNet.Space.Parameters))
        {
            Assert.Equal((name, offset, prunable), (parameter.Name, parameter.Offset, parameter.Prunable));
            Assert.Equal(shape, parameter.Shape);
            Assert.Equal(shape.Aggregate((x, y) => x * y), parameter.Count);
            Assert.Same(parameter, LeNet.Space[name]);
        }
    }

    [Fact]
    public void LeNet_300_100_counts_its_weights() => Assert.Equal((266_610, 266_200), (LeNet.Space.Count, LeNet.Space.PrunableCount));

    [Fact]
    public void Prunable_parameters_are_the_weights_of_the_layers() =>
        Assert.Equal(["fc_layers.0.weight", "fc_layers.1.weight", "fc.weight"], LeNet.Space.Prunable.Select(parameter => parameter.Name));

    [Fact]
    public void A_parameter_knows_its_layer_and_its_fans()
    {
        var weight = LeNet.Space["fc_layers.1.weight"];
        Assert.Equal(("fc_layers.1", 300, 100), (weight.Layer, weight.FanIn, weight.FanOut));
        Assert.Equal("fc", LeNet.Space["fc.bias"].Layer);

        var convolution = new WeightSpace([("conv.weight", [16, 3, 5, 5], true)])["conv.weight"];
        Assert.Equal((75, 400), (convolution.FanIn, convolution.FanOut));
    }

    [Fact]
    public void A_parameter_is_a_slice_of_the_weight_vector()
    {
        var state = new NetworkState(LeNet.Space);
        state[LeNet.Space["fc.bias"]].Fill(3);
        Assert.Equal(Enumerable.Repeat(3f, 10), state.Weights[266_600..]);
        Assert.False(state.Weights.AsSpan(0, 266_600).ContainsAnyExcept(0f));
    }

    [Fact]
    public void An_unknown_parameter_is_not_found()
    {
        Assert.False(LeNet.Space.TryFind("fc.wait", out _));
        Assert.True(LeNet.Space.TryFind("fc.weight", out var weight));
        Assert.Equal("fc.weight", weight.Name);
        Assert.Throws<KeyNotFoundException>(() => LeNet.Space["fc.wait"]);
    }

    [Fact]
    public void A_weight_vector_longer_than_an_array_is_refused_with_a_sentence()
    {
        var failure = Assert.Throws<SettingException>(() => Architectures.Create("mnist_lenet_65536_65536"));
        Assert.Contains("fc_layers.1.weight", failure.Message, StringComparison.Ordinal);
        Assert.Throws<SettingException>(() => new WeightSpace([("a.weight", [40_000, 40_000], true), ("b.weight", [40_000, 40_000], true)]));
    }
}
