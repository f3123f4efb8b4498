using Tombola.Engine.Execution.Passes;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>Turns the graph of a network into passes: decides what is fused, how long every activation lives, and where it lies.</summary>
/// <remarks>
/// A rectifier joins the layer before it, and a sum joins the later of its two operands, if nobody else reads that operand. While training, batch norm is a
/// pass of its own, because it needs the moments of the whole mini-batch before it can write anything; in evaluation it is folded into the convolution before it.
/// </remarks>
internal sealed class PlanCompiler
{
    /// <summary>Floats of an activation that go through a segment together: 2.5 MB.</summary>
    private const int GroupFloats = 640 << 10;

    /// <summary>Weights of a convolution from which on all lane blocks go together.</summary>
    private const int GroupWeights = 1 << 18;

    private const int MinimumGroups = 4;

    private readonly Network _network;
    private readonly Slab _weights;
    private readonly float[] _statistics;
    private readonly ThreadTeam _team;
    private readonly bool _training;
    private readonly int _lanes, _blocks;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Activation> _activations = [];
    private readonly HashSet<int> _fused = [];
    private readonly List<Node> _nodes = [];

    /// <param name="network">The graph.</param>
    /// <param name="weights">The plan's weight vector.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="team">The threads.</param>
    /// <param name="training">Whether there are backward passes.</param>
    /// <param name="lanes">Samples in a lane block.</param>
    /// <param name="blocks">Lane blocks of a whole mini-batch.</param>
    public PlanCompiler(Network network, Slab weights, float[] statistics, ThreadTeam team, bool training, int lanes, int blocks)
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
                foreach (var reader in _readers[input + 1].Where(reader => reader > i && _network.Nodes[reader].Layer is ConvolutionLayer { Kernel: var k, Stride: var s } && s > k))
                {
                    if (_fused.Add(reader)) Add(reader);
                }
            }

            if (!_fused.Contains(i)) Add(i);
        }

        var passes = Build();
        var recomputed = Recomputed(passes);
        var (forward, backward) = (ForwardSegments(passes), _training ? BackwardSegments(passes, recomputed) : []);
        Place(passes, forward, backward, recomputed, arena);
        return new PassSequence(passes, forward, backward, _team);
    }

    /// <summary>Forward, a segment begins with a batch norm (which has its moments by then) and ends before the next, whose sums it gathers.</summary>
    /// <remarks>In evaluation every pass is a segment: activations live a short time only, and whoever evaluates takes few samples at a time.</remarks>
    private Segment[] ForwardSegments(Pass[] passes)
    {
        var segments = new List<Segment>();
        var start = 0;
        for (var i = 0; i <= passes.Length; i++)
        {
            if (i < passes.Length && _training && !NeedsWholeBatch(passes[i])) continue;
            if (i < passes.Length && !_training && i == start) continue;
            var members = Enumerable.Range(start, i - start).ToArray();
            var gathers = i < passes.Length && NeedsWholeBatch(passes[i]);
            segments.Add(new Segment(
                [.. members.Select(m => new Step(passes[m], PassTask.PrepareForward, m, Phase.Forward))],
                [
                    .. members.Select(m => new Step(passes[m], PassTask.Forward, m, Phase.Forward)),
                    .. gathers ? [new Step(passes[i], PassTask.Gather, i, Phase.Forward)] : Array.Empty<Step>(),
                ],
                gathers ? [new Step(passes[i], PassTask.EndGather, i, Phase.Forward)] : [],
                Group([.. members.Select(m => passes[m]), .. gathers ? [passes[i]] : Array.Empty<Pass>()])));
            start = i;
        }

        return [.. segments];
    }

    /// <summary>Backward, too, a segment begins with a batch norm and ends before the next.</summary>
    private Segment[] BackwardSegments(Pass[] passes, Dictionary<int, Pass[]> recomputed)
    {
        var segments = new List<Segment>();
        var start = passes.Length - 1;
        for (var i = passes.Length - 1; i >= -1; i--)
        {
            if (i >= 0 && !NeedsWholeBatch(passes[i])) continue;
            var members = Enumerable.Range(i + 1, start - i).Reverse().ToArray();
            segments.Add(new Segment(
                [.. members.Select(m => new Step(passes[m], PassTask.PrepareBackward, m, Phase.InputGradient))],
                [
                    .. members.SelectMany(m => (IEnumerable<Step>)
                    [
                        .. recomputed.GetValueOrDefault(m, []).Select(earlier => new Step(earlier, PassTask.Forward, Array.IndexOf(passes, earlier), Phase.Forward)),
                        new Step(passes[m], PassTask.InputGradient, m, Phase.InputGradient),
                        new Step(passes[m], PassTask.WeightGradient, m, Phase.WeightGradient),
                    ]),
                    .. i >= 0 ? [new Step(passes[i], PassTask.GatherGradient, i, Phase.InputGradient)] : Array.Empty<Step>(),
                ],
                [
                    .. i >= 0 ? [new Step(passes[i], PassTask.EndGatherGradient, i, Phase.InputGradient)] : Array.Empty<Step>(),
                    .. members.Select(m => new Step(passes[m], PassTask.Finish, m, Phase.WeightGradient)),
                ],
                Group([.. members.Select(m => passes[m]), .. i >= 0 ? [passes[i]] : Array.Empty<Pass>()]))
            {
                Recomputed = [.. members.SelectMany(m => recomputed.GetValueOrDefault(m, [])).Select(earlier => earlier.Output)],
            });
            start = i;
        }

        return [.. segments];
    }

    /// <summary>For each pass, the earlier ones whose outputs are computed again before its backward tasks.</summary>
    private Dictionary<int, Pass[]> Recomputed(Pass[] passes)
    {
        var result = new Dictionary<int, Pass[]>();
        foreach (var pass in passes.Where(pass => _training && pass.CanRecompute && !ReferenceEquals(pass.Output, Output.Owner)))
        {
            // What is computed again must not need what is computed again itself, nor be there for sums that are gathered a segment earlier.
            var readers = ReadersOf(passes, pass.Output);
            if (passes.Any(other => other.CanRecompute && ReferenceEquals(other.Output, pass.Inputs[0].Activation.Owner))) continue;
            if (readers.Any(reader => NeedsWholeBatch(passes[reader]) && ReferenceEquals(passes[reader].Inputs[0].Activation.Owner, pass.Output))) continue;
            if (!readers.Any(reader => pass.Output.Rectified || passes[reader].ReadsInputsBackward)) continue;
            result[readers.Max()] = [.. result.GetValueOrDefault(readers.Max(), []), pass];
        }

        return result;
    }

    private static int[] ReadersOf(Pass[] passes, Activation activation) =>
        [.. Enumerable.Range(0, passes.Length).Where(i => passes[i].Inputs.Any(input => ReferenceEquals(input.Activation.Owner, activation)))];

    private static bool NeedsWholeBatch(Pass pass) => pass is NormPass { Training: true };

    /// <summary>
    /// Lane blocks that go through a segment together: as many as keep its largest activation in the cache, but at least four groups for threads to take; all,
    /// where the weights are so many that fetching them again costs more, and in networks without maps.
    /// </summary>
    private int Group(Pass[] members)
    {
        if (!members.Any(pass => pass is ConvolutionPass or NormPass) || members.Any(pass => pass is ConvolutionPass { Weights: > GroupWeights })) return _blocks;
        var largest = members.SelectMany(pass => pass.Inputs.Select(input => input.Activation).Append(pass.Output)).Max(activation => activation.BlockStride);
        return Math.Clamp(Math.Min(GroupFloats / largest, _blocks / MinimumGroups), 1, _blocks);
    }

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
                    norm, _network.Space, _weights, _statistics, output, sources[0], sources.Length > 1 ? sources[1] : null)
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
                throw new ArgumentException($"{_network.Name}: no pass computes the layer {node.Layer}.");
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
        Emit(chain, [input], (output, sources) => new LinearPass(linear, _network.Space, _weights, _team.Size, output, sources[0], isNetworkInput) { Layers = chain.Names });
    }

    private void AddConvolution(int i, ConvolutionLayer convolution, Activation input)
    {
        var chain = new Chain(this, i);
        var norm = _training ? null : chain.TakeNorm();
        Activation[] added = _training ? [] : chain.TakeSum(exceptFor: null, alike: true);
        chain.TakeRelu();
        Emit(chain, [input, .. added], (output, sources) => new ConvolutionPass(
            convolution, norm, _network.Space, _weights, _statistics, output, sources[0], sources.Length > 1 ? sources[1].Activation : null)
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

    private void Place(Pass[] passes, Segment[] forward, Segment[] backward, Dictionary<int, Pass[]> recomputed, Arena arena)
    {
        var planner = new ArenaPlanner();
        var count = passes.Length;
        var (loss, end) = (forward.Length, forward.Length + backward.Length + 1);
        var moments = Enumerable.Range(0, count).Select(i =>
        {
            var ahead = Find(forward, i, PassTask.Forward);
            return new Moments(ahead, _training ? loss + 1 + Find(backward, i, PassTask.InputGradient) : ahead);
        }).ToArray();

        // The input is evaluated again with other weights, and the logits are looked at after the last pass.
        planner.Reserve(Input.Floats, -1, end, slab => Input.Values = slab);
        planner.Reserve(Input.SampleStride * _lanes * _blocks, -1, end, slab => Input.Samples = slab);
        var gradients = new Dictionary<Activation, SharedGradient>();
        for (var i = count - 1; i >= 0; i--)
        {
            var (pass, output) = (passes[i], passes[i].Output);
            var groups = _training ? (_blocks + backward[moments[i].Backward - loss - 1].Group - 1) / backward[moments[i].Backward - loss - 1].Group : 1;
            pass.Reserve(planner, moments[i], new Crew(_team.Size, groups));
            var readers = ReadersOf(passes, output);
            var last = pass.ReadsOutputBackward ? moments[i].Backward : moments[i].Forward;
            foreach (var reader in readers)
            {
                last = Math.Max(last, passes[reader].ReadsInputsBackward ? moments[reader].Backward : moments[reader].Forward);
                if (output.Rectified && _training) last = Math.Max(last, moments[reader].Backward);
            }

            if (recomputed.Values.Any(several => several.Contains(pass)))
            {
                var (lastForward, firstBackward) = (moments[readers.Max()].Forward, moments[readers.Max()].Backward);
                var (ahead, back) = (forward[moments[i].Forward].Group, backward[firstBackward - loss - 1].Group);
                var readAtEnd = readers.Any(reader => passes[reader] is LinearPass or ConvolutionPass { FinishReadsInput: true });
                planner.Reserve(
                    FloatsFor(output, lastForward == moments[i].Forward, ahead), moments[i].Forward, lastForward, slab => output.Values = output.ForwardValues = slab);
                planner.Reserve(FloatsFor(output, last == firstBackward && !readAtEnd, back), firstBackward, last, slab => output.BackwardValues = slab);
            }
            else
            {
                planner.Reserve(output.Floats, moments[i].Forward, ReferenceEquals(output, Output.Owner) ? end : last, slab => output.Values = slab);
            }

            if (!_training) continue;
            var first = ReferenceEquals(output, Output.Owner) ? loss : readers.Min(reader => moments[reader].Backward);
            var inPlace = readers.Length == 1 && passes[readers[0]] is { GradientInPlace: true } only
                && ReferenceEquals(only.Inputs[0].Activation, output)
                && only.Inputs.Count(input => ReferenceEquals(input.Activation.Owner, output)) == 1
                && only.Output.BlockStride == output.BlockStride && only.Output.PlaneStride == output.PlaneStride
                ? gradients[only.Output]
                : new SharedGradient(output.Floats) { First = first };
            inPlace.Members.Add(output);
            inPlace.Last = moments[i].Backward;
            gradients[output] = inPlace;
        }

        foreach (var gradient in gradients.Values.Distinct())
        {
            planner.Reserve(gradient.Floats, gradient.First, gradient.Last, slab => gradient.Members.ForEach(member => member.Gradient = slab));
        }

        planner.Place(arena);

        static int Find(Segment[] segments, int pass, PassTask task) => Array.FindIndex(segments, segment => segment.Each.Any(step => step.Index == pass && step.Task == task));
    }

    /// <summary>Floats of an activation: if it is used inside one segment only, a group of lane blocks for each thread will do, and stay in the cache.</summary>
    private int FloatsFor(Activation activation, bool inOneSegment, int group) =>
        inOneSegment ? activation.BlockStride * Math.Min(_blocks, group * _team.Size) : activation.Floats;

    /// <summary>What makes a pass, before it is known in which order gradients are written.</summary>
    private sealed record Node(Activation[] Inputs, Activation Output, Func<Source[], Pass> Build);

    /// <summary>A piece of memory for the gradients of one activation, or of several where each is computed in the place of the next.</summary>
    private sealed class SharedGradient(int floats)
    {
        public int Floats => floats;

        public List<Activation> Members { get; } = [];

        public int First { get; init; }

        public int Last { get; set; }
    }

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
        /// <param name="exceptFor">A node that it must not be.</param>
        /// <param name="alike">Whether it must be laid out as the result will be.</param>
        public Activation[] TakeSum(int? exceptFor, bool alike = false)
        {
            if (Next() is not { } next || compiler._network.Nodes[next] is not { Layer: AddLayer sum } node) return [];
            var other = node.Inputs[0] == End ? node.Inputs[1] : node.Inputs[0];
            if (other == End || other == exceptFor || !compiler._activations.TryGetValue(other, out var activation)) return [];
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
            compiler._fused.Add(node);
            return layer;
        }
    }
}
