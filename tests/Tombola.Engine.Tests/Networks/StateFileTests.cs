using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Tests.Networks;

public sealed class StateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tombola-").FullName;
    private readonly Network _network = Architectures.Create("mnist_lenet_7_5");

    private string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_state_comes_back_bit_for_bit_under_the_names_and_shapes_of_the_state_dict()
    {
        var state = Initializers.Initialize(_network, "kaiming_normal", new RandomStream(1, RandomStream.Init));
        (state.Weights[3], state.Weights[4]) = (float.NaN, -0f);
        StateFile.Write(File1, state, new Dictionary<string, string> { ["step"] = "500it" });

        var file = Safetensors.Read(File1);

        Assert.Equal(
            ["fc_layers.0.weight", "fc_layers.0.bias", "fc_layers.1.weight", "fc_layers.1.bias", "fc.weight", "fc.bias"],
            file.Entries.Select(tensor => tensor.Name));
        Assert.Equal([7, 784], file["fc_layers.0.weight"].Shape);
        Assert.Equal("500it", file.Metadata["step"]);
        Assert.Equal(
            state.Weights.Select(BitConverter.SingleToInt32Bits), StateFile.Read(File1, _network.Space).Weights.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_mask_comes_back_and_holds_only_prunable_parameters()
    {
        var mask = new Mask(_network.Space, i => i % 3 != 0 || !_network.Space.Prunable.Any(p => i >= p.Offset && i < p.Offset + p.Count));
        StateFile.Write(File1, mask);

        Assert.Equal(["fc_layers.0.weight", "fc_layers.1.weight", "fc.weight"], Safetensors.Read(File1).Entries.Select(tensor => tensor.Name));
        Assert.All(Safetensors.Read(File1).Entries, tensor => Assert.Equal("U8", tensor.DType));
        Assert.Equal(mask, StateFile.ReadMask(File1, _network.Space));
    }

    [Fact]
    public void A_counter_of_batches_that_PyTorch_saved_is_passed_over()
    {
        var state = new NetworkState(_network.Space);
        Safetensors.Write(File1, [.. StateFile.Tensors(state), Tensor.Of<long>("bn.num_batches_tracked", [], [5])]);
        Assert.Equal(state.Weights, StateFile.Read(File1, _network.Space).Weights);
    }

    [Fact]
    public void A_state_of_another_network_is_refused_with_the_tensor_and_both_shapes()
    {
        StateFile.Write(File1, new NetworkState(Architectures.Create("mnist_lenet_7_6").Space));
        AssertRefused(() => StateFile.Read(File1, _network.Space), "tensor fc_layers.1.weight has the shape [6, 7], but the network has [5, 7]");
    }

    [Fact]
    public void A_missing_a_strange_and_a_wrongly_typed_tensor_are_refused_by_name()
    {
        var tensors = StateFile.Tensors(new NetworkState(_network.Space)).ToArray();
        Safetensors.Write(File1, tensors[..^1]);
        AssertRefused(() => StateFile.Read(File1, _network.Space), "tensor fc.bias of shape [10] is missing");

        Safetensors.Write(File1, [.. tensors, Tensor.Of<float>("fc.extra", [1], [0])]);
        AssertRefused(() => StateFile.Read(File1, _network.Space), "tensor fc.extra of shape [1] has no place in the network");

        Safetensors.Write(File1, [.. tensors[..^1], Tensor.Of<double>("fc.bias", [10], new double[10])]);
        AssertRefused(() => StateFile.Read(File1, _network.Space), "tensor fc.bias holds F64, but F32 is needed");
    }

    [Fact]
    public void A_mask_with_a_value_other_than_0_and_1_is_refused_with_its_place()
    {
        var tensors = StateFile.Tensors(Mask.Full(_network.Space)).ToArray();
        var values = tensors[1].Bytes.ToArray();
        values[11] = 2;
        Safetensors.Write(File1, [tensors[0], tensors[1] with { Bytes = values }, tensors[2]]);
        AssertRefused(() => StateFile.ReadMask(File1, _network.Space), "element 11 of the mask tensor fc_layers.1.weight is 2");
    }

    [Fact]
    public void A_state_is_no_mask()
    {
        StateFile.Write(File1, new NetworkState(_network.Space));
        AssertRefused(() => StateFile.ReadMask(File1, _network.Space), "tensor fc_layers.0.bias of shape [7] has no place in the mask");
    }

    private void AssertRefused(Func<object> read, string what)
    {
        var message = Assert.Throws<InvalidDataException>(() => { read(); }).Message;
        Assert.StartsWith(File1, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }
}
