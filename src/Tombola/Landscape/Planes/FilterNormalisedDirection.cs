using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Landscape;

/// <summary>A random direction in which every filter has the norm of the network's own (Li et al. 2018, section 4).</summary>
/// <remarks>
/// A filter is what one output of a layer sums its inputs with. Biases and batch norm stay as they are, and so do weights that are zero: a pruned network
/// is looked at among the networks that are pruned alike, and the norm of its filters is that of the weights which remain.
/// </remarks>
internal static class FilterNormalisedDirection
{
    private const string Stream = "direction";

    /// <summary>A plane of two of them.</summary>
    public static Plane PlaneOf(NetworkState network, ulong seed) => new(network, Draw(network, seed, 0), Draw(network, seed, 1));

    /// <param name="network">The network that it starts from.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which of the directions of this seed.</param>
    public static PlaneAxis Draw(NetworkState network, ulong seed, uint index)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (space, weights) = (network.Space, network.Weights);
        var (stream, drawn) = (new RandomStream(seed, Stream), new double[space.Count]);
        foreach (var parameter in space.Prunable)
        {
            for (var filter = parameter.Offset; filter < parameter.Offset + parameter.Count; filter += parameter.FanIn)
            {
                var (own, norm) = (0.0, 0.0);
                for (var i = filter; i < filter + parameter.FanIn; i++)
                {
                    if (weights[i] == 0) continue;
                    drawn[i] = stream.Normal(index, (ulong)i, 0);
                    own += (double)weights[i] * weights[i];
                    norm += drawn[i] * drawn[i];
                }

                for (var i = filter; i < filter + parameter.FanIn; i++) drawn[i] *= norm == 0 ? 0 : Math.Sqrt(own / norm);
            }
        }

        return new PlaneAxis(drawn, new double[space.StatisticsCount]);
    }
}
