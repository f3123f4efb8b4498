using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Interchange;

public sealed class PackedTests : IDisposable
{
    private static readonly WeightSpace Space = Exports.Odd.Space;

    /// <summary>Of all densities, none and all among them.</summary>
    private static readonly Arbitrary<bool[]> Remaining =
        Gen.Choose(0, 10).SelectMany(tenths => Gen.Choose(0, 9).Select(x => x < tenths).ArrayOf(Space.Count)).ToArbitrary();

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.At("packed.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void State_and_mask_come_back_to_the_bit() => Prop.ForAll(Remaining, remaining => ComesBack(Exports.Masked(Exports.Odd, i => remaining[i]))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_pruned_and_everything_pruned_come_back(bool remains) => Assert.True(ComesBack(Exports.Masked(Exports.Odd, _ => remains)));

    [Fact]
    public void A_remaining_zero_of_either_sign_and_what_is_no_number_come_back()
    {
        var state = Exports.State(Exports.Odd);
        (state.Weights[0], state.Weights[3], state.Weights[6]) = (0f, -0f, float.NaN);
        var mask = Exports.Third(Exports.Odd);
        Write(new ExportContent(Exports.Odd, state = state.Under(mask), mask));
        Assert.Equal(Exports.Bits(state), Exports.Bits(PackedFile.Read(Path, Space).State));
    }

    [Fact]
    public void The_layout_is_bits_lowest_first_and_values_in_order()
    {
        var content = Exports.Content(Exports.Odd, Exports.Third(Exports.Odd));
        Write(content);
        using var file = Safetensors.Read(Path);
        var weight = Space["conv.weight"];
        var expected = new byte[(weight.Count + 7) / 8];
        for (var i = 0; i < weight.Count; i += 3) expected[i / 8] += (byte)(1 << (i % 8));
        Assert.Equal(expected, file["conv.weight.mask_bits"].As<byte>().ToArray());
        Assert.Equal(Enumerable.Range(0, weight.Count).Where(i => i % 3 == 0).Select(i => content.State!.Weights[i]), file["conv.weight.values"].As<float>().ToArray());
        Assert.Equal("{\"conv.weight\":[3,2,3,3],\"fc.weight\":[5,27]}", file.Metadata["shapes"]);
        Assert.Contains("lowest first", file.Metadata["layout"], StringComparison.Ordinal);
        Assert.Equal("trained", file.Metadata["what"]);
        Assert.Null(file.TryFind("conv.weight"));
        Assert.Equal([3], file.Find("bn.running_var").Shape);
    }

    [Fact]
    public void A_mask_alone_comes_back_and_is_no_state()
    {
        var mask = Exports.Third(Exports.Odd);
        Write(new ExportContent(Exports.Odd, null, mask));
        Assert.Equal(mask, PackedFile.ReadMask(Path, Space));
        Assert.Contains("conv.weight.values", Assert.Throws<InvalidDataException>(() => PackedFile.Read(Path, Space)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_does_not_keep_to_its_mask_is_not_written()
    {
        var state = Exports.State(Exports.Odd).Under(Exports.Third(Exports.Odd));
        state.Weights[1] = -0f;
        foreach (var format in ExportFormats.All) Assert.Throws<ArgumentException>(() => Exports.Bytes(format, new ExportContent(Exports.Odd, state, Exports.Third(Exports.Odd))));
    }

    [Fact]
    public void A_file_that_is_not_of_the_network_or_not_packed_is_refused_with_its_name()
    {
        Write(Exports.Content(Exports.EveryLayer, Exports.Third(Exports.EveryLayer)));
        Refused("has no place in the network");
        StateFile.Write(Path, Exports.State(Exports.Odd));
        Refused("names no packed layout");
        var narrow = Exports.Made("odd", new Shape(2, 3, 3), b => b.Linear("fc", b.Relu(b.BatchNorm("bn", b.Convolution("conv", b.Input, 2, 3, padding: 1, bias: false))), 5));
        Write(Exports.Content(narrow));
        Refused("tensor conv.weight.mask_bits is U8 of shape [5], but U8 of shape [7] is needed");
    }

    [Fact]
    public void Bits_behind_the_last_weight_are_refused()
    {
        Write(Exports.Content(Exports.Odd));
        var bytes = File.ReadAllBytes(Path);

        // 54 weights are 6 bytes and 6 bits; the bits come last, since they are the smallest elements.
        var place = bytes.Length - 17 - 7 + 6;
        Assert.Equal(0x3F, bytes[place]);
        bytes[place] = 0x7F;
        File.WriteAllBytes(Path, bytes);
        Refused("has bits behind the last of 54 weights");
    }

    [Fact]
    public void Sizes_are_those_of_the_numbers()
    {
        var (network, mask) = (Exports.Odd, Exports.Third(Exports.Odd));

        // 54 + 135 weights, of which 18 + 45 remain, 5 + 6 others and 6 statistics.
        Assert.Equal(new PackedSize(4 * (54 + 135 + 17), 7 + 17 + (4 * (18 + 45 + 17))), PackedSize.Of(mask));
        Write(Exports.Content(network, mask));
        using var file = Safetensors.Read(Path);
        Assert.Equal(PackedSize.Of(mask).Packed, file.Entries.Sum(entry => entry.Length));
    }

    private void Write(ExportContent content) => File.WriteAllBytes(Path, Exports.Bytes(ExportFormats.Packed, content));

    private void Refused(string part)
    {
        var refused = Assert.Throws<InvalidDataException>(() => PackedFile.Read(Path, Space));
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    private bool ComesBack(Mask mask)
    {
        var content = Exports.Content(Exports.Odd, mask);
        Write(content);
        var (state, read) = PackedFile.Read(Path, Space);
        return read.Equals(mask) && Exports.Bits(state).SequenceEqual(Exports.Bits(content.State!)) && PackedFile.ReadMask(Path, Space).Equals(mask);
    }
}
