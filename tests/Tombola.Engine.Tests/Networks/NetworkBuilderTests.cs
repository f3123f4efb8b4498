using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Networks;

public class NetworkBuilderTests
{
    /// <summary>Sides shrink by what the last whole window leaves over.</summary>
    [Theory]
    [InlineData(3, 1, 1, "4x5x7")]
    [InlineData(3, 1, 0, "4x3x5")]
    [InlineData(3, 2, 1, "4x3x4")]
    [InlineData(1, 2, 0, "4x3x4")]
    [InlineData(2, 2, 0, "4x2x3")]
    [InlineData(5, 3, 2, "4x2x3")]
    [InlineData(7, 1, 6, "4x11x13")]
    public void A_window_gives_the_shape_that_PyTorch_gives(int kernel, int stride, int padding, string shape)
    {
        var builder = new NetworkBuilder("net", new Shape(4, 5, 7));
        Assert.Equal(shape, builder.ShapeOf(builder.Convolution("conv", builder.Input, 4, kernel, stride, padding)).ToString());
        Assert.Equal(shape, builder.ShapeOf(builder.MaxPool(builder.Input, kernel, stride, padding)).ToString());
        Assert.Equal(shape, builder.ShapeOf(builder.AveragePool(builder.Input, kernel, stride, padding)).ToString());
    }

    /// <summary>Shapes, weights and fans as <c>torch.nn.Conv2d</c> and <c>torch.nn.init</c> have them; fan-out does not know groups.</summary>
    [Theory]
    [InlineData(1, 7, 1, 1, 0, 3, 1, "8x5x7", "8x4x1x7", 28, 56, 2 * 28 * 8 * 35)]
    [InlineData(7, 1, 1, 1, 3, 0, 1, "8x5x7", "8x4x7x1", 28, 56, 2 * 28 * 8 * 35)]
    [InlineData(3, 2, 2, 3, 0, 1, 2, "8x2x3", "8x2x3x2", 12, 48, 2 * 12 * 8 * 6)]
    [InlineData(3, 3, 1, 1, 1, 1, 4, "8x5x7", "8x1x3x3", 9, 72, 2 * 9 * 8 * 35)]
    public void A_filter_may_have_sides_strides_and_paddings_of_its_own_and_groups(
        int rows, int columns, int down, int right, int above, int left, int groups, string output, string weight, int fanIn, int fanOut, long flops)
    {
        var builder = new NetworkBuilder("net", new Shape(4, 5, 7));
        var conv = builder.Convolution("conv", builder.Input, 8, Window.Of((rows, columns), (down, right), (above, left)), groups: groups);
        Assert.Equal(output, builder.ShapeOf(conv).ToString());
        var network = builder.Build();
        var parameter = network.Space["conv.weight"];
        Assert.Equal((weight, fanIn, fanOut, flops), (string.Join('x', parameter.Shape), parameter.FanIn, parameter.FanOut, network.Flops));
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(2, 5)]
    [InlineData(0, 4)]
    [InlineData(-2, 4)]
    public void Groups_must_divide_channels_and_filters(int groups, int filters) => AssertRefused(
        b => b.Convolution("conv", b.Input, filters, Window.Square(3), groups: groups),
        $"conv has {groups} groups, and 4 input channels and {filters} filters cannot be divided among them; choose a number of groups that divides both");

    [Fact]
    public void A_filter_must_fit_the_map_in_both_directions()
    {
        AssertRefused(b => b.Convolution("conv", b.Input, 4, Window.Of((6, 1))), "conv with kernel 6x1, stride 1 and padding 0 does not fit a map of 4x5x7");
        AssertRefused(b => b.Convolution("conv", b.Input, 4, Window.Of((3, 3), (1, 0), (0, 1))), "conv with kernel 3, stride 1x0 and padding 0x1 does not fit a map of 4x5x7");
    }

    [Fact]
    public void Layers_that_mix_shapes_give_the_shapes_they_should()
    {
        var builder = new NetworkBuilder("net", new Shape(3, 5, 7));
        var conv = builder.Convolution("conv", builder.Input, 6, 3, padding: 1, bias: false);
        Assert.Equal(0, conv);
        Assert.Equal(new Shape(9, 5, 7), builder.ShapeOf(builder.Concat(builder.Input, conv)));
        Assert.Equal(new Shape(6, 5, 7), builder.ShapeOf(builder.Add(conv, builder.BatchNorm("bn", conv))));
        Assert.Equal(Shape.Vector(6), builder.ShapeOf(builder.GlobalAveragePool(conv)));
        Assert.Equal(Shape.Vector(210), builder.ShapeOf(builder.Flatten(conv)));
        Assert.Equal(new Shape(6, 5, 7), builder.ShapeOf(builder.Dropout(conv, 0.5)));
        Assert.Equal(Shape.Vector(4), builder.ShapeOf(builder.Linear("fc", conv, 4)));
    }

