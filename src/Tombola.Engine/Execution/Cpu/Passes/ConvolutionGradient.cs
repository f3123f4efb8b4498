using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>The weight gradient of a convolution: outer products of its input and the gradient of its output, summed over groups of lane blocks, and at the end handed over output by output.</summary>
internal sealed class ConvolutionGradient
{
    private readonly ConvolutionShape _shape;
    private readonly Activation _input, _output;
    private readonly StoredParameter _weight;
    private readonly StoredParameter? _bias;
    private readonly FoldedNorm? _norm;
    private readonly CurvatureTerms? _curvature;
    private readonly LanePlanes _inputPlanes, _outputPlanes;
    private readonly WeightGradientMethod _method;
    private readonly SparseWeightGradient? _sparse;
    private Slab _scratch, _sums, _panel, _panelTangent, _remainingGradients;

    /// <param name="shape">The convolution.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="weight">Its weights.</param>
    /// <param name="bias">Its bias, or null.</param>
    /// <param name="norm">The batch norm that is folded into it, or null.</param>
    /// <param name="training">Whether it belongs to a plan for training.</param>
    /// <param name="curvature">Which products with curvature it is for, besides; null for none.</param>
    public ConvolutionGradient(
        ConvolutionShape shape, Activation input, Activation output, StoredParameter weight, StoredParameter? bias, FoldedNorm? norm, bool training, CurvatureTerms? curvature)
    {
        (_shape, _input, _output, _weight, _bias, _norm, _curvature) = (shape, input, output, weight, bias, norm, curvature);
        (_inputPlanes, _outputPlanes) = (new LanePlanes(input.PlaneStride, input.BlockStride), new LanePlanes(output.PlaneStride, output.BlockStride));
        _sparse = training && weight.Sparse.WeightGradient ? Sparse(weight.RemainingIndices!) : null;

        // Narrow groups are computed by the sparse kernels as if all weights had remained.
        _method = _sparse ?? (shape.HasNarrowGroups && training ? Sparse([.. Enumerable.Range(0, shape.Weights)]) : WeightGradientMethod.Choose(shape, output.Blocks));

        SparseWeightGradient Sparse(int[] remaining) => new(shape, remaining, output.Blocks, _inputPlanes, _outputPlanes);
    }

    /// <summary>The method in words.</summary>
    public string Name => _method.Name;

    /// <summary>Whether the end reads input and gradient.</summary>
    public bool ReadsAtEnd => _method.ReadsAtEnd;

    /// <summary>Floating-point operations for a whole mini-batch.</summary>
    public double Executed => _method.Executed(_output.Blocks);

    /// <summary>Asks for memory.</summary>
    public void Reserve(ArenaPlanner planner, int moment, Crew crew)
    {
        Ask((long)_method.ScratchFloats * crew.Members, slab => _scratch = slab);
        Ask((long)_method.SumFloats * crew.Groups * Products, slab => _sums = slab);
        Ask(_weight.Count + Lanes.RoundUp(_shape.Outputs), slab => _panel = slab);
        if (ScattersGradient) Ask(_weight.Remaining, slab => _remainingGradients = slab);
        if (Products > 1 && _method.ReadsAtEnd) Ask(_weight.Count, slab => _panelTangent = slab);

        void Ask(long length, Action<Slab> place) => planner.Reserve(length, moment, moment, place);
    }

    /// <summary>Stages for so many lane blocks: transforming and accumulating each chunk of each product.</summary>
    public int Stages(int blocks) => 2 * _method.Chunks(blocks) * Products;

    /// <summary>Does a share of a stage.</summary>
    public void Run(int stage, in Share share)
    {
        var (product, rest) = Math.DivRem(stage, 2 * _method.Chunks(share.Blocks));
        if (rest % 2 == 0) Transform(product, rest / 2, share);
        else Accumulate(product, rest / 2, share);
    }

    /// <summary>Multiplies the weights of some outputs with the norm's factors.</summary>
    public void ScaleByNorm(Span<float> weights, int from, int to)
    {
        if (_weight.IsCompact)
        {
            var perOutput = _shape.Weights / _shape.Outputs;
            for (var n = _sparse!.FirstOf(from); n < _sparse.FirstOf(to); n++) weights[n] *= _norm!.Factors[_weight.RemainingIndices![n] / perOutput];
            return;
        }

        for (var k = from; k < to; k++)
        {
            foreach (ref var weight in weights[FirstOf(k)..FirstOf(k + 1)]) weight *= _norm!.Factors[k];
        }
    }

    /// <summary>Outer products that make up the weight gradient: dY X', and for its tangent (d dY) X' + dY (dX)'.</summary>
    private int Products => _curvature is { GaussNewton: false } && _input.HasTangent ? 2 : 1;

