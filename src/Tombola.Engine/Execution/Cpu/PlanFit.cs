using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>What must hold between a network and the batch, the mask and the states that a plan of it is given.</summary>
internal static class PlanFit
{
    /// <summary>Samples of a mini-batch, rounded up to whole lane blocks.</summary>
    /// <exception cref="SettingException">No array could hold them.</exception>
    public static int Blocks(int batch, int lanes)
    {
        SettingException.ThrowIfLessThan(batch, 1, "The batch");
        var blocks = ((long)batch + lanes - 1) / lanes;
        return blocks * lanes <= Array.MaxLength ? (int)blocks : throw new SettingException($"A batch of {batch} is too large. Choose a smaller batch.");
    }

    /// <summary>A mask must be one of the network.</summary>
    public static void Check(Mask mask, Network network)
    {
        if (mask.Space.Count != network.Space.Count)
        {
            throw new ArgumentException($"The mask speaks of {mask.Space.Count} weights; {network.Name} has {network.Space.Count}.", nameof(mask));
        }

        foreach (var (theirs, ours) in mask.Space.Parameters.Zip(network.Space.Parameters))
        {
            if (theirs.Name == ours.Name && theirs.Prunable == ours.Prunable && theirs.Shape.SequenceEqual(ours.Shape)) continue;
            throw new ArgumentException($"The mask is for another network: it speaks of {theirs.Name} where {network.Name} has {ours.Name}, or of another shape of it.", nameof(mask));
        }
    }

    /// <summary>A state must be one of the network and keep to the mask.</summary>
    public static void Check(NetworkState state, Network network, Mask? mask)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Space.Count != network.Space.Count)
        {
            throw new ArgumentException($"The state has {state.Space.Count} weights; {network.Name} has {network.Space.Count}.", nameof(state));
        }

        if (mask is not null && !mask.HoldsFor(state.Weights)) throw new ArgumentException("The state has weights that the plan's mask prunes.", nameof(state));
    }
}
