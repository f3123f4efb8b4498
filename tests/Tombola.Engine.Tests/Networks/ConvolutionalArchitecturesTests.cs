using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

/// <summary>The CIFAR models: that they are OpenLTH's, weight by weight and name by name.</summary>
public class ConvolutionalArchitecturesTests
{
    public static TheoryData<string> StateDicts => [.. ConvolutionalOracle.StateDicts];

    /// <summary>Batch norms have a weight and a bias a channel; what remains besides are prunable weights and the linear layer's biases.</summary>
    [Theory]
    [InlineData("cifar_resnet_8_4", 5_214, 5_036)]
    [InlineData("cifar_resnet_20", 272_474, 270_896)]
    [InlineData("cifar_resnet_56", 855_770, 851_504)]
    [InlineData("cifar_vgg_11", 9_231_114, 9_222_848)]
    [InlineData("cifar_vgg_13", 9_416_010, 9_407_168)]
    [InlineData("cifar_vgg_16", 14_728_266, 14_715_584)]
    [InlineData("cifar_vgg_19", 20_040_522, 20_024_000)]
    [InlineData("cifar_vgg_16_64", 14_728_266, 14_715_584)]
    [InlineData("cifar_vgg_16_4", 58_686, 57_884)]
    [InlineData("cifar_conv_2", 4_301_642, 4_300_992)]
    [InlineData("cifar_conv_4", 2_425_930, 2_425_024)]
    [InlineData("cifar_conv_6", 2_262_602, 2_261_184)]
    [InlineData("cifar_conv_6_64", 2_262_602, 2_261_184)]
    [InlineData("cifar_conv_4_8", 38_482, 38_360)]
    public void The_number_of_parameters_is_that_of_the_papers(string name, int all, int prunable)
    {
        var network = Architectures.Create(name);
        Assert.Equal((name, all, prunable), (network.Name, network.Space.Count, network.Space.PrunableCount));
        Assert.Equal((new Shape(3, 32, 32), 10, "fc"), (network.Input, network.Classes, network.OutputLayer));
    }

    /// <summary>Parameters in the order of the state dict, statistics likewise: the two lists are what PyTorch mixes.</summary>
    [Theory]
    [MemberData(nameof(StateDicts))]
    public void Names_and_shapes_are_those_of_the_state_dict(string name)
    {
        var space = ConvolutionalOracle.Create(name).Space;
        var expected = ConvolutionalOracle.StateDict(name).Select(entry => $"{entry.Name} [{string.Join(", ", entry.Shape)}]").ToArray();
        Assert.Equal(
            expected.Where(entry => !entry.Contains(".running_", StringComparison.Ordinal)),
            space.Parameters.Select(parameter => $"{parameter.Name} [{string.Join(", ", parameter.Shape)}]"));
        Assert.Equal(
            expected.Where(entry => entry.Contains(".running_", StringComparison.Ordinal)), space.Statistics.Select(part => $"{part.Name} [{part.Count}]"));
    }

    [Theory]
    [MemberData(nameof(StateDicts))]
    public void What_may_be_pruned_are_the_weights_of_convolutions_and_linear_layers(string name)
    {
        var space = ConvolutionalOracle.Create(name).Space;
        Assert.Equal(space.Parameters.Where(parameter => parameter.Shape.Count > 1), space.Prunable);
    }

    [Fact]
    public void Parameters_and_statistics_lie_one_after_the_other()
    {
        var space = Architectures.Create("cifar_resnet_20").Space;
        var (parameters, statistics) = (0, 0);
        foreach (var parameter in space.Parameters)
        {
            Assert.Equal(parameters, parameter.Offset);
            parameters += parameter.Count;
        }

        foreach (var part in space.Statistics)
        {
            Assert.Equal((statistics, part.Name.EndsWith("_var", StringComparison.Ordinal) ? 1f : 0f), (part.Offset, part.Initial));
            statistics += part.Count;
        }

        Assert.Equal((parameters, statistics), (space.Count, space.StatisticsCount));
    }

    [Fact]
    public void ResNet_halves_its_maps_twice_and_ends_in_a_mean()
    {
        var network = Architectures.Create("cifar_resnet_8_4");
        Assert.Equal(
            [
                "conv 4x32x32", "bn 4x32x32", "relu 4x32x32",
                "blocks.0.conv1 4x32x32", "blocks.0.bn1 4x32x32", "relu 4x32x32", "blocks.0.conv2 4x32x32", "blocks.0.bn2 4x32x32", "add 4x32x32", "relu 4x32x32",
                "blocks.1.conv1 8x16x16", "blocks.1.bn1 8x16x16", "relu 8x16x16", "blocks.1.conv2 8x16x16", "blocks.1.bn2 8x16x16",
                "blocks.1.shortcut.0 8x16x16", "blocks.1.shortcut.1 8x16x16", "add 8x16x16", "relu 8x16x16",
                "blocks.2.conv1 16x8x8", "blocks.2.bn1 16x8x8", "relu 16x8x8", "blocks.2.conv2 16x8x8", "blocks.2.bn2 16x8x8",
                "blocks.2.shortcut.0 16x8x8", "blocks.2.shortcut.1 16x8x8", "add 16x8x8", "relu 16x8x8",
                "mean 16", "fc 10",
            ],
            Describe(network));
    }

