using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

public class NetworkStateTests
{
    [Fact]
    public void A_weight_vector_of_the_wrong_length_is_refused_with_both_lengths()
    {
        var failure = Assert.Throws<ArgumentException>(() => new NetworkState(Workbench.Small.Space, new float[3]));
        Assert.Contains("3 elements", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Workbench.Small.Space.Count}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_has_the_same_bits_and_its_own_memory()
    {
        var state = Workbench.State(Workbench.Small);
        var clone = state.Clone();
        Bits.Equal(state.Weights, clone.Weights);
        clone.Weights[0]++;
        Assert.NotEqual(state.Weights[0], clone.Weights[0]);
    }

    [Fact]
    public void Looking_at_a_state_under_a_mask_leaves_it_alone()
    {
        var state = Workbench.State(Workbench.Small);
        var before = state.Clone();
        var masked = state.Under(Workbench.Mask(Workbench.Small, 0.5));
        Assert.NotEqual(before.Weights, masked.Weights);
        Bits.Equal(before.Weights, state.Weights);
    }
}
