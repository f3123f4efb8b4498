using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>Estimates the running statistics of batch norm for given weights.</summary>
/// <remarks>
/// As in training, each layer normalises by its mini-batch. The statistics become the mean over the mini-batches of mean and (unbiased) variance, each
/// mini-batch counting by its examples; what they were before does not matter.
/// </remarks>
public sealed class Recalibrator : IDisposable
{
    private const int Batch = 128;
    private readonly INetworkPlan _plan;
    private readonly BatchFeed _feed;
    private readonly int _count;

    /// <param name="network">The architecture.</param>
    /// <param name="recalibration">How many examples.</param>
    /// <param name="examples">The training set.</param>
    /// <param name="team">Threads to share the work among, or null.</param>
    /// <param name="mask">The weights that all networks keep to, or null.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    /// <param name="backend">What computes the network; null for the processor.</param>
    public Recalibrator(
        Network network, Recalibration recalibration, ExampleSource examples, ThreadTeam? team = null, Mask? mask = null, KernelChoice kernels = KernelChoice.Automatic,
        IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(recalibration);
        ArgumentNullException.ThrowIfNull(examples);

        // Drawn, since a data set may be sorted by class.
        var order = new int[examples.Count];
        new RandomStream(0, RandomStream.Probe).Permutation(order, 0);
        _count = Math.Min(recalibration.Examples, examples.Count);
        _plan = (backend ?? Backends.Cpu).Compile(new PlanRequest(network, Math.Min(Batch, _count)) { Mask = mask, Training = true, Team = team, Kernels = kernels });
        _feed = new BatchFeed(examples, new EpochOrder(order[.._count]), _plan.Batch);
    }

    /// <summary>Examples that it looks at for one network.</summary>
    internal int Examples => _count;

    /// <summary>The same weights with statistics of their own.</summary>
    public NetworkState Recalibrate(NetworkState state, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        _plan.Load(new NetworkState(state.Space, state.Weights));
        var seen = 0;
        for (var batch = 0; seen < _count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = _feed.Fill(batch, _plan);
            seen += count;
            _plan.UpdateStatistics(count, share: (double)count / seen);
        }

        return _plan.Save();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _feed.Dispose();
        _plan.Dispose();
    }
}
