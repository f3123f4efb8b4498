using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

/// <summary>Running statistics as a part of a network's state: in memory and in files.</summary>
public sealed class StatisticsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tombola-").FullName;
    private readonly Network _network = Architectures.Create("cifar_resnet_8_4");

    private string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_state_without_a_word_about_statistics_is_untrained()
    {
        var state = new NetworkState(_network.Space, new float[_network.Space.Count]);
        Assert.Equal(_network.Space.StatisticsCount, state.Statistics.Length);
        foreach (var part in _network.Space.Statistics) Assert.False(state[part].ContainsAnyExcept(part.Initial));
    }

    [Fact]
    public void A_statistic_is_a_slice_of_the_vector()
    {
        var state = new NetworkState(_network.Space);
        var part = _network.Space.Statistics[3];
        Assert.Equal(("blocks.0.bn1.running_var", 4, 12), (part.Name, part.Count, part.Offset));
        state[part].Fill(7);
        Assert.Equal([12, 13, 14, 15], Enumerable.Range(0, state.Statistics.Length).Where(i => state.Statistics[i] == 7));
    }

    [Fact]
    public void Statistics_of_the_wrong_length_are_refused_with_both_lengths()
    {
        var failure = Assert.Throws<ArgumentException>(() => new NetworkState(_network.Space, new float[_network.Space.Count], new float[5]));
        Assert.Contains("5 running statistics", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{_network.Space.StatisticsCount}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_has_the_same_statistics_in_its_own_memory_and_a_mask_leaves_them_alone()
    {
        var state = FormulaState.Of(_network);
        var (clone, masked) = (state.Clone(), state.Under(Workbench.Mask(_network, 0.2)));
        Bits.Equal(state.Statistics, clone.Statistics);
        Bits.Equal(state.Statistics, masked.Statistics);
        Assert.NotEqual(state.Weights, masked.Weights);
        clone.Statistics[0]++;
        masked.Statistics[0]++;
        Assert.Equal(FormulaState.Of(_network).Statistics, state.Statistics);
    }

    [Fact]
    public void Weights_and_statistics_come_back_bit_for_bit()
    {
        var state = FormulaState.Of(_network);
        (state.Statistics[0], state.Statistics[1]) = (float.NaN, -0f);
        StateFile.Write(File1, state);
        var read = StateFile.Read(File1, _network.Space);
        Bits.Equal(state.Weights, read.Weights);
        Bits.Equal(state.Statistics, read.Statistics);
        var names = Safetensors.Read(File1).Entries.Select(tensor => tensor.Name);
        Assert.Equal(ConvolutionalOracle.StateDict(_network.Name).Select(entry => entry.Name).Order(), names.Order());
    }

    [Fact]
    public void Counters_of_batches_are_passed_over()
    {
        var state = FormulaState.Of(_network);
        Safetensors.Write(File1, [.. StateFile.Tensors(state), Tensor.Of<long>("bn.num_batches_tracked", [], [5]), Tensor.Of<long>("blocks.0.bn1.num_batches_tracked", [], [5])]);
        Bits.Equal(state.Statistics, StateFile.Read(File1, _network.Space).Statistics);
    }

    [Fact]
    public void A_missing_or_misshapen_statistic_is_named()
    {
        var tensors = StateFile.Tensors(FormulaState.Of(_network)).ToArray();
        Safetensors.Write(File1, tensors.Where(tensor => tensor.Name != "blocks.1.shortcut.1.running_var"));
        AssertRefused("tensor blocks.1.shortcut.1.running_var of shape [8] is missing");

        Safetensors.Write(File1, tensors.Select(tensor => tensor.Name == "bn.running_mean" ? Tensor.Of<float>(tensor.Name, [5], new float[5]) : tensor));
        AssertRefused("tensor bn.running_mean has the shape [5], but the network has [4]");

        Safetensors.Write(File1, tensors.Select(tensor => tensor.Name == "bn.running_mean" ? Tensor.Of<double>(tensor.Name, [4], new double[4]) : tensor));
        AssertRefused("tensor bn.running_mean holds F64, but F32 is needed");

        Safetensors.Write(File1, [.. tensors, Tensor.Of<float>("bn.running_median", [4], new float[4])]);
        AssertRefused("tensor bn.running_median of shape [4] has no place in the network");
    }

    [Theory]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    [InlineData(float.NaN, "NaN")]
    public void A_variance_that_is_none_is_named_with_its_value(float value, string text)
    {
        var state = FormulaState.Of(_network);
        state[_network.Space.Statistics.Single(part => part.Name == "blocks.2.bn2.running_var")][5] = value;
        StateFile.Write(File1, state);
        AssertRefused($"tensor blocks.2.bn2.running_var holds {text}, which is no variance");
    }

    [Fact]
    public void A_variance_of_zero_is_allowed()
    {
        var state = FormulaState.Of(_network);
        state[_network.Space.Statistics[1]][0] = 0;
        StateFile.Write(File1, state);
        Bits.Equal(state.Statistics, StateFile.Read(File1, _network.Space).Statistics);
    }

    private void AssertRefused(string what)
    {
        var message = Assert.Throws<InvalidDataException>(() => { StateFile.Read(File1, _network.Space); }).Message;
        Assert.StartsWith(File1, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }
}
