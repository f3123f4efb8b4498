using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>Reads what the last layer of a network reads: the features that it tells classes by.</summary>
/// <remarks>They are the logits of the same network with the identity as its last layer: a feature times one, plus zeros, is the feature to the bit.</remarks>
internal sealed class LastFeatures : IDisposable
{
    private const int Batch = 128;
    private readonly Network _network;
    private readonly LinearLayer _last;
    private readonly INetworkPlan _plan;
    private readonly BatchFeed _feed;
    private readonly int _examples;

    /// <param name="network">The architecture, which must end in a linear layer.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="team">Threads to share the work among.</param>
    /// <param name="backend">What computes the network; null for the processor.</param>
    public LastFeatures(Network network, ExampleSource examples, ThreadTeam team, IBackend? backend = null)
    {
        _last = LastOf(network) ?? throw new ArgumentException($"The last layer of {network.Name} is not linear.", nameof(network));
        var builder = new NetworkBuilder(network.Name, network.Input);
        foreach (var node in network.Nodes) builder.Append(node.Layer == _last ? new LinearLayer(_last.Name, _last.Inputs, _last.Inputs) : node.Layer, [.. node.Inputs]);
        (_network, _examples) = (builder.Build(), examples.Count);
        _plan = (backend ?? Backends.Cpu).Compile(new PlanRequest(_network, Math.Min(Batch, _examples)) { Team = team });
        _feed = new BatchFeed(examples, EpochOrder.InTurn(_examples), _plan.Batch);
    }

    /// <summary>Number of features.</summary>
    public int Count => _last.Inputs;

    /// <summary>Whether a network has features of this kind.</summary>
    public static bool Has(Network network) => LastOf(network) is not null;

    /// <summary>The features of every example, one example after the other.</summary>
    public float[] Of(NetworkState state, CancellationToken cancellation)
    {
        var features = new float[(long)_examples * Count];
        _plan.Load(WithIdentity(state));
        for (int batch = 0, first = 0; first < _examples; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = _feed.Fill(batch, _plan);

            // There may be fewer features than classes, and nobody asks for the loss.
            Array.Clear(_plan.Labels);
            _plan.Evaluate(count);
            for (var n = 0; n < count; n++)
            {
                for (var f = 0; f < Count; f++) features[((first + n) * Count) + f] = _plan.Logit(n, f);
            }

            first += count;
        }

        return features;
    }

    public void Dispose()
    {
        _feed.Dispose();
        _plan.Dispose();
    }

    private static LinearLayer? LastOf(Network network) => network.Layers[^1] as LinearLayer;

    private NetworkState WithIdentity(NetworkState state)
    {
        var own = new NetworkState(_network.Space, new float[_network.Space.Count], state.Statistics);
        foreach (var parameter in _network.Space.Parameters.Where(parameter => parameter.Layer != _last.Name)) state[state.Space[parameter.Name]].CopyTo(own[parameter]);
        var identity = own[_network.Space[$"{_last.Name}.weight"]];
        for (var f = 0; f < Count; f++) identity[(f * Count) + f] = 1;
        return own;
    }
}
