namespace Tombola.Pruning;

/// <summary>Removes the weights of lowest magnitude; of equal ones those with the lowest index.</summary>
internal static class MagnitudePruning
{
    /// <summary>Lowest of the whole network (Han et al. 2015, over all layers at once).</summary>
    public static IEnumerable<int> Global(PruningInput input) => Lowest(input, [.. input.Candidates.SelectMany(layer => layer)], input.Remove);

    /// <summary>The same fraction of every layer.</summary>
    public static IEnumerable<int> LayerWise(PruningInput input)
    {
        var layers = input.Candidates.ToArray();
        var shares = LayerShares.Of(input.Remove, [.. layers.Select(layer => layer.Length)]);
        return layers.SelectMany((layer, i) => Lowest(input, layer, shares[i]));
    }

    private static IEnumerable<int> Lowest(PruningInput input, int[] candidates, int remove)
    {
        // A stable sort on (magnitude, index), packed into one key: a float's bits order like its magnitude.
        var keys = new ulong[candidates.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var magnitude = BitConverter.SingleToUInt32Bits(Math.Abs(input.State.Weights[candidates[i]]));
            keys[i] = ((ulong)magnitude << 32) | (uint)candidates[i];
        }

        Array.Sort(keys);
        return keys.Take(remove).Select(key => (int)(uint)key);
    }
}
