using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>What computes networks: the one door through which plans are compiled.</summary>
/// <remarks>A backend's results may round unlike another's, so jobs name theirs; one and the same backend gives the same bits for every size of a team.</remarks>
public interface IBackend
{
    /// <summary>As jobs name it.</summary>
    string Name { get; }

    /// <summary>Compiles a network; whoever asks disposes of the plan.</summary>
    /// <exception cref="Naming.SettingException">The network, the batch or the mask cannot be had; the message says what would do.</exception>
    INetworkPlan Compile(PlanRequest request);

    /// <summary>Compiles products with the Hessian of a network's loss; whoever asks disposes of the plan.</summary>
    /// <exception cref="Naming.SettingException">The network, the batch or the mask cannot be had; the message says what would do.</exception>
    ICurvaturePlan Compile(CurvatureRequest request);
}

/// <summary>What a plan is to be compiled for.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="Batch">Most samples in one call.</param>
public sealed record PlanRequest(Network Network, int Batch)
{
    /// <summary>The weights that remain; null for all.</summary>
    public Mask? Mask { get; init; }

    /// <summary>Whether gradients will be asked for.</summary>
    public bool Training { get; init; }

    /// <summary>Threads to share the work among; null for the calling thread alone.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>Whether layers may be computed sparsely.</summary>
    public KernelChoice Kernels { get; init; }
}
