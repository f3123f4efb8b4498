using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Training;

/// <summary>Loss and error of networks over a set of examples. Each example is decoded once for all networks.</summary>
/// <remarks>
/// Many small networks are evaluated side by side: threads take a network each, and all networks see a chunk of examples before the next is decoded. Large
/// networks come one after the other, for neither all their weights nor a plan for every thread should be in memory: threads share a network, and it
/// sees as many decoded examples as are kept. The bits are the same both ways.
/// </remarks>
public sealed class Evaluator : IDisposable
{
    private const int LargestChunk = 512, SmallestChunk = 64;

    /// <summary>Elements of the largest activation of a chunk: 4 MB, so that a few of them fit a core's share of the third-level cache.</summary>
    private const int ChunkElements = 1 << 20;

    private readonly Network _network;
    private readonly ExampleSource _examples;
    private readonly Mask? _mask;
    private readonly KernelChoice _kernels;
    private readonly ThreadTeam _team;
    private readonly bool _ownsTeam;
    private readonly IBackend _backend;
    private readonly INetworkPlan _shared;
    private readonly BatchFeed _feed;
    private readonly int _chunk;
    private readonly Lock _telling = new();
    private INetworkPlan[] _own = [];

    /// <param name="network">The architecture.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="team">Threads to share the work among, or null.</param>
    /// <param name="mask">The weights that all networks keep to, or null.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    /// <param name="backend">What computes the network; null for the processor.</param>
    public Evaluator(Network network, ExampleSource examples, ThreadTeam? team = null, Mask? mask = null, KernelChoice kernels = KernelChoice.Automatic, IBackend? backend = null)
    {
        (_network, _examples, _mask, _kernels, _backend) = (network, examples, mask, kernels, backend ?? Backends.Cpu);
        _chunk = Math.Min(ChunkFor(network), examples.Count);
        _team = team ?? new ThreadTeam(1);
        _ownsTeam = team is null;
        _shared = Compile(_team);
        _feed = new BatchFeed(examples, EpochOrder.InTurn(examples.Count), _chunk);
    }

    /// <summary>How many examples were decoded so far, each counting as often as it was.</summary>
    internal long Decoded { get; private set; }

    /// <summary>Numbers to keep at once, 64 MB: the weights of all networks, or else decoded examples.</summary>
    internal int FloatsAtOnce { get; init; } = 1 << 24;

    /// <summary>
    /// Examples evaluated at once: enough to pay for loading a network's weights, few enough for the third-level cache. A function of the network alone,
    /// because losses are summed chunk by chunk.
    /// </summary>
    public static int ChunkFor(Network network)
    {
        var largest = network.Layers.Max(layer => layer.Output.Count);
        return Math.Clamp(ChunkElements / Math.Max(largest, network.Input.Count) / SmallestChunk * SmallestChunk, SmallestChunk, LargestChunk);
    }

    /// <summary>Loss and error of one network.</summary>
    public BatchLoss Evaluate(NetworkState state, CancellationToken cancellation = default) => Evaluate([state], cancellation: cancellation)[0];

