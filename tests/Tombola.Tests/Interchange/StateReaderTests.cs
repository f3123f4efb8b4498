using System.Runtime.InteropServices;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>States that other programs wrote: names, types, and what is not a state of the network.</summary>
public sealed class StateReaderTests : IDisposable
{
    private static readonly Network ResNet = Architectures.Create("cifar_resnet_8_2");
    private readonly ModelFolder _folder = new();
    private readonly NetworkState _state = ModelFolder.StateOf(ResNet);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("_orig_mod.")]
    [InlineData("_orig_mod.module.model.")]
    public void Prefixes_of_wrappers_are_taken_off_and_counters_passed_over(string prefix)
    {
        var reading = Read(StateFile.Tensors(_state).Append(Tensor.Of<long>("bn.num_batches_tracked", [], [7])).Select(tensor => tensor with { Name = prefix + tensor.Name }));
        AssertSame(_state, reading.State);
        Assert.Null(reading.Mask);
        Assert.Equal(prefix.Length == 0 ? [] : [$"'{prefix}' was taken off the front of every name."], reading.Notes);
    }

    [Fact]
    public void A_prefix_that_not_all_names_have_stays()
    {
        var tensors = StateFile.Tensors(_state).Select(tensor => tensor.Name == "fc.bias" ? tensor : tensor with { Name = "module." + tensor.Name });
        var message = Assert.Throws<InvalidDataException>(() => Read(tensors)).Message;
        Assert.Contains("this is no state of cifar_resnet_8_2", message, StringComparison.Ordinal);
        Assert.Contains("it lacks conv.weight, ", message, StringComparison.Ordinal);
        Assert.Contains("module.conv.weight", message, StringComparison.Ordinal);
    }

    /// <summary>A part of a network may be called model itself.</summary>
    [Fact]
    public void A_prefix_that_the_network_itself_has_stays()
    {
        var builder = new NetworkBuilder("own", Shape.Vector(3));
        builder.Linear("model.fc", builder.Input, 2);
        var network = builder.Build();
        var reading = StateReader.Read(_folder.Write(StateFile.Tensors(ModelFolder.StateOf(network))), network);
        AssertSame(ModelFolder.StateOf(network), reading.State);
        Assert.Empty(reading.Notes);
    }

    [Fact]
    public void Halves_are_taken_exactly_whatever_their_bits()
    {
        var network = Linear(65536);
        Half[] halves = [.. Enumerable.Range(0, 65536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        var reading = StateReader.Read(_folder.Write([Tensor.Of<Half>("fc.weight", [1, 65536], halves), Tensor.Of<float>("fc.bias", [1], [0])]), network);
        for (var i = 0; i < halves.Length; i++)
        {
            // Sign, exponent and fraction written out: f * 2^(e - 25), subnormal where e = 0.
            var (exponent, fraction) = ((i >> 10) & 31, i & 1023);
            var size = exponent == 0 ? fraction * Math.Pow(2, -24) : (1024 + fraction) * Math.Pow(2, exponent - 25);
            var expected = exponent == 31 ? fraction == 0 ? double.PositiveInfinity : double.NaN : size;
            Assert.Equal(i < 32768 ? expected : -expected, reading.State.Weights[i]);
        }

        Assert.Equal(["In 1 of 2 tensors F16 was converted to F32, exactly.", "2,048 values are infinite or not a number, first element 31744 of fc.weight."], reading.Notes);
    }

    [Fact]
    public void Brain_floats_are_the_upper_halves_of_singles()
    {
        var network = Linear(65536);
        ushort[] bits = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        var tensor = new Tensor("fc.weight", "BF16", [1, 65536], MemoryMarshal.AsBytes(bits.AsSpan()).ToArray());
        var reading = StateReader.Read(_folder.Write([tensor, Tensor.Of<float>("fc.bias", [1], [0])]), network);
        for (var i = 0; i < 65536; i++) Assert.Equal(i << 16, BitConverter.SingleToInt32Bits(reading.State.Weights[i]));
        Assert.Equal("In 1 of 2 tensors BF16 was converted to F32, exactly.", reading.Notes[0]);
    }

    /// <summary>Between the neighbours of a double that singles are, the nearer, and of two as near the even one; found by search, not by a cast.</summary>
    [Fact]
    public void Doubles_are_rounded_to_the_nearest_single_and_ties_to_the_even_one()
    {
        var random = new Random(5);
        double[] doubles =
        [
            1 + Math.Pow(2, -24), 1 + (3 * Math.Pow(2, -24)), -1 - Math.Pow(2, -24), 1 + Math.Pow(2, -24) + Math.Pow(2, -50), Math.Pow(2, -150), 3 * Math.Pow(2, -150), 0, Math.PI, 1e-320, -1e-40,
            .. Enumerable.Range(0, 1000).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-150, 120))),
        ];
        var network = Linear(doubles.Length);
        var reading = StateReader.Read(_folder.Write([Tensor.Of<double>("fc.weight", [1, doubles.Length], doubles), Tensor.Of<double>("fc.bias", [1], [0])]), network);
        for (var i = 0; i < doubles.Length; i++)
        {
            var (read, exact) = (reading.State.Weights[i], doubles[i]);
            foreach (var other in new[] { MathF.BitIncrement(read), MathF.BitDecrement(read) })
            {
                var (near, far) = (Math.Abs(read - exact), Math.Abs(other - exact));
                Assert.True(near < far || (near == far && (BitConverter.SingleToInt32Bits(read) & 1) == 0), $"{exact:R} became {read:R}");
            }
        }

        Assert.Equal(["In 2 of 2 tensors F64 was converted to F32, rounded to nearest."], reading.Notes);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_read_and_noted()
    {
        var state = _state.Clone();
        (state.Weights[3], state.Weights[5], state.Weights[200]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        var reading = Read(StateFile.Tensors(state));
        AssertSame(state, reading.State);
        Assert.Equal(["3 values are infinite or not a number, first element 3 of conv.weight."], reading.Notes);
    }

    [Theory]
    [InlineData(-0.5f)]
    [InlineData(float.NaN)]
    public void A_variance_below_zero_is_refused(float variance)
    {
        _state[ResNet.Space.RunningStatistic("bn.running_var")][1] = variance;
        Assert.Contains("bn.running_var holds", Assert.Throws<InvalidDataException>(() => Read(StateFile.Tensors(_state))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        var tensors = StateFile.Tensors(_state).Select(tensor => tensor.Name == "fc.bias" ? Tensor.Of<long>("fc.bias", [10], new long[10]) : tensor);
        Assert.Contains("tensor fc.bias holds I64", Assert.Throws<InvalidDataException>(() => Read(tensors)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_left_over_and_of_another_shape_is_listed()
    {
        var tensors = StateFile.Tensors(_state).Where(tensor => tensor.Name != "bn.bias").Append(Tensor.Of<float>("extra\u001b", [1], [1]))
            .Select(tensor => tensor.Name == "fc.weight" ? Tensor.Of<float>("fc.weight", [3], [1, 2, 3]) : tensor);
        Assert.Equal(
            $"{_folder.File}: this is no state of cifar_resnet_8_2: it lacks bn.bias; it has besides extra\\u001b; it has other shapes: fc.weight [3] for [10, 8]. Name the network that the file was saved from.",
            Assert.Throws<InvalidDataException>(() => Read(tensors)).Message);
    }

    [Fact]
    public void Pruned_weights_are_put_together_exactly()
    {
        var mask = ModelFolder.MaskOf(ResNet);
        var state = _state.Clone();
        state.Weights[ResNet.Space.Prunable[0].Offset] = float.NaN;
        var reading = Read(Pruned(state, mask, "F32"));
        Assert.Equal(mask, reading.Mask);
        for (var i = 0; i < state.Weights.Length; i++)
        {
            // Plus zero, whatever was there: not minus zero, nor what NaN times zero is.
            Assert.Equal(mask[i] ? BitConverter.SingleToInt32Bits(state.Weights[i]) : 0, BitConverter.SingleToInt32Bits(reading.State.Weights[i]));
        }

        Assert.Equal([$"{ResNet.Space.Prunable.Count} of {NetworkTensors.Of(ResNet).Count} tensors were put together from X_orig and X_mask, as torch.nn.utils.prune splits them."], reading.Notes);
    }

    [Fact]
    public void A_pruned_bias_is_zero_where_it_was_pruned_but_not_part_of_the_mask()
    {
        var reading = Read(StateFile.Tensors(_state).Where(tensor => tensor.Name != "fc.bias")
            .Append(Tensor.Of<float>("fc.bias_orig", [10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).Append(Tensor.Of<float>("fc.bias_mask", [10], [0, 1, 1, 1, 1, 1, 1, 1, 1, 0])));
        Assert.Equal([0, 2, 3, 4, 5, 6, 7, 8, 9, 0], reading.State[ResNet.Space["fc.bias"]].ToArray());
        Assert.Equal(Mask.Full(ResNet.Space), reading.Mask);
        Assert.Contains(reading.Notes, note => note.StartsWith("fc.bias was pruned in the file.", StringComparison.Ordinal));
    }

    [Fact]
    public void Pruning_by_halves_is_refused()
    {
        var mask = ModelFolder.MaskOf(ResNet);
        AssertRefused(Pruned(_state, mask, "F32").Where(tensor => tensor.Name != "fc.weight_mask"), "fc.weight_orig was pruned, but its mask fc.weight_mask is missing");
        AssertRefused(Pruned(_state, mask, "F32").Append(Tensor.Of<float>("fc.weight", [1], [1])), "there are both fc.weight and fc.weight_orig");
        AssertRefused(Pruned(_state, mask, "F32").Select(tensor => tensor.Name == "fc.weight_mask" ? tensor with { Shape = [8, 10] } : tensor), "has the shape [10, 8], but its mask [8, 10]");
        AssertRefused(Pruned(_state, mask, "F32").Select(tensor => tensor.Name == "fc.weight_mask" ? Tensor.Of<float>(tensor.Name, [10, 8], [.. Enumerable.Repeat(1f, 79), 0.5f]) : tensor), "element 79 of the mask tensor fc.weight_mask is 0.5");
    }

    /// <summary>What torch.nn.utils.prune makes of a state.</summary>
    internal static IEnumerable<Tensor> Pruned(NetworkState state, Mask mask, string type) => StateFile.Tensors(state).SelectMany(tensor => !state.Space.TryFind(tensor.Name, out var parameter) || !parameter.Prunable
        ? (IEnumerable<Tensor>)[tensor]
        : [tensor with { Name = tensor.Name + "_orig" }, MaskReaderTests.Converted(StateFile.Tensors(mask).First(its => its.Name == tensor.Name), type) with { Name = tensor.Name + "_mask" }]);

    internal static void AssertSame(NetworkState expected, NetworkState read)
    {
        Assert.Equal(expected.Weights.Select(BitConverter.SingleToInt32Bits), read.Weights.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Statistics.Select(BitConverter.SingleToInt32Bits), read.Statistics.Select(BitConverter.SingleToInt32Bits));
    }

    private static Network Linear(int inputs)
    {
        var builder = new NetworkBuilder("own", Shape.Vector(inputs));
        builder.Linear("fc", builder.Input, 1);
        return builder.Build();
    }

    private void AssertRefused(IEnumerable<Tensor> tensors, string sentence)
    {
        var message = Assert.Throws<InvalidDataException>(() => Read(tensors)).Message;
        Assert.StartsWith(_folder.File, message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    private StateReading Read(IEnumerable<Tensor> tensors)
    {
        using var file = _folder.Write(tensors);
        return StateReader.Read(file, ResNet);
    }
}
