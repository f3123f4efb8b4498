using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange.Torch;

/// <summary>Files that PyTorch wrote, against the values that it wrote beside them.</summary>
public sealed class TorchFileTests
{
    [Theory]
    [InlineData("lenet.pth")]
    [InlineData("strided.pth")]
    [InlineData("shared.pth")]
    [InlineData("parameters.pth")]
    [InlineData("checkpoint.pth", "'module.' was taken off the front of every name.")]
    [InlineData("float16.pth", "In 6 of 6 tensors F16 was converted to F32, exactly.")]
    [InlineData("bfloat16.pth", "In 6 of 6 tensors BF16 was converted to F32, exactly.")]
    [InlineData("float64.pth", "In 6 of 6 tensors F64 was converted to F32, rounded to nearest.")]
    public void States_of_a_small_net_are_read_bit_for_bit(string name, params string[] notes)
    {
        using var file = Oracle.Open(name);
        var reading = StateReader.Read(file, Oracle.LeNet);
        StateReaderTests.AssertSame(Oracle.State(name, Oracle.LeNet), reading.State);
        Assert.Equal(notes, reading.Notes);
        Assert.Null(reading.Mask);
        Assert.Equal(Oracle.LeNet.Name, StateReader.Recognise(file, Oracle.LeNet.Input, 10));
    }

    [Fact]
    public void A_residual_net_is_read_with_its_statistics()
    {
        using var file = Oracle.Open("resnet.pth");
        StateReaderTests.AssertSame(Oracle.State("resnet.pth", Oracle.ResNet), StateReader.Read(file, Oracle.ResNet).State);
        Assert.Equal("cifar_resnet_8_2", StateReader.Recognise(file, Oracle.ResNet.Input, 10));
    }

    [Fact]
    public void What_prune_splits_is_put_together_with_its_mask()
    {
        using var file = Oracle.Open("pruned.pth");
        var reading = StateReader.Read(file, Oracle.LeNet);
        var (state, mask) = (Oracle.State("pruned.pth", Oracle.LeNet), Oracle.Mask("pruned.pth", Oracle.LeNet));
        Assert.Equal(mask, reading.Mask);
        Assert.Equal(mask, StateReader.ReadMask(file, Oracle.LeNet));
        Assert.True(mask.HoldsFor(reading.State.Weights));
        Assert.InRange(mask.Density, 0.55, 0.65);

        // PyTorch multiplies, which leaves minus zero where a negative weight went.
        Assert.Equal(state.Under(mask).Weights, reading.State.Weights);
        Assert.DoesNotContain(reading.State.Weights, weight => weight == 0 && float.IsNegative(weight));
    }

    [Fact]
    public void A_mask_of_booleans_is_read()
    {
        using var file = Oracle.Open("bools.pth");
        Assert.Equal("BOOL", file.Entries[0].DType);
        Assert.Equal(StateFile.ReadMask(Oracle.At("bools.safetensors"), Oracle.LeNet.Space), StateReader.ReadMask(file, Oracle.LeNet));
    }

    [Fact]
    public void Entries_are_in_the_order_of_the_state_dict()
    {
        using var file = Oracle.Open("resnet.pth");
        Assert.Equal(
            ["conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "bn.num_batches_tracked", "blocks.0.conv1.weight"],
            file.Entries.Take(7).Select(entry => entry.Name));
        Assert.Equal("I64", file.Entries[5].DType);
        Assert.Equal(7, file.Read(file.Entries[5]).As<long>()[0]);
        Assert.Equal("fc.bias", file.Entries[^1].Name);
    }

    [Theory]
    [InlineData("legacy.pth", "this is a pickle, as PyTorch wrote before version 1.6")]
    [InlineData("module.pth", "the file holds a whole module (torch.nn.")]
    [InlineData("protocol4.pth", "the pickle was written with protocol 4")]
    [InlineData("sparse.pth", "tensor fc.weight is sparse")]
    [InlineData("quantised.pth", "tensor fc.weight is quantised")]
    [InlineData("complex.pth", "tensor fc.weight is complex")]
    [InlineData("expanded.pth", "tensor fc.weight of shape [10, 5] repeats the 1 elements that are stored for it. Save it with .contiguous()")]
    [InlineData("script.pth", "this is a program of TorchScript")]
    public void What_is_no_plain_state_dict_is_refused_with_what_it_is(string name, string sentence)
    {
        var message = Assert.Throws<InvalidDataException>(() => Oracle.Open(name)).Message;
        Assert.StartsWith(Oracle.At(name), message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    /// <summary>Opening reads no tensor, and reading takes little more than the tensors and the state.</summary>
    [Fact]
    public void Tensors_are_read_when_they_are_asked_for()
    {
        using var folder = new ModelFolder();
        var network = Architectures.Create("mnist_lenet_2000_2000");
        File.WriteAllBytes(folder.File, new MadeTorch().With(StateFile.Tensors(new NetworkState(network.Space))).Archive());
        var tensors = 4L * network.Space.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = ModelFiles.Open(folder.File);
        var opened = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(opened - before, 0, 500_000);
        StateReader.Read(file, network);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - opened, tensors, (2 * tensors) + 500_000);
    }
}
