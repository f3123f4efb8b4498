using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>Loss and error of networks over a set of examples. Each chunk of examples is decoded once for all networks.</summary>
public sealed class Evaluator : IDisposable
{
    private const int LargestChunk = 512, SmallestChunk = 64;

    /// <summary>Elements of the largest activation of a chunk: 4 MB, so that a few of them fit a core's share of the third-level cache.</summary>
    private const int ChunkElements = 1 << 20;

    private readonly ExampleSet _examples;
    private readonly Plan _plan;
    private readonly int _chunk;

    /// <param name="network">The architecture.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="team">Threads to share the work among, or null.</param>
    /// <param name="mask">The weights that all networks keep to, or null.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    public Evaluator(Network network, ExampleSet examples, ThreadTeam? team = null, Mask? mask = null, KernelChoice kernels = KernelChoice.Automatic)
    {
        _examples = examples;
        _chunk = ChunkFor(network);
        _plan = new Plan(network, mask, Math.Min(_chunk, examples.Count), training: false, team, kernels);
    }

    /// <summary>
    /// Examples evaluated at once: enough to pay for loading a network's weights, few enough for the third-level cache. A function of the network alone,
    /// because losses are summed chunk by chunk.
    /// </summary>
    public static int ChunkFor(Network network)
    {
        var largest = network.Layers.Max(layer => layer.Output.Count);
        return Math.Clamp(ChunkElements / Math.Max(largest, network.Input.Count) / SmallestChunk * SmallestChunk, SmallestChunk, LargestChunk);
    }

    /// <summary>How many examples were decoded so far, each counting as often as it was.</summary>
    public long Decoded { get; private set; }

    /// <summary>Loss and error of one network.</summary>
    public BatchLoss Evaluate(NetworkState state, CancellationToken cancellation = default) => Evaluate([state], cancellation: cancellation)[0];

    /// <summary>Loss and error of several networks.</summary>
    /// <param name="states">The networks.</param>
    /// <param name="onExample">Called for each network and example with its loss (nats) and prediction, if given.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public BatchLoss[] Evaluate(IReadOnlyList<NetworkState> states, Action<int, int, float, int>? onExample = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        var totals = new BatchLoss[states.Count];
        for (var first = 0; first < _examples.Count; first += _chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(_chunk, _examples.Count - first);
            for (var n = 0; n < count; n++) _examples.Read(first + n, _plan.Samples.Slice(n * _plan.SampleStride, _plan.Network.Input.Count));
            Decoded += count;
            _examples.Labels.Slice(first, count).CopyTo(_plan.Labels);
            _plan.Prepare(count);
            for (var s = 0; s < states.Count; s++)
            {
                if (first == 0 || states.Count > 1) _plan.Load(states[s]);
                totals[s] += _plan.EvaluateAgain();
                if (onExample is null) continue;
                for (var n = 0; n < count; n++) onExample(s, first + n, _plan.Losses[n], _plan.Prediction(n));
            }
        }

        return totals;
    }

    public void Dispose() => _plan.Dispose();
}
