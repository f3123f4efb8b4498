using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Turns the graph of a network into passes: decides what is fused. A <see cref="SegmentPlanner"/> and an <see cref="ActivationPlacement"/> do the rest.</summary>
/// <remarks>
/// A rectifier joins the layer before it, and a sum joins the later of its two operands, if nobody else reads that operand. While training, batch norm is a
/// pass of its own, because it needs the moments of the whole mini-batch before it can write anything; in evaluation it is folded into the convolution before it.
/// </remarks>
internal sealed class PlanCompiler
{
    private readonly Network _network;
    private readonly PlanWeights _weights;
    private readonly float[] _statistics;
    private readonly ThreadTeam _team;
    private readonly bool _training;
    private readonly int _lanes, _blocks;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Activation> _activations = [];
    private readonly HashSet<int> _planned = [];
    private readonly List<Node> _nodes = [];

    /// <param name="network">The graph.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="team">The threads.</param>
    /// <param name="training">Whether there are backward passes.</param>
    /// <param name="lanes">Samples in a lane block.</param>
    /// <param name="blocks">Lane blocks of a whole mini-batch.</param>
    public PlanCompiler(Network network, PlanWeights weights, float[] statistics, ThreadTeam team, bool training, int lanes, int blocks)
    {
        (_network, _weights, _statistics, _team, _training, _lanes, _blocks) = (network, weights, statistics, team, training, lanes, blocks);

        // Element 0 belongs to the network's input.
        _readers = [.. Enumerable.Range(0, network.Nodes.Count + 1).Select(_ => new List<int>())];
        for (var i = 0; i < network.Nodes.Count; i++)
        {
            foreach (var input in network.Nodes[i].Inputs) _readers[input + 1].Add(i);
        }
    }

    /// <summary>The network's input.</summary>
    public Activation Input => _activations[Network.InputNode];

    /// <summary>The logits.</summary>
    public Activation Output => _activations[_network.Nodes.Count - 1];

    /// <summary>The passes, in order, with their memory.</summary>
    public PassSequence Compile(Arena arena)
    {
        _activations[Network.InputNode] = Create(_network.Input, Network.InputNode, rectified: false);
        for (var i = 0; i < _network.Nodes.Count; i++)
        {
            // A convolution that skips pixels goes before others that read the same: backward it then comes last, and has to add to few pixels only.
            foreach (var input in _network.Nodes[i].Inputs)
            {
                foreach (var reader in _readers[input + 1].Where(reader => reader > i && _network.Nodes[reader].Layer is ConvolutionLayer { Window: var window } && (Skips(window.Rows) || Skips(window.Columns))))
                {
                    if (_planned.Add(reader)) Add(reader);
                }
            }

            if (!_planned.Contains(i)) Add(i);
        }

        var passes = Build();
        var segments = new SegmentPlanner(passes, Output.Owner, _training, _blocks);
        new ActivationPlacement(passes, segments, Input, Output, _team.Size).Place(arena);
        return new PassSequence(passes, segments.Forward, segments.Backward, _team);
    }

    private static bool Skips(WindowAxis axis) => axis.Stride > axis.Kernel;

    private void Add(int i)
    {
        var node = _network.Nodes[i];
        var inputs = node.Inputs.Select(input => _activations[input]).ToArray();
        switch (node.Layer)
        {
            case LinearLayer linear:
                AddLinear(i, linear, inputs[0]);
                break;
            case ConvolutionLayer convolution:
                AddConvolution(i, convolution, inputs[0]);
                break;
            case BatchNormLayer norm:
                var normChain = new Chain(this, i);
                var added = normChain.TakeSum(node.Inputs[0]);
                normChain.TakeRelu();
                Emit(normChain, [inputs[0], .. added], (output, sources) => new NormPass(
                    norm, _weights, _statistics, output, sources[0], sources.Length > 1 ? sources[1] : null)
                {
                    Layers = normChain.Names,
                    Training = _training,
                });
                break;
            case AddLayer:
                var sumChain = new Chain(this, i);
                sumChain.TakeRelu();
                Emit(sumChain, inputs, (output, sources) => new AddPass(output, sources[0], sources[1]) { Layers = sumChain.Names });
                break;
            case ReluLayer relu:
                Emit(new Chain(this, i) { Rectified = true }, inputs, (output, sources) => new ReluPass(output, sources[0]) { Layers = relu.Name });
                break;
            case ConcatLayer concat:
                Emit(new Chain(this, i), inputs, (output, sources) => new CopyPass(output, sources) { Layers = concat.Name });
                break;
            case MaxPoolLayer pool:
                Emit(new Chain(this, i), inputs, (output, sources) => new PoolPass(
                    output, sources[0], pool.Kernel, pool.Kernel, pool.Stride, pool.Padding, max: true)
                { Layers = pool.Name });
                break;
            case AveragePoolLayer pool:
                Emit(new Chain(this, i), inputs, (output, sources) => new PoolPass(
                    output, sources[0], pool.Kernel, pool.Kernel, pool.Stride, pool.Padding, max: false)
                { Layers = pool.Name });
                break;
            case GlobalAveragePoolLayer pool:
                Emit(new Chain(this, i), inputs, (output, sources) => new PoolPass(
                    output, sources[0], pool.Input.Rows, pool.Input.Columns, 1, 0, max: false)
                { Layers = pool.Name });
                break;
            case DropoutLayer dropout when _training:
                Emit(new Chain(this, i), inputs, (output, sources) => new DropoutPass(output, sources[0], dropout.Rate, (uint)i) { Layers = dropout.Name });
                break;
            case DropoutLayer:
                _activations[i] = inputs[0];
                break;
            case FlattenLayer flatten when !inputs[0].IsFlat:
                Emit(new Chain(this, i), inputs, (output, sources) => new CopyPass(output, sources) { Layers = flatten.Name });
                break;
            case FlattenLayer:
                _activations[i] = inputs[0].Flatten();
                break;
            default:
                throw new SettingException($"{_network.Name}: no pass computes the layer {node.Layer}.");
        }
    }

