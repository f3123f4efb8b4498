using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

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
        var failure = Assert.Throws<SettingException>(() => Architectures.Create(name));
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
        var failure = Assert.Throws<SettingException>(() => Architectures.Create(name));
        Assert.Contains($"There is no model '{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mnist_lenet_A_B_...", failure.Message, StringComparison.Ordinal);

        // Image and classes are the data's, and nothing that somebody wrote.
        if (name.Length > 0) Assert.Contains($"There is no model '{name}'.", Assert.Throws<SettingException>(() => Architectures.Create(name, new Shape(3, 8, 8), 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_is_no_model() => Assert.Throws<ArgumentNullException>(() => Architectures.Create(null!));

    [Theory]
    [InlineData("mnist_lenet_20", 3, 5, 7, 17)]
    [InlineData("mnist_lenet_20", 1, 1, 1, 1)]
    [InlineData("cifar_resnet_8_4", 1, 28, 28, 100)]
    [InlineData("cifar_resnet_8_4", 2, 9, 13, 3)]
    [InlineData("cifar_resnet_8_4", 5, 1, 1, 2)]
    [InlineData("cifar_vgg_11_4", 1, 64, 32, 1000)]
    [InlineData("cifar_conv_4_4", 4, 12, 20, 25)]
    public void Image_and_classes_come_from_the_data_and_the_name_says_them(string name, int channels, int rows, int columns, int classes)
    {
        var network = Architectures.Create(name, new Shape(channels, rows, columns), classes);
        Assert.Equal(($"{name}@{channels}x{rows}x{columns}:{classes}", new Shape(channels, rows, columns), classes), (network.Name, network.Input, network.Classes));
        var again = Architectures.Create(network.Name);
        Assert.Equal((network.Name, network.Space.Count), (again.Name, again.Space.Count));

        // Compiled, trained and evaluated, whatever its sizes.
        using Plan training = new(network, null, 3, training: true), evaluation = new(network, null, 3, training: false);
        using var optimizer = training.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9));
        training.Load(Workbench.State(network));
        training.Fill(Workbench.Samples(network, 3), Workbench.Labels(network, 3));
        Assert.True(double.IsFinite(training.Step(3, optimizer, 0.01).Loss));
        evaluation.Load(training.Save());
        evaluation.Fill(Workbench.Samples(network, 3), Workbench.Labels(network, 3));
        Assert.True(double.IsFinite(evaluation.Evaluate(3).Loss));
    }

    [Fact]
    public void A_network_for_what_its_family_was_published_for_keeps_its_plain_name() =>
        Assert.Equal("cifar_resnet_20", Architectures.Create("cifar_resnet_20", new Shape(3, 32, 32), 10).Name);

    [Theory]
    [InlineData("cifar_vgg_16", 1, 28, 28, "multiples of 32", "32x32")]
    [InlineData("cifar_conv_4", 3, 30, 32, "multiples of 4", "8x8")]
    [InlineData("cifar_resnet_20@3x64x64:10", 3, 32, 32, "is for images of 3x64x64", "Leave out what follows the @")]
    public void An_image_that_does_not_fit_is_refused_with_the_sizes_that_do(string name, int channels, int rows, int columns, params string[] parts)
    {
        var refused = Assert.Throws<SettingException>(() => Architectures.Create(name, new Shape(channels, rows, columns), 10));
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cifar_resnet_20@")]
    [InlineData("cifar_resnet_20@3x32x32")]
    [InlineData("cifar_resnet_20@3x32:10")]
    [InlineData("cifar_resnet_20@0x32x32:10")]
    [InlineData("cifar_resnet_20@3x32x32:0")]
    [InlineData("cifar_resnet_20@3x32x99999:10")]
    [InlineData("cifar_resnet_20@3x32x32:10:10")]
    [InlineData("cifar_resnet_20@16384x16384x16384:10")]
    public void A_malformed_image_in_a_name_is_refused_with_an_example(string name) =>
        Assert.Contains("cifar_resnet_20@3x64x64:100", Assert.Throws<SettingException>(() => Architectures.Create(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_program_may_add_an_architecture_of_its_own()
    {
        var family = new Architecture("one_layer_N", "one_layer_1", "One layer of logits.", new Shape(1, 2, 2), request =>
        {
            if (!request.Name.StartsWith("one_layer_", StringComparison.Ordinal)) return null;
            var builder = request.Begin();
            builder.Linear("fc", builder.Input, request.Classes);
            return builder.Build();
        });
        Architectures.Registry.Add(family);
        Assert.Equal((5, 4), (Architectures.Create("one_layer_1", new Shape(1, 3, 3), 5).Classes, Architectures.Create("one_layer_1").Input.Count));
    }
}
