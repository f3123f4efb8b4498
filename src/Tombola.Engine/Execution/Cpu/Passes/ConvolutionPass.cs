using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A convolution with its bias and rectifier; in evaluation also with the batch norm and the residual that follow it.</summary>
internal sealed class ConvolutionPass : Pass
{
    /// <summary>Weights from which on a team shares their packing.</summary>
    private const int SharedFrom = 1 << 16;

    private readonly ConvolutionShape _shape;
    private readonly ConvolutionMethod _forwardMethod, _backwardMethod;
    private readonly ConvolutionGradient _gradient;
    private readonly Activation _input;
    private readonly Activation? _residual;
    private readonly StoredParameter _weight;
    private readonly StoredParameter? _bias;
    private readonly FoldedNorm? _norm;
    private readonly PlanWeights _weights;
    private readonly LanePlanes _inputPlanes, _outputPlanes;
    private readonly CurvatureTerms? _curvature;
    private readonly float[] _biasTangent;
    private Slab _packedTangent, _packedBackwardTangent, _folded, _foldedTangent;
    private Slab _packed, _packedBackward, _forwardScratch, _backwardScratch;

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
        _gradient = new ConvolutionGradient(_shape, _input, output, _weight, _bias, _norm, training, curvature);
    }

    public override bool UpdateReadsInput => _gradient.ReadsAtEnd;

    /// <summary>Weights that it computes with.</summary>
    public int Weights => _weight.Count;

    public override StoredParameter Multiplier => _weight;

    public override string Kernel =>
        $"{_forwardMethod.Name}{(_norm is null ? "" : " + folded batch norm")}{(_residual is null ? "" : " + residual")}{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient => WantsInputGradient ? _backwardMethod.Name : null,
        _ => _gradient.Name,
    };

    public override PassWork WorkOf(Phase phase)
    {
        var flops = 2.0 * _shape.Weights * _shape.OutputPixels * Output.Lanes * Output.Blocks;
        var executed = phase switch
        {
            Phase.Forward => _forwardMethod.Executed(Output.Blocks),
            Phase.InputGradient => _backwardMethod.Executed(Output.Blocks),
            _ => _gradient.Executed,
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
        _gradient.Reserve(planner, moments.Backward, crew);

        void Reserve(long length, Action<Slab> place) => planner.Reserve(length, moments.Backward, moments.Backward, place);

        void Keep(long length, Action<Slab> place) => planner.Reserve(length, int.MinValue, int.MaxValue, place);

        void ReserveTangents()
        {
            Keep(_forwardMethod.PackedFloats, slab => _packedTangent = slab);
            Keep(_backwardMethod.PackedFloats, slab => _packedBackward = slab);
            Keep(_backwardMethod.PackedFloats, slab => _packedBackwardTangent = slab);
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

        PassTask.WeightGradient => _gradient.Stages(blocks),

        // Adding up the sums of the groups, the rest.
        PassTask.UpdateWeights => 2,
        _ => 0,
    };

    public override bool IsSmall(PassTask task) => _weight.Count < SharedFrom && task switch
    {
        PassTask.PrepareForward or PassTask.PrepareBackward => true,
        PassTask.UpdateWeights => !_gradient.ReadsAtEnd,
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
                _gradient.Run(stage, share);
                break;
            case PassTask.UpdateWeights when stage == 0:
                _gradient.AddSums(share);
                break;
            default:
                _gradient.Deliver(share, Blocks, Sink);
                break;
        }
    }

    private ReadOnlySpan<float> ConvolutionBias => _bias is null ? default : _weights.Of(_bias);

    /// <summary>Takes the norm into weights and bias; along a direction, too, along which the norm's own parameters stay.</summary>
    private void Fold()
    {
        _norm?.Fold(ConvolutionBias);
        if (_curvature is null) return;
        if (_bias is not null) _weights.DirectionOf(_bias).CopyTo(_biasTangent);
        if (_norm is null) return;
        _weights.Of(_weight).CopyTo(_folded.Span);
        _weights.DirectionOf(_weight).CopyTo(_foldedTangent.Span);
        _gradient.ScaleByNorm(_folded.Span, 0, _shape.Outputs);
        _gradient.ScaleByNorm(_foldedTangent.Span, 0, _shape.Outputs);
        for (var k = 0; k < _biasTangent.Length; k++) _biasTangent[k] *= _norm.Factors[k];
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

    private static Span<float> Of(Slab slab, int index, int floats) => slab.Span.Slice(index * floats, floats);
}
