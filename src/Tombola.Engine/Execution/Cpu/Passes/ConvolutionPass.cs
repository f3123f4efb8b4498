using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A convolution with its bias and rectifier; in evaluation also with the batch norm and the residual that follow it.</summary>
internal sealed class ConvolutionPass : Pass
{
    /// <summary>Weights from which on a team shares their packing.</summary>
    private const int SharedFrom = 1 << 16;

    private readonly ConvolutionShape _shape;
    private readonly ConvolutionMethod _forwardMethod, _backwardMethod;
    private readonly WeightGradientMethod _gradientMethod;
    private readonly SparseWeightGradient? _sparseGradient;
    private readonly Activation _input;
    private readonly Activation? _residual;
    private readonly StoredParameter _weight;
    private readonly StoredParameter? _bias;
    private readonly FoldedNorm? _norm;
    private readonly PlanWeights _weights;
    private readonly LanePlanes _inputPlanes, _outputPlanes;
    private readonly CurvatureTerms? _curvature;
    private readonly float[] _biasTangent;
    private Slab _packedTangent, _packedBackwardTangent, _folded, _foldedTangent, _panelTangent;
    private Slab _packed, _packedBackward, _forwardScratch, _backwardScratch, _gradientScratch, _sums, _panel, _remainingGradients;

    /// <param name="layer">The convolution.</param>
    /// <param name="norm">The batch norm to fold into it, or null.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="residual">What is added to the result, or null.</param>
    /// <param name="training">Whether it belongs to a plan for training.</param>
    /// <param name="curvature">Which products with curvature it is for, besides; null for none.</param>
    public ConvolutionPass(
        ConvolutionLayer layer,
        BatchNormLayer? norm,
        PlanWeights weights,
        float[] statistics,
        Activation output,
        Source input,
        Activation? residual,
        bool training,
        CurvatureTerms? curvature)
        : base(output, residual is null ? [input] : [input, new Source(residual, Accumulate: false)])
    {
        (_input, _residual, _weights, _curvature) = (input.Activation, residual, weights, curvature);
        _shape = new ConvolutionShape(layer.Input.Channels, layer.Filters, layer.Window, layer.Input.Rows, layer.Input.Columns, layer.Groups);
        _weight = weights[$"{layer.Name}.weight"];
        _bias = layer.Bias ? weights[$"{layer.Name}.bias"] : null;
        _norm = norm is null ? null : new FoldedNorm(norm, weights, statistics);
        _biasTangent = curvature is null || _bias is null ? [] : new float[layer.Filters];
        (_inputPlanes, _outputPlanes) = (new LanePlanes(_input.PlaneStride, _input.BlockStride), new LanePlanes(output.PlaneStride, output.BlockStride));
        var (remaining, compact, sparse) = (_weight.RemainingIndices, _weight.IsCompact, _weight.Sparse);

        // Narrow groups are computed by the sparse kernels as if all weights had remained.
        int[]? all = _shape.HasNarrowGroups ? [.. Enumerable.Range(0, _shape.Weights)] : null;
        _forwardMethod = (sparse.Forward ? remaining : all) is { } forward
            ? new SparseMethod(_shape, forward, compact, _inputPlanes, backward: false)
            : ConvolutionMethod.Choose(_shape, output.Blocks, backward: false, training);
        _backwardMethod = (!training ? null : sparse.InputGradient ? remaining : all) is { } backward
            ? new SparseMethod(_shape, backward, training && compact, _outputPlanes, backward: true)
            : ConvolutionMethod.Choose(_shape, output.Blocks, backward: true, training);
        _sparseGradient = training && sparse.WeightGradient ? new SparseWeightGradient(_shape, remaining!, output.Blocks, _inputPlanes, _outputPlanes) : null;
        _gradientMethod = _sparseGradient
            ?? (all is null || !training ? WeightGradientMethod.Choose(_shape, output.Blocks) : new SparseWeightGradient(_shape, all, output.Blocks, _inputPlanes, _outputPlanes));
    }

    public override bool UpdateReadsInput => _gradientMethod.ReadsAtEnd;

    /// <summary>Weights that it computes with.</summary>
    public int Weights => _weight.Count;

    public override StoredParameter Multiplier => _weight;