    [Fact]
    public void Vgg_pools_five_times()
    {
        var network = Architectures.Create("cifar_vgg_11");
        Assert.Equal(
            ["64x32x32", "64x16x16", "128x16x16", "128x8x8", "256x8x8", "256x8x8", "256x4x4", "512x4x4", "512x4x4", "512x2x2", "512x2x2", "512x2x2", "512", "10"],
            network.Layers.Where(layer => layer is ConvolutionLayer or MaxPoolLayer or AveragePoolLayer or LinearLayer).Select(layer => $"{layer.Output}"));
    }

    [Fact]
    public void Conv_4_pools_after_every_second_convolution()
    {
        var network = Architectures.Create("cifar_conv_4");
        Assert.Equal(
            [
                "conv_layers.0 64x32x32", "relu 64x32x32", "conv_layers.1 64x32x32", "relu 64x32x32", "maxpool 64x16x16",
                "conv_layers.2 128x16x16", "relu 128x16x16", "conv_layers.3 128x16x16", "relu 128x16x16", "maxpool 128x8x8",
                "flatten 8192", "fc_layers.0 256", "relu 256", "fc_layers.1 256", "relu 256", "fc 10",
            ],
            Describe(network));
    }

    [Theory]
    [InlineData("cifar_vgg_13_6", "cifar_vgg_13", "6, 6, 12, 12, 24, 24, 48, 48, 48, 48, 10")]
    [InlineData("cifar_conv_6_5", "cifar_conv_6", "5, 5, 10, 10, 20, 20, 20, 20, 10")]
    public void A_narrow_member_has_the_names_of_its_family_and_every_layer_in_proportion(string narrow, string usual, string channels)
    {
        var (small, full) = (Architectures.Create(narrow), Architectures.Create(usual));
        Assert.Equal(full.Space.Parameters.Select(parameter => parameter.Name), small.Space.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(
            channels.Split(", ").Select(int.Parse),
            small.Layers.Where(layer => layer is ConvolutionLayer or LinearLayer).Select(layer => layer.Output.Channels));
    }

    [Fact]
    public void Every_layer_reads_what_comes_before_it_and_everything_is_read()
    {
        foreach (var name in new[] { "cifar_resnet_20", "cifar_vgg_16", "cifar_conv_6", "mnist_lenet_300_100" })
        {
            var network = Architectures.Create(name);
            for (var i = 0; i < network.Nodes.Count; i++) Assert.All(network.Nodes[i].Inputs, input => Assert.InRange(input, Network.InputNode, i - 1));
            Assert.Equal(Enumerable.Range(-1, network.Nodes.Count), network.Nodes.SelectMany(node => node.Inputs).Distinct().Order());
        }
    }

    /// <summary>41 million products are what He et al. and everybody since count for ResNet-20.</summary>
    [Theory]
    [InlineData("cifar_resnet_20", 2 * 40_813_184L)]
    [InlineData("cifar_vgg_16", 2 * 313_201_664L)]
    public void Operations_are_two_a_product(string name, long flops) => Assert.Equal(flops, Architectures.Create(name).Flops);

    [Theory]
    [InlineData("cifar_resnet_", "''", "cifar_resnet_|6n + 2|20")]
    [InlineData("cifar_resnet_21", "'21'", "6n + 2|20")]
    [InlineData("cifar_resnet_2", "'2'", "6n + 2|20")]
    [InlineData("cifar_resnet_1208", "'1208'", "6n + 2|1202")]
    [InlineData("cifar_resnet_020", "'020'", "6n + 2")]
    [InlineData("cifar_resnet_+20", "'+20'", "6n + 2")]
    [InlineData("cifar_resnet_20_", "''", "width|1024")]
    [InlineData("cifar_resnet_20_0", "'0'", "width|1024")]
    [InlineData("cifar_resnet_20_1025", "'1025'", "width|1024")]
    [InlineData("cifar_resnet_20_wide", "'wide'", "width|1024")]
    [InlineData("cifar_resnet_20_16_2", "too many parts", "cifar_resnet_20_32")]
    [InlineData("cifar_vgg_12", "'12'", "11, 13, 16, 19")]
    [InlineData("cifar_vgg_", "''", "11, 13, 16, 19")]
    [InlineData("cifar_vgg_16_", "''", "width|1024|64")]
    [InlineData("cifar_vgg_16_0", "'0'", "width|1024")]
    [InlineData("cifar_vgg_16_08", "'08'", "width|1024")]
    [InlineData("cifar_vgg_16_8_2", "too many parts", "cifar_vgg_16_32")]
    [InlineData("cifar_conv_3", "'3'", "2, 4, 6")]
    [InlineData("cifar_conv_", "''", "2, 4, 6")]
    [InlineData("cifar_conv_4_1025", "'1025'", "width|1024")]
    [InlineData("cifar_conv_4_8_8", "too many parts", "cifar_conv_4_32")]
    public void A_depth_or_width_that_there_is_not_is_named_in_a_sentence_with_those_there_are(string name, string culprit, string hints)
    {
        var failure = Assert.Throws<SettingException>(() => Architectures.Create(name));
        Assert.All([name, culprit, .. hints.Split('|')], word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_too_wide_for_one_weight_vector_names_the_layer() => Assert.Equal(
        "With layers.14.conv.weight [8192, 8192, 3, 3] the network has more than 2147483591 weights. Choose a narrower one.",
        Assert.Throws<SettingException>(() => Architectures.Create("cifar_vgg_19_1024")).Message);

    /// <summary>Names of layers that have parameters in full, of others without their number.</summary>
    private static IEnumerable<string> Describe(Network network) =>
        network.Layers.Select(layer => $"{(layer.Parameters.Any() ? layer.Name : layer.Name.Split('.')[0])} {layer.Output}");
}
