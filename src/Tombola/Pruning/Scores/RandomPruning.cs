using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Pruning;

/// <summary>Removes weights at random, and shuffles masks: the controls that magnitude pruning is measured against.</summary>
public static class RandomPruning
{
    /// <summary>At random over the whole network.</summary>
    internal static IEnumerable<int> Global(PruningInput input) => Draw(input, [.. input.Candidates.SelectMany(layer => layer)], input.Remove, 0);

    /// <summary>The same fraction of every layer, at random.</summary>
    internal static IEnumerable<int> LayerWise(PruningInput input)
    {
        var layers = input.Candidates.ToArray();
        var shares = LayerShares.Of(input.Remove, [.. layers.Select(layer => layer.Length)]);
        return layers.SelectMany((layer, i) => Draw(input, layer, shares[i], (uint)i));
    }

    /// <summary>The control "random pruning": each layer keeps as many weights as before, at random places.</summary>
    public static Mask ShuffleWithinLayers(Mask mask, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var kept = new bool[mask.Space.Count];
        for (var p = 0; p < mask.Space.Parameters.Count; p++)
        {
            var parameter = mask.Space.Parameters[p];
            var bits = kept.AsSpan(parameter.Offset, parameter.Count);
            for (var i = 0; i < bits.Length; i++) bits[i] = mask[parameter.Offset + i];
            if (parameter.Prunable) stream.Shuffle(bits, (uint)p);
        }

        return new Mask(mask.Space, index => kept[index]);
    }

    private static int[] Draw(PruningInput input, int[] candidates, int remove, uint epoch)
    {
        input.Stream.Shuffle<int>(candidates, epoch);
        return candidates[..remove];
    }
}