    /// <summary>Input and gradient of an outer product.</summary>
    private (Slab Input, Slab Gradient) FactorsOf(int product) => product > 0 ? (_input.Tangent, _output.Gradient) : (_input.Values, _output.GradientOrItsTangent(_curvature is not null));

    private void Transform(int product, int chunk, in Share share)
    {
        var (from, to) = share.Part(_method.TransformParts(share.Blocks, chunk));
        var (input, gradient) = FactorsOf(product);
        _method.Transform(
            _input.From(input, share.First),
            _inputPlanes,
            _output.From(gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            share.Blocks,
            chunk,
            from,
            to);
    }

    private void Accumulate(int product, int chunk, in Share share)
    {
        var (from, to) = share.Part(_method.AccumulateParts);
        var (input, gradient) = FactorsOf(product);
        _method.Accumulate(
            _input.From(input, share.First),
            _inputPlanes,
            _output.From(gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            Of(_sums, (share.Group * Products) + product, _method.SumFloats),
            share.Blocks,
            chunk,
            from,
            to);
    }

    /// <summary>Adds up the sums of the groups.</summary>
    public void AddSums(in Share share)
    {
        var (from, to) = share.Part(_method.SumFloats / Lanes.Width);
        var part = (from * Lanes.Width)..(to * Lanes.Width);
        var total = _sums.Span[part];
        for (var group = 1; group < share.Group * Products; group++) MapKernels.Add(total, Of(_sums, group, _method.SumFloats)[part], total, rectify: false);
    }

    /// <summary>Writes the gradients of a share of the outputs and hands them over; the weights may change then.</summary>
    /// <param name="share">The share.</param>
    /// <param name="blocks">Lane blocks of the mini-batch.</param>
    /// <param name="sink">Where gradients go.</param>
    public void Deliver(in Share share, int blocks, in GradientSink sink)
    {
        var perPart = _method.OutputsPerPart;
        var (first, last) = share.Part((_shape.Outputs + perPart - 1) / perPart);
        if (first == last) return;
        var (from, to) = (first * perPart, Math.Min(last * perPart, _shape.Outputs));
        WriteGradient(product: 0, ScattersGradient ? _remainingGradients.Span : _panel.Span[.._weight.Count], first, last, share, blocks);
        if (ScattersGradient) ScatterGradient(from, to);
        var (start, end) = (FirstOf(from), FirstOf(to));
        if (Products > 1 && _method.ReadsAtEnd)
        {
            // Without sums the products come one after the other.
            WriteGradient(product: 1, _panelTangent.Span, first, last, share, blocks);
            for (var i = start; i < end; i++) _panel.Span[i] += _panelTangent.Span[i];
        }

        if (_curvature is not null && _norm is not null) ScaleByNorm(_panel.Span, from, to);
        sink.Take(_weight, start, _panel.Span[start..end]);
        if (_bias is null) return;
        var bias = _panel.Span[_weight.Count..];
        BiasGradientKernel.Run(_output.GradientOrItsTangent(_curvature is not null).Span, _outputPlanes, _shape.OutputPixels, blocks, bias, from, to);
        for (var k = from; k < to && _curvature is not null && _norm is not null; k++) bias[k] *= _norm.Factors[k];
        sink.Take(_bias, from, bias[from..to]);
    }

    private void WriteGradient(int product, Span<float> result, int first, int last, in Share share, int blocks)
    {
        var (input, gradient) = FactorsOf(product);
        _method.WriteGradient(
            input.Span, _inputPlanes, gradient.Span, _outputPlanes, Of(_scratch, share.Member, _method.ScratchFloats), _sums.Span, blocks, result, first, last);
    }

    /// <summary>Whether the weight gradient is that of the remaining weights while all weights are stored, because another phase wants them dense.</summary>
    private bool ScattersGradient => _sparse is not null && !_weight.IsCompact;

    /// <summary>Puts the remaining weights' gradients of some outputs in their places. What lies between them the update does not look at.</summary>
    private void ScatterGradient(int from, int to)
    {
        var remaining = _remainingGradients.Span;
        var panel = _panel.Span;
        for (var n = _sparse!.FirstOf(from); n < _sparse.FirstOf(to); n++) panel[_weight.RemainingIndices![n]] = remaining[n];
    }

    /// <summary>Where the stored weights of an output begin.</summary>
    private int FirstOf(int output) => _weight.IsCompact && _sparse is not null ? _sparse.FirstOf(output) : output * (_shape.Weights / _shape.Outputs);

    /// <summary>The scratch memory of a chunk: of the thread if it works on its own, else of all.</summary>
    private Span<float> ChunkScratch(in Share share) => Of(_scratch, share.Of == 1 ? share.Member : 0, _method.ScratchFloats);

    private static Span<float> Of(Slab slab, int index, int floats) => slab.Span.Slice(index * floats, floats);
}
