using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Pruning;

/// <summary>What a score looks at.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="State">Weights to judge.</param>
/// <param name="Mask">The mask so far.</param>
/// <param name="Exempt">Names of layers whose weights stay.</param>
/// <param name="Stream">Randomness, for scores that want some.</param>
public sealed record PruningInput(Network Network, NetworkState State, Mask Mask, IReadOnlySet<string> Exempt, RandomStream Stream)
{
    /// <summary>Training examples, for scores that look at some; null for none.</summary>
    public MiniBatch? Batch { get; init; }

    /// <summary>What computes gradients, for scores that want some.</summary>
    public IBackend Backend { get; init; } = Backends.Cpu;

    /// <summary>Threads to share the work among, or null.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>Stops pruning that takes long.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Indices of the remaining weights that may be removed, one list for each layer, ascending.</summary>
    public IReadOnlyList<int[]> Candidates => [.. Layers.Select(layer => Mask.RemainingIn(layer))];

    /// <summary>The same, one list for all weights whose scores are compared with each other: a layer's, or the whole network's.</summary>
    public IReadOnlyList<int[]> Groups { get; init; } = [];

    /// <summary>The layers that may be pruned, in the order of the network.</summary>
    internal IEnumerable<Parameter> Layers => State.Space.Prunable.Where(parameter => !Exempt.Contains(parameter.Layer));

    /// <summary>Gradient of the mean loss on the mini-batch, under the mask so far.</summary>
    internal LossGradient Gradient() => new(Network, Batch!, Mask, Stream, Backend, Team);
}
