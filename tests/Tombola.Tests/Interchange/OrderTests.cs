using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>Networks whose parts others call by other names.</summary>
public sealed class OrderTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_residual_net_of_other_names_is_taken_by_order_and_every_name_is_told()
    {
        using var file = Oracle.Open("othernames.pth");
        var reading = StateReader.Read(file, Oracle.ResNet, byOrder: true);
        var values = Safetensors.Read(Oracle.At("othernames.safetensors"));
        foreach (var (theirs, ours) in new[] { ("conv1.weight", "conv.weight"), ("layer2.0.downsample.0.weight", "blocks.1.shortcut.0.weight"), ("layer3.0.bn2.bias", "blocks.2.bn2.bias"), ("linear.weight", "fc.weight") })
        {
            Assert.Equal(values[theirs].As<float>().ToArray(), reading.State[Oracle.ResNet.Space[ours]].ToArray());
            Assert.Contains($"{theirs} -> {ours}", reading.Notes);
        }

        Assert.Equal(values["layer3.0.downsample.1.running_var"].As<float>().ToArray(), reading.State[Oracle.ResNet.Space.RunningStatistic("blocks.2.shortcut.1.running_var")].ToArray());
        Assert.Equal(NetworkTensors.Of(Oracle.ResNet).Count, reading.Notes.Count);
    }

    [Fact]
    public void Without_leave_the_order_is_only_hinted_at()
    {
        using var file = Oracle.Open("othernames.pth");
        var message = Assert.Throws<InvalidDataException>(() => StateReader.Read(file, Oracle.ResNet)).Message;
        Assert.Contains("it lacks conv.weight, bn.weight, ", message, StringComparison.Ordinal);
        Assert.Contains("taken by order (--names by-order)", message, StringComparison.Ordinal);
    }

    /// <summary>Shortcuts without parameters, as He et al. had them for CIFAR-10.</summary>
    [Fact]
    public void Another_number_of_tensors_is_told_and_not_hinted_at()
    {
        using var file = Oracle.Open("optiona.pth");
        Assert.Contains("neither do the names fit nor the order: it has 37 tensors for 47", Assert.Throws<InvalidDataException>(() => StateReader.Read(file, Oracle.ResNet, byOrder: true)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("by-order", Assert.Throws<InvalidDataException>(() => StateReader.Read(file, Oracle.ResNet)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_fit_are_taken_before_the_order()
    {
        var state = ModelFolder.StateOf(Oracle.LeNet);
        using var file = _folder.Write(StateFile.Tensors(state).Reverse());
        var reading = StateReader.Read(file, Oracle.LeNet, byOrder: true);
        StateReaderTests.AssertSame(state, reading.State);
        Assert.Empty(reading.Notes);
    }

    [Theory]
    [InlineData("a.weight,a.bias,b.weight,b.bias,c.weight,c.bias")]
    [InlineData("a.bias,a.weight,b.bias,b.weight,c.bias,c.weight")]
    [InlineData("arr_0,arr_1,arr_2,arr_3,arr_4,arr_5")]
    public void A_bias_may_come_before_its_weight(string names)
    {
        var state = ModelFolder.StateOf(Oracle.LeNet);
        var tensors = StateFile.Tensors(state).ToArray();
        var order = names.StartsWith("a.bias", StringComparison.Ordinal) ? new[] { 1, 0, 3, 2, 5, 4 } : [0, 1, 2, 3, 4, 5];
        using var file = _folder.Write(names.Split(',').Select((name, i) => tensors[order[i]] with { Name = name }));
        StateReaderTests.AssertSame(state, StateReader.Read(file, Oracle.LeNet, byOrder: true).State);
    }

    [Fact]
    public void Layers_that_were_sorted_by_letters_are_sorted_by_numbers()
    {
        var network = Architectures.Create("mnist_lenet_4_4_4_4_4_4_4_4_4_4_4_4");
        var state = ModelFolder.StateOf(network);
        var tensors = StateFile.Tensors(state).Select((tensor, i) => tensor with { Name = $"layers.{i / 2}.{tensor.Name.Split('.')[^1]}" });
        using var file = _folder.Write(tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal));
        StateReaderTests.AssertSame(state, StateReader.Read(file, network, byOrder: true).State);
    }

    /// <summary>Scale, shift, mean and variance of a batch norm have one shape.</summary>
    [Fact]
    public void A_mean_is_not_taken_for_a_shift()
    {
        var tensors = StateFile.Tensors(ModelFolder.StateOf(Oracle.ResNet)).Select(tensor => tensor with { Name = "x" + tensor.Name });
        using var file = _folder.Write(tensors.Select(tensor => tensor.Name == "xbn.bias" ? tensor with { Name = "xbn.running_mean2" } : tensor.Name == "xbn.running_mean" ? tensor with { Name = "xbn.bias" } : tensor));
        Assert.Throws<InvalidDataException>(() => StateReader.Read(file, Oracle.ResNet, byOrder: true));
    }

    [Fact]
    public void Masks_are_taken_by_order_too()
    {
        var mask = ModelFolder.MaskOf(Oracle.LeNet);
        using var file = _folder.Write(StateFile.Tensors(mask).Select((tensor, i) => tensor with { Name = $"layer{i}.weight_mask" }));
        var notes = new List<string>();
        Assert.Equal(mask, StateReader.ReadMask(file, Oracle.LeNet, notes, byOrder: true));
        Assert.Equal(["layer0.weight -> fc_layers.0.weight", "layer1.weight -> fc_layers.1.weight", "layer2.weight -> fc.weight"], notes);
        Assert.Throws<InvalidDataException>(() => StateReader.ReadMask(file, Oracle.LeNet));
    }
}
