using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Tests.Pruning;

/// <summary>Random examples and states for any network.</summary>
internal static class Draws
{
    /// <summary>Pixels from the standard normal distribution, any class.</summary>
    public static MiniBatch Batch(Network network, int count, ulong seed)
    {
        var stream = new RandomStream(seed, RandomStream.Data);
        return new MiniBatch(
            [.. Enumerable.Range(0, count * network.Input.Count).Select(i => (float)stream.Normal(0, (ulong)i, 0))],
            [.. Enumerable.Range(0, count).Select(n => stream.Below(network.Classes, 1, (ulong)n, 0))]);
    }

    /// <summary>Weights and biases from a normal distribution, running means and variances about those of a trained network.</summary>
    public static NetworkState State(Network network, ulong seed)
    {
        var stream = new RandomStream(seed, RandomStream.Init);
        var state = new NetworkState(network.Space, [.. Enumerable.Range(0, network.Space.Count).Select(i => (float)(0.3 * stream.Normal(0, (ulong)i, 0)))]);
        foreach (var part in network.Space.Statistics)
        {
            for (var c = 0; c < part.Count; c++)
            {
                var draw = stream.Uniform(1, (ulong)(part.Offset + c), 0);
                state[part][c] = (float)(part.Initial == 0 ? 0.2 * (draw - 0.5) : 0.5 + draw);
            }
        }

        return state;
    }

    /// <summary>A pruning input without data.</summary>
    public static PruningInput Input(Network network, NetworkState state, Mask? mask = null) =>
        new(network, state, mask ?? Mask.Full(network.Space), new HashSet<string>(), new RandomStream(1, RandomStream.Prune));
}