    public override string Kernel =>
        $"{_forwardMethod.Name}{(_norm is null ? "" : " + folded batch norm")}{(_residual is null ? "" : " + residual")}{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient => WantsInputGradient ? _backwardMethod.Name : null,
        _ => _gradientMethod.Name,
    };

    public override PassWork WorkOf(Phase phase)
    {
        var flops = 2.0 * _shape.Weights * _shape.OutputPixels * Output.Lanes * Output.Blocks;
        var executed = phase switch
        {
            Phase.Forward => _forwardMethod.Executed(Output.Blocks),
            Phase.InputGradient => _backwardMethod.Executed(Output.Blocks),
            _ => _gradientMethod.Executed(Output.Blocks),
        };
        return new PassWork(flops, executed, sizeof(float) * ((double)_weight.Count + Elements(_input) + Elements(Output)));
    }

    public override bool ReadsInputsBackward => true;

    public override void Reserve(ArenaPlanner planner, Lifetime moments, Crew crew)
    {
        var training = moments.Forward != moments.Backward;

        // In evaluation the packed weights serve one mini-batch after the other, and so they do for curvature.
        var last = training && _curvature is null;
        planner.Reserve(_forwardMethod.PackedFloats, last ? moments.Forward : int.MinValue, last ? moments.Forward : int.MaxValue, slab => _packed = slab);
        planner.Reserve((long)_forwardMethod.ScratchFloats * crew.Members, moments.Forward, moments.Forward, slab => _forwardScratch = slab);
        if (!training) return;
        if (_curvature is null) Reserve(_backwardMethod.PackedFloats, slab => _packedBackward = slab);
        else ReserveTangents();
        Reserve((long)_backwardMethod.ScratchFloats * crew.Members, slab => _backwardScratch = slab);
        Reserve((long)_gradientMethod.ScratchFloats * crew.Members, slab => _gradientScratch = slab);
        Reserve((long)_gradientMethod.SumFloats * crew.Groups * Products, slab => _sums = slab);
        Reserve(_weight.Count + Lanes.RoundUp(_shape.Outputs), slab => _panel = slab);
        if (ScattersGradient) Reserve(_weight.Remaining, slab => _remainingGradients = slab);

        void Reserve(long length, Action<Slab> place) => planner.Reserve(length, moments.Backward, moments.Backward, place);

        void Keep(long length, Action<Slab> place) => planner.Reserve(length, int.MinValue, int.MaxValue, place);

        void ReserveTangents()
        {
            Keep(_forwardMethod.PackedFloats, slab => _packedTangent = slab);
            Keep(_backwardMethod.PackedFloats, slab => _packedBackward = slab);
            Keep(_backwardMethod.PackedFloats, slab => _packedBackwardTangent = slab);
            if (Products > 1 && _gradientMethod.ReadsAtEnd) Reserve(_weight.Count, slab => _panelTangent = slab);
            if (_norm is null) return;
            Keep(_weight.Count, slab => _folded = slab);
            Keep(_weight.Count, slab => _foldedTangent = slab);
        }
    }

    public override int Stages(PassTask task, int blocks) => task switch
    {
        // Folding, packing.
        PassTask.PrepareForward => WeightsChanged ? 2 : 0,
        PassTask.Forward => 1,
        PassTask.PrepareBackward => WantsInputGradient && (_curvature is null || WeightsChanged) ? 1 : 0,
        PassTask.InputGradient => WantsInputGradient ? 1 : 0,

        // Transforming and accumulating each chunk.
        PassTask.WeightGradient => 2 * _gradientMethod.Chunks(blocks) * Products,

        // Adding up the sums of the groups, the rest.
        PassTask.UpdateWeights => 2,
        _ => 0,
    };

    public override bool IsSmall(PassTask task) => _weight.Count < SharedFrom && task switch
    {
        PassTask.PrepareForward or PassTask.PrepareBackward => true,
        PassTask.UpdateWeights => !_gradientMethod.ReadsAtEnd,
        _ => false,
    };

    public override void Run(PassTask task, int stage, in Share share)
    {
        switch (task)
        {
            case PassTask.PrepareForward when stage == 0:
                if (share.Index == 0) Fold();
                break;
            case PassTask.PrepareForward:
                Pack(_forwardMethod, _packed, _packedTangent, share);
                break;
            case PassTask.Forward:
                Forward(share);
                if (Output.HasTangent) ForwardTangent(share);
                break;
            case PassTask.PrepareBackward:
                Pack(_backwardMethod, _packedBackward, _packedBackwardTangent, share);
                break;
            case PassTask.InputGradient:
                if (Wants(tangent: false)) InputGradient(_packedBackward, tangent: false, Inputs[0].Accumulate, share);
                if (Wants(tangent: true)) InputGradientTangent(share);
                break;
            case PassTask.WeightGradient:
                var (product, rest) = Math.DivRem(stage, 2 * _gradientMethod.Chunks(share.Blocks));
                if (rest % 2 == 0) Transform(product, rest / 2, share);
                else Accumulate(product, rest / 2, share);
                break;
            case PassTask.UpdateWeights when stage == 0:
                AddSums(share);
                break;
            default:
                UpdateWeights(share);
                break;
        }
    }

    private ReadOnlySpan<float> ConvolutionBias => _bias is null ? default : _weights.Of(_bias);

    /// <summary>Outer products that make up the weight gradient: dY X', and for its tangent (d dY) X' + dY (dX)'.</summary>
    private int Products => _curvature is { GaussNewton: false } && _input.HasTangent ? 2 : 1;

    /// <summary>Takes the norm into weights and bias; along a direction, too, along which the norm's own parameters stay.</summary>
    private void Fold()
    {
        _norm?.Fold(ConvolutionBias);
        if (_curvature is null) return;
        if (_bias is not null) _weights.DirectionOf(_bias).CopyTo(_biasTangent);
        if (_norm is null) return;
        _weights.Of(_weight).CopyTo(_folded.Span);
        _weights.DirectionOf(_weight).CopyTo(_foldedTangent.Span);
        Scale(_folded.Span, 0, _shape.Outputs);
        Scale(_foldedTangent.Span, 0, _shape.Outputs);
        for (var k = 0; k < _biasTangent.Length; k++) _biasTangent[k] *= _norm.Factors[k];
    }

    /// <summary>Multiplies the weights of some outputs with the norm's factors.</summary>
    private void Scale(Span<float> weights, int from, int to)
    {
        if (_weight.IsCompact)
        {
            var perOutput = _shape.Weights / _shape.Outputs;
            for (var n = _sparseGradient!.FirstOf(from); n < _sparseGradient.FirstOf(to); n++) weights[n] *= _norm!.Factors[_weight.RemainingIndices![n] / perOutput];
            return;
        }

        for (var k = from; k < to; k++)
        {
            foreach (ref var weight in weights[FirstOf(k)..FirstOf(k + 1)]) weight *= _norm!.Factors[k];
        }
    }

    private void Pack(ConvolutionMethod method, Slab packed, Slab packedTangent, in Share share)
    {
        var (from, to) = share.Part(method.PackParts);
        if (_curvature is null)
        {
            method.Pack(_weights.Of(_weight), _norm is null ? default : _norm.Factors, packed.Span, from, to);
            return;
        }

        method.Pack(_norm is null ? _weights.Of(_weight) : _folded.Span, default, packed.Span, from, to);
        method.Pack(_norm is null ? _weights.DirectionOf(_weight) : _foldedTangent.Span, default, packedTangent.Span, from, to);
    }

    private void Forward(in Share share)
    {
        var epilogue = new Epilogue
        {
            Bias = _norm is null ? ConvolutionBias : _norm.Bias,
            Residual = _residual is null ? default : _residual.From(_residual.Values, share.First),
            Rectify = Output.Rectified,
        };
        Convolve(_forwardMethod, _packed, _input, _input.Values, Output, Output.Values, epilogue, _forwardScratch, share);
    }

    /// <summary>(V * X + v) + W * dX along the direction (V, v), where the output is positive if it is rectified.</summary>
    private void ForwardTangent(in Share share)
    {
        var gate = Output.Rectified ? Output.From(Output.Values, share.First) : default;
        Convolve(_forwardMethod, _packedTangent, _input, _input.Values, Output, Output.Tangent, new Epilogue { Bias = _biasTangent, Gate = gate }, _forwardScratch, share);
        if (!_input.HasTangent) return;
        var epilogue = new Epilogue { Gate = gate, Residual = Output.From(Output.Tangent, share.First) };
        Convolve(_forwardMethod, _packed, _input, _input.Tangent, Output, Output.Tangent, epilogue, _forwardScratch, share);
    }

    private void InputGradient(Slab packed, bool tangent, bool accumulate, in Share share) =>
        InputGradient(packed, Output.GradientOrItsTangent(tangent), _input.GradientOrItsTangent(tangent), accumulate, share);

    /// <summary>W' dY', the tangent of dY, and V' dY.</summary>
    private void InputGradientTangent(in Share share)
    {
        InputGradient(_packedBackward, tangent: true, Inputs[0].Accumulate, share);
        if (!_curvature!.GaussNewton) InputGradient(_packedBackwardTangent, Output.Gradient, _input.GradientTangent, accumulate: true, share);
    }

    private void InputGradient(Slab packed, Slab source, Slab target, bool accumulate, in Share share)
    {
        var epilogue = new Epilogue
        {
            Gate = _input.Rectified ? _input.From(_input.Values, share.First) : default,
            Residual = accumulate ? _input.From(target, share.First) : default,
        };
        Convolve(_backwardMethod, packed, Output, source, _input, target, epilogue, _backwardScratch, share);
    }

    private static void Convolve(
        ConvolutionMethod method, Slab packed, Activation from, Slab source, Activation to, Slab target, Epilogue epilogue, Slab scratch, in Share share)
    {
        var (first, last) = share.Part(method.Parts(share.Blocks));
        method.Run(
            packed.Span,
            from.From(source, share.First),
            new LanePlanes(from.PlaneStride, from.BlockStride),
            to.From(target, share.First),
            new LanePlanes(to.PlaneStride, to.BlockStride),
            epilogue,
            Of(scratch, share.Member, method.ScratchFloats),
            share.Blocks,
            first,
            last);
    }

    /// <summary>Input and gradient of an outer product.</summary>
    private (Slab Input, Slab Gradient) FactorsOf(int product) => product > 0 ? (_input.Tangent, Output.Gradient) : (_input.Values, Output.GradientOrItsTangent(_curvature is not null));

    private void Transform(int product, int chunk, in Share share)
    {
        var (from, to) = share.Part(_gradientMethod.TransformParts(share.Blocks, chunk));
        var (input, gradient) = FactorsOf(product);
        _gradientMethod.Transform(
            _input.From(input, share.First),
            _inputPlanes,
            Output.From(gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            share.Blocks,
            chunk,
            from,
            to);
    }

    private void Accumulate(int product, int chunk, in Share share)
    {
        var (from, to) = share.Part(_gradientMethod.AccumulateParts);
        var (input, gradient) = FactorsOf(product);
        _gradientMethod.Accumulate(
            _input.From(input, share.First),
            _inputPlanes,
            Output.From(gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            Of(_sums, (share.Group * Products) + product, _gradientMethod.SumFloats),
            share.Blocks,
            chunk,
            from,
            to);
    }

    private void AddSums(in Share share)
    {
        var (from, to) = share.Part(_gradientMethod.SumFloats / Lanes.Width);
        var part = (from * Lanes.Width)..(to * Lanes.Width);
        var total = _sums.Span[part];
        for (var group = 1; group < share.Group * Products; group++) MapKernels.Add(total, Of(_sums, group, _gradientMethod.SumFloats)[part], total, rectify: false);
    }

    private void UpdateWeights(in Share share)
    {
        var perPart = _gradientMethod.OutputsPerPart;
        var (first, last) = share.Part((_shape.Outputs + perPart - 1) / perPart);
        if (first == last) return;
        var (from, to) = (first * perPart, Math.Min(last * perPart, _shape.Outputs));
        WriteGradient(product: 0, ScattersGradient ? _remainingGradients.Span : _panel.Span[.._weight.Count], first, last, share);
        if (ScattersGradient) ScatterGradient(from, to);
        var (start, end) = (FirstOf(from), FirstOf(to));
        if (Products > 1 && _gradientMethod.ReadsAtEnd)
        {
            // Without sums the products come one after the other.
            WriteGradient(product: 1, _panelTangent.Span, first, last, share);
            for (var i = start; i < end; i++) _panel.Span[i] += _panelTangent.Span[i];
        }

        if (_curvature is not null && _norm is not null) Scale(_panel.Span, from, to);
        Sink.Take(_weight, start, _panel.Span[start..end]);
        if (_bias is null) return;
        var bias = _panel.Span[_weight.Count..];
        BiasGradientKernel.Run(Output.GradientOrItsTangent(_curvature is not null).Span, _outputPlanes, _shape.OutputPixels, Blocks, bias, from, to);
        for (var k = from; k < to && _curvature is not null && _norm is not null; k++) bias[k] *= _norm.Factors[k];
        Sink.Take(_bias, from, bias[from..to]);
    }

    private void WriteGradient(int product, Span<float> result, int first, int last, in Share share)
    {
        var (input, gradient) = FactorsOf(product);
        _gradientMethod.WriteGradient(
            input.Span, _inputPlanes, gradient.Span, _outputPlanes, Of(_gradientScratch, share.Member, _gradientMethod.ScratchFloats), _sums.Span, Blocks, result, first, last);
    }

    /// <summary>Whether the weight gradient is that of the remaining weights while all weights are stored, because another phase wants them dense.</summary>
    private bool ScattersGradient => _sparseGradient is not null && !_weight.IsCompact;

    /// <summary>Puts the remaining weights' gradients of some outputs in their places. What lies between them the update does not look at.</summary>
    private void ScatterGradient(int from, int to)
    {
        var remaining = _remainingGradients.Span;
        var panel = _panel.Span;
        for (var n = _sparseGradient!.FirstOf(from); n < _sparseGradient.FirstOf(to); n++) panel[_weight.RemainingIndices![n]] = remaining[n];
    }

    /// <summary>Where the stored weights of an output begin.</summary>
    private int FirstOf(int output) => _weight.IsCompact && _sparseGradient is not null ? _sparseGradient.FirstOf(output) : output * (_shape.Weights / _shape.Outputs);

    /// <summary>The scratch memory of a chunk: of the thread if it works on its own, else of all.</summary>
    private Span<float> ChunkScratch(in Share share) => Of(_gradientScratch, share.Of == 1 ? share.Member : 0, _gradientMethod.ScratchFloats);

    private static Span<float> Of(Slab slab, int index, int floats) => slab.Span.Slice(index * floats, floats);
}
