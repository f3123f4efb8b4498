using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>What products with the Hessian of a network's loss are to be compiled for.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="Batch">Most samples in one call.</param>
public sealed record CurvatureRequest(Network Network, int Batch)
{
    /// <summary>The weights that remain, and may move; null for all.</summary>
    public Mask? Mask { get; init; }

    /// <summary>Threads to share the work among; null for the calling thread alone.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>Whether layers may be computed sparsely.</summary>
    public KernelChoice Kernels { get; init; }

    /// <summary>The Gauss-Newton matrix J' L J instead of the Hessian: J the logits' derivatives, L the Hessian of the loss with respect to the logits. It has no negative eigenvalue.</summary>
    public bool GaussNewton { get; init; }

    /// <summary>Whether scales and shifts of batch norms may move, too. Else they are folded into the convolutions before them, which takes less time.</summary>
    public bool NormParameters { get; init; }

    /// <summary>Batch norms normalise by the samples of a call, as in training, instead of by their running statistics. The loss is then no sum over samples: it depends on which are together.</summary>
    public bool BatchStatistics { get; init; }
}
