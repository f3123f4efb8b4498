using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>A compiled network that takes labelled samples, a mini-batch at a time.</summary>
public interface IBatchPlan : IDisposable
{
    /// <summary>The architecture.</summary>
    Network Network { get; }

    /// <summary>Most samples in one call.</summary>
    int Batch { get; }

    /// <summary>Bytes of native memory: weights, activations, gradients, scratch.</summary>
    long ArenaBytes { get; }

    /// <summary>Class of each sample, 0 ... classes - 1. The caller fills it.</summary>
    int[] Labels { get; }

    /// <summary>Where a sample of the mini-batch belongs, <c>[channel, row, column]</c>. The caller fills it.</summary>
    Span<float> Sample(int index);

    /// <summary>Takes over weights and statistics of a state.</summary>
    /// <exception cref="ArgumentException">The state is another network's, or has a weight where the mask has none.</exception>
    void Load(NetworkState state);
}