    [Fact]
    public void A_network_lists_parameters_and_statistics_in_the_order_of_its_layers()
    {
        var builder = new NetworkBuilder("net", new Shape(3, 5, 7));
        var conv = builder.Convolution("conv", builder.Input, 6, 3, padding: 1, bias: false);
        builder.Linear("fc", builder.Add(conv, builder.BatchNorm("bn", conv)), 4);
        var network = builder.Build();
        Assert.Equal(["conv.weight", "bn.weight", "bn.bias", "fc.weight", "fc.bias"], network.Space.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["bn.running_mean", "bn.running_var"], network.Space.Statistics.Select(part => part.Name));
        Assert.Equal([4, 210], network.Space["fc.weight"].Shape);
        Assert.Equal((54, 54), (network.Space["conv.weight"].FanOut, 2 * network.Space["conv.weight"].FanIn));
        Assert.Equal([0, 1], network.Nodes[2].Inputs);
    }

    [Fact]
    public void A_batch_norm_without_weights_still_has_statistics()
    {
        var builder = new NetworkBuilder("net", new Shape(3, 5, 7));
        builder.Linear("fc", builder.BatchNorm("bn", builder.Input, affine: false), 4);
        var space = builder.Build().Space;
        Assert.Equal((2, 2, 6), (space.Parameters.Count, space.Statistics.Count, space.StatisticsCount));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(3, 1, -1)]
    [InlineData(3, 1, 3)]
    [InlineData(6, 1, 0)]
    public void A_window_that_does_not_fit_is_described_with_the_map(int kernel, int stride, int padding)
    {
        var numbers = $"kernel {kernel}, stride {stride} and padding {padding} does not fit a map of 4x5x7";
        AssertRefused(b => b.Convolution("conv", b.Input, 4, kernel, stride, padding), $"conv with {numbers}");
        AssertRefused(b => b.MaxPool(b.Input, kernel, stride, padding), $"max pooling with {numbers}");
        AssertRefused(b => b.AveragePool(b.Input, kernel, stride, padding), $"average pooling with {numbers}");
    }

    [Fact]
    public void Shapes_that_do_not_go_together_are_both_named()
    {
        AssertRefused(b => b.Add(b.Input, b.Convolution("conv", b.Input, 3, 1)), "a sum of 4x5x7 and 3x5x7 is not defined");
        AssertRefused(b => b.Concat(b.Input, b.MaxPool(b.Input, 2, 2)), "maps of 4x5x7, 4x2x3 cannot be put on top of each other");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_rate_of_dropout_lies_from_0_to_below_1(double rate) => AssertRefused(b => b.Dropout(b.Input, rate), "from 0 to below 1");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_layer_has_at_least_one_output(int outputs)
    {
        AssertRefused(b => b.Convolution("conv", b.Input, outputs, 3), "conv");
        AssertRefused(b => b.Linear("fc", b.Input, outputs), "fc");
    }

    [Fact]
    public void Nothing_cannot_be_concatenated() => AssertRefused(b => b.Concat(), string.Empty);

    /// <summary>Node 0 is the only one when it is asked for; -1 is the input, so what lies below is as wrong as what comes later.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Nodes_that_do_not_exist_cannot_be_read(int node)
    {
        foreach (var make in new Action<NetworkBuilder>[]
        {
            b => b.Linear("fc", node, 3),
            b => b.Convolution("conv", node, 3, 3),
            b => b.BatchNorm("bn", node),
            b => b.Relu(node),
            b => b.Add(b.Input, node),
            b => b.Add(node, b.Input),
            b => b.Concat(node),
            b => b.Concat(b.Input, node),
            b => b.MaxPool(node, 2, 2),
            b => b.AveragePool(node, 2, 2),
            b => b.GlobalAveragePool(node),
            b => b.Dropout(node, 0.5),
            b => b.Flatten(node),
        })
        {
            AssertRefused(
                b =>
                {
                    b.Relu(b.Input);
                    make(b);
                },
                $"{node}");
        }
    }

    [Fact]
    public void A_network_has_layers_and_something_to_learn()
    {
        AssertRefused(b => b.Build(), string.Empty);
        AssertRefused(
            b =>
            {
                b.GlobalAveragePool(b.BatchNorm("bn", b.Relu(b.Input), affine: false));
                b.Build();
            },
            string.Empty);
    }

    /// <summary>Two sides below 1 have a product above 0, which is not to save them.</summary>
    [Theory]
    [InlineData(0, 5, 7)]
    [InlineData(4, 0, 7)]
    [InlineData(4, 5, 0)]
    [InlineData(4, -5, 7)]
    [InlineData(4, -5, -7)]
    public void An_input_has_no_side_below_1(int channels, int rows, int columns) => AssertRefused(
        b =>
        {
            b.Linear("fc", b.Input, 3);
            b.Build();
        },
        string.Empty,
        new Shape(channels, rows, columns));

    private static void AssertRefused(Action<NetworkBuilder> make, string what) => AssertRefused(make, what, new Shape(4, 5, 7));

    private static void AssertRefused(Action<NetworkBuilder> make, string what, Shape input)
    {
        var failure = Assert.Throws<SettingException>(() => make(new NetworkBuilder("odd", input)));
        Assert.StartsWith("The network odd cannot be built: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
    }
}
