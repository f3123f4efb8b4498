using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Turns the graph of a network into passes: decides what is fused, with <see cref="LayerKinds"/>. A <see cref="SegmentPlanner"/> and an <see cref="ActivationPlacement"/> do the rest.</summary>
/// <remarks>
/// A rectifier joins the layer before it, and a sum joins the later of its two operands, if nobody else reads that operand. While training, batch norm is a
/// pass of its own, because it needs the moments of the whole mini-batch before it can write anything; in evaluation it is folded into the convolution before it.
/// </remarks>
internal sealed class PlanCompiler
{
    private readonly Network _network;
    private readonly ThreadTeam _team;
    private readonly int _lanes, _blocks;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Activation> _activations = [];
    private readonly HashSet<int> _planned = [];
    private readonly List<Planned> _passes = [];

    /// <param name="network">The graph.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="team">The threads.</param>
    /// <param name="training">Whether there are backward passes.</param>
    /// <param name="lanes">Samples in a lane block.</param>
    /// <param name="blocks">Lane blocks of a whole mini-batch.</param>
    /// <param name="curvature">Which products with curvature the passes are for, besides; null for none.</param>
    public PlanCompiler(Network network, PlanWeights weights, float[] statistics, ThreadTeam team, bool training, int lanes, int blocks, CurvatureTerms? curvature = null)
    {
        (_network, Weights, Statistics, _team, Training, _lanes, _blocks, Curvature) = (network, weights, statistics, team, training, lanes, blocks, curvature);

        // Element 0 belongs to the network's input.
        _readers = [.. Enumerable.Range(0, network.Nodes.Count + 1).Select(_ => new List<int>())];
        for (var i = 0; i < network.Nodes.Count; i++)
        {
            foreach (var input in network.Nodes[i].Inputs) _readers[input + 1].Add(i);
        }
    }

    /// <summary>The plan's weights.</summary>
    public PlanWeights Weights { get; }

    /// <summary>The plan's running statistics.</summary>
    public float[] Statistics { get; }

    /// <summary>Whether there are backward passes.</summary>
    public bool Training { get; }

    /// <summary>Which products with curvature the passes are for; null for none.</summary>
    public CurvatureTerms? Curvature { get; }

    /// <summary>Whether a batch norm is taken into the convolution before it.</summary>
    public bool FoldsNorms => Curvature?.FoldsNorms ?? !Training;

    /// <summary>Whether dropout is at work.</summary>
    public bool DropsOut => Training && Curvature is null;

    /// <summary>Threads.</summary>
    public int Members => _team.Size;

    /// <summary>The network's input.</summary>
    public Activation Input => _activations[Network.InputNode];

    /// <summary>The logits.</summary>
    public Activation Output => _activations[_network.Nodes.Count - 1];

    /// <summary>The passes, in order.</summary>
    /// <param name="planner">Receives what memory they need; the passes can run once it has placed that.</param>
    public PassSequence Compile(ArenaPlanner planner)
    {
        _activations[Network.InputNode] = Create(_network.Input, Network.InputNode, rectified: false);
        for (var i = 0; i < _network.Nodes.Count; i++)
        {
            // A convolution that skips pixels goes before others that read the same: backward it then comes last, and has to add to few pixels only.
            foreach (var input in _network.Nodes[i].Inputs)
            {
                foreach (var reader in _readers[input + 1].Where(reader => reader > i && _network.Nodes[reader].Layer is ConvolutionLayer { SkipsPixels: true }))
                {
                    if (_planned.Add(reader)) Add(reader);
                }
            }

            if (!_planned.Contains(i)) Add(i);
        }

        var passes = Build();
        var segments = new SegmentPlanner(passes, Output.Owner, Training, _blocks);
        new ActivationPlacement(passes, segments, Input, Output, _team.Size, planner, Curvature).Reserve();
        return new PassSequence(passes, segments.Forward, segments.Backward, _team);
    }

    /// <summary>A layer that gets a pass, to which others may be added.</summary>
    public Chain Begin(int node) => new(this, node);

    /// <summary>Adds the pass of a chain.</summary>
    public void Emit(Chain chain, Activation[] inputs, Func<Activation, Source[], Pass> build)
    {
        var output = Create(_network.Nodes[chain.End].Layer.Output, chain.End, chain.Rectified);
        Name(chain.End, output);
        _passes.Add(new Planned(inputs, sources => build(output, sources)));
    }

    /// <summary>Says what holds the output of a node.</summary>
    public void Name(int node, Activation output) => _activations[node] = output;

    /// <summary>Adds a pass that copies maps whose planes are set apart into one vector.</summary>
    public Activation CopyFlat(Activation maps, string layers)
    {
        var flat = new Activation(Shape.Vector(maps.Shape.Count), _lanes, _blocks, padded: false);
        _passes.Add(new Planned([maps], sources => new CopyPass(flat, sources) { Layers = layers }));
        return flat;
    }

    private void Add(int i)
    {
        var node = _network.Nodes[i];
        LayerKinds.Compile(this, i, node.Layer, [.. node.Inputs.Select(input => _activations[input])]);
    }

    /// <summary>An activation. Its planes are set apart unless all who read it want one vector.</summary>
    private Activation Create(Shape shape, int node, bool rectified) =>
        new(shape, _lanes, _blocks, padded: !_readers[node + 1].TrueForAll(reader => _network.Nodes[reader].Layer.ReadsVector)) { Rectified = rectified };

    /// <summary>The passes. Backward, who comes first to an input writes its gradient, and the others add to it.</summary>
    private Pass[] Build()
    {
        var passes = new Pass[_passes.Count];
        var written = new HashSet<Activation>();
        for (var i = passes.Length - 1; i >= 0; i--)
        {
            passes[i] = _passes[i].Build([.. _passes[i].Inputs.Select(input => new Source(input, Accumulate: !written.Add(input.Owner)))]);
        }

        return passes;
    }

    /// <summary>What makes a pass, before it is known in which order gradients are written.</summary>
    private sealed record Planned(Activation[] Inputs, Func<Source[], Pass> Build);

    /// <summary>A layer and those after it that one pass computes together.</summary>
    public sealed class Chain(PlanCompiler compiler, int first)
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
        /// <param name="exceptFor">What it must not be, nor another view of it.</param>
        /// <param name="alike">Whether it must be laid out as the result will be.</param>
        public Activation[] TakeSum(Activation? exceptFor, bool alike = false)
        {
            if (Next() is not { } next || compiler._network.Nodes[next] is not { Layer: AddLayer sum } node) return [];
            var other = node.Inputs[0] == End ? node.Inputs[1] : node.Inputs[0];
            if (other == End || !compiler._activations.TryGetValue(other, out var activation)) return [];
            if (exceptFor is not null && ReferenceEquals(activation.Owner, exceptFor.Owner)) return [];
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