    /// <summary>Loss and error of several networks.</summary>
    /// <param name="states">The networks.</param>
    /// <param name="onExample">Called for each network and example with its loss (nats) and prediction, if given; for different networks on several threads at once.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public BatchLoss[] Evaluate(IReadOnlyList<NetworkState> states, Action<int, int, float, int>? onExample = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        return Evaluate(states.Count, s => states[s], new Listeners(onExample, null), cancellation);
    }

    /// <summary>Loss and error of networks of which not all need be in memory.</summary>
    /// <param name="states">Their number.</param>
    /// <param name="state">Makes one, if need be several times.</param>
    /// <param name="advance">Hears, one call at a time, how many examples were evaluated since the last call, each counting for every network.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public BatchLoss[] Evaluate(int states, Func<int, NetworkState> state, Action<int>? advance = null, CancellationToken cancellation = default) =>
        Evaluate(states, state, new Listeners(null, advance), cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _feed.Dispose();
        foreach (var plan in _own) plan.Dispose();
        _shared.Dispose();
        if (_ownsTeam) _team.Dispose();
    }

    private BatchLoss[] Evaluate(int states, Func<int, NetworkState> state, Listeners listeners, CancellationToken cancellation)
    {
        var totals = new BatchLoss[states];
        if (states > 1 && states >= _team.Size && (long)states * _shared.StoredWeights <= FloatsAtOnce) SideBySide(totals, state, listeners, cancellation);
        else OneByOne(totals, state, listeners, cancellation);
        return totals;
    }

    private void SideBySide(BatchLoss[] totals, Func<int, NetworkState> state, Listeners listeners, CancellationToken cancellation)
    {
        var plans = _team.Size == 1 ? [_shared] : OwnPlans();
        var states = Enumerable.Range(0, totals.Length).Select(s => _shared.Pack(state(s))).ToArray();
        for (var first = 0; first < _examples.Count; first += _chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, count, next) = (first, _feed.MoveTo(first / _chunk), -1);
            _team.Run(Decode);
            Decoded += count;
            _team.Run(EvaluateSome);

            void Decode(int member)
            {
                var (from, to) = _team.Part(member, count);
                for (var n = from; n < to; n++)
                {
                    var sample = plans[0].Sample(n);
                    _feed.Read(n, sample);
                    foreach (var other in plans.AsSpan(1)) sample.CopyTo(other.Sample(n));
                }
            }

            // Whoever is free takes the next network, since the machine may have other things to do.
            void EvaluateSome(int member)
            {
                var plan = plans[member];
                Prepare(plan, start, count);
                for (var s = Interlocked.Increment(ref next); s < states.Length; s = Interlocked.Increment(ref next))
                {
                    plan.Load(states[s]);
                    totals[s] += plan.EvaluateAgain();
                    Tell(listeners, plan, s, start, count);
                }
            }
        }
    }

    private void OneByOne(BatchLoss[] totals, Func<int, NetworkState> state, Listeners listeners, CancellationToken cancellation)
    {
        // Examples that are seen only once need not be kept.
        var keep = totals.Length > 1;
        var size = _network.Input.Count;
        var block = keep ? Math.Min(_examples.Count, Math.Max(1, FloatsAtOnce / size / _chunk) * _chunk) : _examples.Count;
        var kept = new float[keep ? block * size : 0];
        for (var start = 0; start < _examples.Count; start += block)
        {
            var end = Math.Min(_examples.Count, start + block);
            for (var first = start; keep && first < end; first += _chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = _feed.MoveTo(first / _chunk);
                for (var n = 0; n < count; n++) _feed.Read(n, kept.AsSpan((first - start + n) * size, size));
            }

            Decoded += end - start;
            for (var s = 0; s < totals.Length; s++)
            {
                _shared.Load(state(s));
                for (var first = start; first < end; first += _chunk)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var count = Math.Min(_chunk, end - first);
                    if (!keep) _feed.Fill(first / _chunk, _shared);
                    for (var n = 0; keep && n < count; n++) kept.AsSpan((first - start + n) * size, size).CopyTo(_shared.Sample(n));

                    Prepare(_shared, first, count);
                    totals[s] += _shared.EvaluateAgain();
                    Tell(listeners, _shared, s, first, count);
                }
            }
        }
    }

    /// <summary>A plan for each thread.</summary>
    private INetworkPlan[] OwnPlans()
    {
        if (_own.Length == 0) _own = [.. Enumerable.Range(0, _team.Size).Select(_ => Compile(null))];
        return _own;
    }

    private INetworkPlan Compile(ThreadTeam? team) => _backend.Compile(new PlanRequest(_network, _chunk) { Mask = _mask, Team = team, Kernels = _kernels });

    private void Prepare(INetworkPlan plan, int first, int count)
    {
        _examples.Labels.Slice(first, count).CopyTo(plan.Labels);
        plan.Prepare(count);
    }

    private void Tell(Listeners listeners, INetworkPlan plan, int state, int first, int count)
    {
        for (var n = 0; listeners.OnExample is not null && n < count; n++) listeners.OnExample(state, first + n, plan.Losses[n], plan.Prediction(n));
        if (listeners.Advance is null) return;
        lock (_telling) listeners.Advance(count);
    }

    private sealed record Listeners(Action<int, int, float, int>? OnExample, Action<int>? Advance);
}
