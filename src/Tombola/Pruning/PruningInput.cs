using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Pruning;

/// <summary>What a strategy looks at.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="State">Weights to judge.</param>
/// <param name="Mask">The mask so far.</param>
/// <param name="Exempt">Names of layers whose weights stay.</param>
/// <param name="Stream">Randomness, for strategies that want some.</param>
public sealed record PruningInput(Network Network, NetworkState State, Mask Mask, IReadOnlySet<string> Exempt, RandomStream Stream)
{
    /// <summary>How many weights to remove. <see cref="PruningStrategies.Prune(PruningInput, string, double)"/> says.</summary>
    public int Remove { get; init; }

    /// <summary>Training examples, for strategies that look at some; null for none.</summary>
    public MiniBatch? Batch { get; init; }

    /// <summary>What computes gradients, for strategies that want some.</summary>
    public IBackend Backend { get; init; } = Backends.Cpu;

    /// <summary>Threads to share the work among, or null.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>Stops strategies that take long.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Indices of the remaining weights that may be removed, one list for each layer, ascending.</summary>
    public IEnumerable<int[]> Candidates => State.Space.Prunable
        .Where(parameter => !Exempt.Contains(parameter.Layer))
        .Select(parameter => Enumerable.Range(parameter.Offset, parameter.Count).Where(index => Mask[index]).ToArray());

    /// <summary>Gradient of the mean loss on the mini-batch, under the mask so far.</summary>
    internal LossGradient Gradient() => new(Network, Batch!, Mask, Stream, Backend, Team);
}
