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
    private Slab _packed, _packedBackward, _forwardScratch, _backwardScratch, _gradientScratch, _sums, _panel, _remainingGradients;

    /// <param name="layer">The convolution.</param>
    /// <param name="norm">The batch norm to fold into it, or null.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="residual">What is added to the result, or null.</param>
    /// <param name="training">Whether it belongs to a plan for training.</param>
    public ConvolutionPass(
        ConvolutionLayer layer, BatchNormLayer? norm, PlanWeights weights, float[] statistics, Activation output, Source input, Activation? residual, bool training)
        : base(output, residual is null ? [input] : [input, new Source(residual, Accumulate: false)])
    {
        (_input, _residual, _weights) = (input.Activation, residual, weights);
        _shape = new ConvolutionShape(layer.Input.Channels, layer.Filters, layer.Window, layer.Input.Rows, layer.Input.Columns, layer.Groups);
        _weight = weights[$"{layer.Name}.weight"];
        _bias = layer.Bias ? weights[$"{layer.Name}.bias"] : null;
        _norm = norm is null ? null : new FoldedNorm(norm, weights, statistics);
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

        // In evaluation the packed weights serve one mini-batch after the other.
        planner.Reserve(_forwardMethod.PackedFloats, training ? moments.Forward : int.MinValue, training ? moments.Forward : int.MaxValue, slab => _packed = slab);
        planner.Reserve((long)_forwardMethod.ScratchFloats * crew.Members, moments.Forward, moments.Forward, slab => _forwardScratch = slab);
        if (!training) return;
        Reserve(_backwardMethod.PackedFloats, slab => _packedBackward = slab);
        Reserve((long)_backwardMethod.ScratchFloats * crew.Members, slab => _backwardScratch = slab);
        Reserve((long)_gradientMethod.ScratchFloats * crew.Members, slab => _gradientScratch = slab);
        Reserve((long)_gradientMethod.SumFloats * crew.Groups, slab => _sums = slab);
        Reserve(_weight.Count + Lanes.RoundUp(_shape.Outputs), slab => _panel = slab);
        if (ScattersGradient) Reserve(_weight.Remaining, slab => _remainingGradients = slab);

        void Reserve(long length, Action<Slab> place) => planner.Reserve(length, moments.Backward, moments.Backward, place);
    }

    public override int Stages(PassTask task, int blocks) => task switch
    {
        // Folding, packing.
        PassTask.PrepareForward => WeightsChanged ? 2 : 0,
        PassTask.Forward => 1,
        PassTask.PrepareBackward or PassTask.InputGradient => WantsInputGradient ? 1 : 0,

        // Transforming and accumulating each chunk.
        PassTask.WeightGradient => 2 * _gradientMethod.Chunks(blocks),

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
                if (share.Index == 0) _norm?.Fold(ConvolutionBias);
                break;
            case PassTask.PrepareForward:
                Pack(_forwardMethod, _packed, share);
                break;
            case PassTask.Forward:
                Forward(share);
                break;
            case PassTask.PrepareBackward:
                Pack(_backwardMethod, _packedBackward, share);
                break;
            case PassTask.InputGradient:
                InputGradient(share);
                break;
            case PassTask.WeightGradient when stage % 2 == 0:
                Transform(stage / 2, share);
                break;
            case PassTask.WeightGradient:
                Accumulate(stage / 2, share);
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

    private void Pack(ConvolutionMethod method, Slab packed, in Share share)
    {
        var (from, to) = share.Part(method.PackParts);
        method.Pack(_weights.Of(_weight), _norm is null ? default : _norm.Factors, packed.Span, from, to);
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

    private void InputGradient(in Share share)
    {
        var epilogue = new Epilogue
        {
            Gate = _input.Rectified ? _input.From(_input.Values, share.First) : default,
            Residual = Inputs[0].Accumulate ? _input.From(_input.Gradient, share.First) : default,
        };
        Convolve(_backwardMethod, _packedBackward, Output, Output.Gradient, _input, _input.Gradient, epilogue, _backwardScratch, share);
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

    private void Transform(int chunk, in Share share)
    {
        var (from, to) = share.Part(_gradientMethod.TransformParts(share.Blocks, chunk));
        _gradientMethod.Transform(
            _input.From(_input.Values, share.First),
            _inputPlanes,
            Output.From(Output.Gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            share.Blocks,
            chunk,
            from,
            to);
    }

    private void Accumulate(int chunk, in Share share)
    {
        var (from, to) = share.Part(_gradientMethod.AccumulateParts);
        _gradientMethod.Accumulate(
            _input.From(_input.Values, share.First),
            _inputPlanes,
            Output.From(Output.Gradient, share.First),
            _outputPlanes,
            ChunkScratch(share),
            Of(_sums, share.Group, _gradientMethod.SumFloats),
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
        for (var group = 1; group < share.Group; group++) MapKernels.Add(total, Of(_sums, group, _gradientMethod.SumFloats)[part], total, rectify: false);
    }

    private void UpdateWeights(in Share share)
    {
        var perPart = _gradientMethod.OutputsPerPart;
        var (first, last) = share.Part((_shape.Outputs + perPart - 1) / perPart);
        if (first == last) return;
        var (from, to) = (first * perPart, Math.Min(last * perPart, _shape.Outputs));
        _gradientMethod.WriteGradient(
            _input.Values.Span,
            _inputPlanes,
            Output.Gradient.Span,
            _outputPlanes,
            Of(_gradientScratch, share.Member, _gradientMethod.ScratchFloats),
            _sums.Span,
            Blocks,
            ScattersGradient ? _remainingGradients.Span : _panel.Span[.._weight.Count],
            first,
            last);
        if (ScattersGradient) ScatterGradient(from, to);
        var (start, end) = (FirstOf(from), FirstOf(to));
        Sink.Take(_weight, start, _panel.Span[start..end]);
        if (_bias is null) return;
        var bias = _panel.Span[_weight.Count..];
        BiasGradientKernel.Run(Output.Gradient.Span, _outputPlanes, _shape.OutputPixels, Blocks, bias, from, to);
        Sink.Take(_bias, from, bias[from..to]);
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
