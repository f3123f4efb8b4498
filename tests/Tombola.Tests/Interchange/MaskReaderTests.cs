using System.Runtime.InteropServices;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>Masks that other programs wrote.</summary>
public sealed class MaskReaderTests : IDisposable
{
    private static readonly Network LeNet = Architectures.Create("mnist_lenet_7_5");
    private readonly ModelFolder _folder = new();
    private readonly Mask _mask = ModelFolder.MaskOf(LeNet);
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("U8")]
    [InlineData("BOOL")]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F64")]
    [InlineData("I32")]
    [InlineData("I64")]
    public void Zeros_and_ones_of_any_type_are_a_mask(string type)
    {
        Assert.Equal(_mask, Read(StateFile.Tensors(_mask).Select(tensor => Converted(tensor, type))));
        Assert.Empty(_notes);
    }

    [Theory]
    [InlineData("_mask", "")]
    [InlineData(".mask", "")]
    [InlineData("_mask", "module.")]
    public void Masks_are_found_beside_the_weights_that_they_prune(string ending, string prefix)
    {
        var masks = StateFile.Tensors(_mask).Select(tensor => tensor with { Name = prefix + tensor.Name + ending });
        var weights = StateFile.Tensors(ModelFolder.StateOf(LeNet)).Select(tensor => tensor with { Name = prefix + tensor.Name + (tensor.Name.EndsWith("weight", StringComparison.Ordinal) ? "_orig" : "") });
        Assert.Equal(_mask, Read(masks.Concat(weights)));
    }

    [Fact]
    public void A_mask_may_be_named_after_its_layer() =>
        Assert.Equal(_mask, Read(StateFile.Tensors(_mask).Select(tensor => tensor with { Name = tensor.Name.Replace(".weight", ".mask", StringComparison.Ordinal) })));

    /// <summary>OpenLTH writes none for the output layer where that is not pruned.</summary>
    [Fact]
    public void A_layer_that_is_not_mentioned_is_not_pruned()
    {
        var mask = Read(StateFile.Tensors(_mask).Where(tensor => tensor.Name != "fc.weight").Select(tensor => Converted(tensor, "F32")));
        var output = LeNet.Space["fc.weight"];
        Assert.Equal(output.Count, mask.CountIn(output));
        Assert.Equal(_mask.CountIn(LeNet.Space.Prunable[0]), mask.CountIn(LeNet.Space.Prunable[0]));
        Assert.Equal(["The file does not mention fc.weight, so nothing is pruned there."], _notes);
    }

    [Fact]
    public void Masks_of_what_may_not_be_pruned_are_passed_over_and_noted()
    {
        var mask = Read(StateFile.Tensors(_mask).Select(tensor => tensor with { Name = tensor.Name + "_mask" }).Append(Tensor.Of<float>("fc.bias_mask", [10], new float[10])));
        Assert.Equal(_mask, mask);
        Assert.Equal(["The masks of fc.bias were passed over, since these may not be pruned here."], _notes);
    }

    [Fact]
    public void What_is_no_mask_is_refused()
    {
        AssertRefused(StateFile.Tensors(ModelFolder.StateOf(LeNet)), "it has besides fc_layers.0.bias, fc_layers.1.bias, fc.bias");
        AssertRefused(StateFile.Tensors(_mask).Select(tensor => tensor with { Name = "x" + tensor.Name }), "this is no mask of mnist_lenet_7_5: it lacks fc_layers.0.weight");
        AssertRefused(StateFile.Tensors(_mask).Select(tensor => tensor.Name == "fc.weight" ? tensor with { Shape = [5, 10] } : tensor), "fc.weight [5, 10] for [10, 5]");
        AssertRefused([Tensor.Of<byte>("fc.weight_mask", [10, 5], new byte[50]), Tensor.Of<byte>("fc.mask", [10, 5], new byte[50])], "there are several masks of fc.weight: ");
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(-1.0)]
    [InlineData(0.5)]
    [InlineData(1.0000000000000002)]
    [InlineData(double.NaN)]
    public void Neither_zero_nor_one_is_refused_wherever_it_stands(double value)
    {
        var values = new double[50];
        values[49] = value;
        AssertRefused([Tensor.Of<double>("fc.weight", [10, 5], values)], "element 49 of the mask tensor fc.weight is ");
    }

    /// <summary>A mask of bytes as one of another type.</summary>
    internal static Tensor Converted(Tensor mask, string type)
    {
        var bits = mask.As<byte>().ToArray();
        return mask with
        {
            DType = type,
            Bytes = type switch
            {
                "F32" => Bytes<float>([.. bits.Select(bit => (float)bit)]),
                "F16" => Bytes<Half>([.. bits.Select(bit => (Half)bit)]),
                "BF16" => Bytes<ushort>([.. bits.Select(bit => (ushort)(bit * 0x3F80))]),
                "F64" => Bytes<double>([.. bits.Select(bit => (double)bit)]),
                "I32" => Bytes<int>([.. bits.Select(bit => (int)bit)]),
                "I64" => Bytes<long>([.. bits.Select(bit => (long)bit)]),
                _ => bits,
            },
        };
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private void AssertRefused(IEnumerable<Tensor> tensors, string sentence)
    {
        var message = Assert.Throws<InvalidDataException>(() => Read(tensors)).Message;
        Assert.StartsWith(_folder.File, message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    private Mask Read(IEnumerable<Tensor> tensors)
    {
        using var file = _folder.Write(tensors);
        return StateReader.ReadMask(file, LeNet, _notes);
    }
}
