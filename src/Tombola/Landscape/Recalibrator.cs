using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

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
    private readonly ExampleSource _examples;

    /// <summary>The examples to look at. Drawn, since a data set may be sorted by class.</summary>
    private readonly int[] _chosen;

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
        var order = new int[examples.Count];
        new RandomStream(0, RandomStream.Probe).Permutation(order, 0);
        _chosen = order[..Math.Min(recalibration.Examples, examples.Count)];
        _examples = examples;
        _plan = (backend ?? Backends.Cpu).Compile(new PlanRequest(network, Math.Min(Batch, _chosen.Length)) { Mask = mask, Training = true, Team = team, Kernels = kernels });
    }

    /// <summary>The same weights with statistics of their own.</summary>
    public NetworkState Recalibrate(NetworkState state, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        _plan.Load(new NetworkState(state.Space, state.Weights));
        for (var first = 0; first < _chosen.Length; first += _plan.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(_plan.Batch, _chosen.Length - first);
            for (var n = 0; n < count; n++)
            {
                _examples.Read(_chosen[first + n], _plan.Sample(n));
                _plan.Labels[n] = _examples.Labels[_chosen[first + n]];
            }

            _plan.UpdateStatistics(count, share: (double)count / (first + count));
        }

        return _plan.Save();
    }

    public void Dispose() => _plan.Dispose();
}