    private void AddLinear(int i, LinearLayer linear, Activation input)
    {
        if (!input.IsFlat)
        {
            // Somebody else reads the same maps with their planes set apart.
            var flat = new Activation(Shape.Vector(linear.Inputs), _lanes, _blocks, padded: false);
            _nodes.Add(new Node([input], flat, sources => new CopyPass(flat, sources) { Layers = $"input of {linear.Name}" }));
            input = flat;
        }

        var chain = new Chain(this, i);
        chain.TakeRelu();
        var isNetworkInput = ReferenceEquals(input.Owner, Input);
        Emit(chain, [input], (output, sources) => _weights[$"{linear.Name}.weight"].IsCompact
            ? new SparseLinearPass(linear, _weights, _team.Size, output, sources[0], backward: _training && !isNetworkInput) { Layers = chain.Names }
            : new LinearPass(linear, _weights, _team.Size, output, sources[0], isNetworkInput) { Layers = chain.Names });
    }

    private void AddConvolution(int i, ConvolutionLayer convolution, Activation input)
    {
        var chain = new Chain(this, i);
        var norm = _training ? null : chain.TakeNorm();
        Activation[] added = _training ? [] : chain.TakeSum(exceptFor: null, alike: true);
        chain.TakeRelu();
        Emit(chain, [input, .. added], (output, sources) => new ConvolutionPass(
            convolution, norm, _weights, _statistics, output, sources[0], sources.Length > 1 ? sources[1].Activation : null, _training)
        { Layers = chain.Names });
    }

    private void Emit(Chain chain, Activation[] inputs, Func<Activation, Source[], Pass> build)
    {
        var output = Create(_network.Nodes[chain.End].Layer.Output, chain.End, chain.Rectified);
        _activations[chain.End] = output;
        _nodes.Add(new Node(inputs, output, sources => build(output, sources)));
    }

    /// <summary>An activation. Its planes are set apart unless all who read it want one vector.</summary>
    private Activation Create(Shape shape, int node, bool rectified) =>
        new(shape, _lanes, _blocks, padded: !_readers[node + 1].TrueForAll(reader => _network.Nodes[reader].Layer is LinearLayer or FlattenLayer)) { Rectified = rectified };

    /// <summary>The passes. Backward, who comes first to an input writes its gradient, and the others add to it.</summary>
    private Pass[] Build()
    {
        var passes = new Pass[_nodes.Count];
        var written = new HashSet<Activation>();
        for (var i = _nodes.Count - 1; i >= 0; i--)
        {
            passes[i] = _nodes[i].Build([.. _nodes[i].Inputs.Select(input => new Source(input, Accumulate: !written.Add(input.Owner)))]);
        }

        return passes;
    }

    /// <summary>What makes a pass, before it is known in which order gradients are written.</summary>
    private sealed record Node(Activation[] Inputs, Activation Output, Func<Source[], Pass> Build);

    /// <summary>A layer and those after it that one pass computes together.</summary>
    private sealed class Chain(PlanCompiler compiler, int first)
    {
        private readonly List<int> _nodes = [first];

        public int End => _nodes[^1];

        public bool Rectified { get; set; }

        /// <summary>Names of the layers with parameters, or of the first.</summary>
        public string Names
        {
            get
            {
                var named = _nodes.Select(node => compiler._network.Nodes[node].Layer).Where(layer => layer.Parameters.Any() || layer.Statistics.Any()).ToArray();
                return named.Length == 0 ? compiler._network.Nodes[_nodes[0]].Layer.Name : string.Join(" + ", named.Select(layer => layer.Name));
            }
        }

        public BatchNormLayer? TakeNorm() => Next() is { } next && compiler._network.Nodes[next].Layer is BatchNormLayer norm ? Take(next, norm) : null;

        /// <summary>The other operand of the sum that follows, if there is one and it is there already.</summary>
        /// <param name="exceptFor">A node that it must not be, nor another view of it.</param>
        /// <param name="alike">Whether it must be laid out as the result will be.</param>
        public Activation[] TakeSum(int? exceptFor, bool alike = false)
        {
            if (Next() is not { } next || compiler._network.Nodes[next] is not { Layer: AddLayer sum } node) return [];
            var other = node.Inputs[0] == End ? node.Inputs[1] : node.Inputs[0];
            if (other == End || !compiler._activations.TryGetValue(other, out var activation)) return [];
            if (exceptFor is { } input && ReferenceEquals(activation.Owner, compiler._activations[input].Owner)) return [];
            if (alike && activation.PlaneStride != compiler.Create(sum.Output, Last(next), rectified: false).PlaneStride) return [];
            Take(next, sum);
            return [activation];
        }

        public void TakeRelu()
        {
            if (Next() is not { } next || compiler._network.Nodes[next].Layer is not ReluLayer relu) return;
            Take(next, relu);
            Rectified = true;
        }

        /// <summary>The only reader of the end, if there is just one.</summary>
        private int? Next() => OnlyReader(End);

        private int? OnlyReader(int node) => compiler._readers[node + 1] is [var only] ? only : null;

        /// <summary>The rectifier that alone reads a node, or the node.</summary>
        private int Last(int node) => OnlyReader(node) is { } only && compiler._network.Nodes[only].Layer is ReluLayer ? only : node;

        private T Take<T>(int node, T layer)
        {
            _nodes.Add(node);
            compiler._planned.Add(node);
            return layer;
        }
    }
}
