using Tombola.Engine.Execution.Kernels;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Passes;

/// <summary>A convolution with its bias and rectifier; in evaluation also with the batch norm and the residual that follow it.</summary>
internal sealed class ConvolutionPass : Pass
{
    private readonly ConvolutionShape _shape;
    private readonly ConvolutionMethod _forwardMethod, _backwardMethod;
    private readonly WeightGradientMethod _gradientMethod;
    private readonly Activation _input;
    private readonly Activation? _residual;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly FoldedNorm? _norm;
    private readonly Slab _weights;
    private readonly LanePlanes _inputPlanes, _outputPlanes;
    private readonly Action<int> _pack, _forward, _packBackward, _inputGradient, _transform, _accumulate, _finish;
    private int _chunk;
    private Slab _packed, _packedBackward, _forwardScratch, _backwardScratch, _gradientScratch, _panel;
    private GradientSink _sink;

    /// <param name="layer">The convolution.</param>
    /// <param name="norm">The batch norm to fold into it, or null.</param>
    /// <param name="space">The network's weights and statistics.</param>
    /// <param name="weights">The plan's weight vector.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="team">The threads.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="residual">What is added to the result, or null.</param>
    public ConvolutionPass(
        ConvolutionLayer layer, BatchNormLayer? norm, WeightSpace space, Slab weights, float[] statistics, ThreadTeam team, Activation output, Source input, Activation? residual)
        : base(team, output, residual is null ? [input] : [input, new Source(residual, Accumulate: false)])
    {
        (_input, _residual, _weights) = (input.Activation, residual, weights);
        _shape = new ConvolutionShape(layer.Input.Channels, layer.Filters, layer.Kernel, layer.Stride, layer.Padding, layer.Input.Rows, layer.Input.Columns);
        _weight = space[$"{layer.Name}.weight"];
        _bias = layer.Bias ? space[$"{layer.Name}.bias"] : null;
        _norm = norm is null ? null : new FoldedNorm(norm, space, weights, statistics);
        (_inputPlanes, _outputPlanes) = (new LanePlanes(_input.PlaneStride, _input.BlockStride), new LanePlanes(output.PlaneStride, output.BlockStride));
        (_forwardMethod, _backwardMethod) = (ConvolutionMethod.Choose(_shape, output.Blocks, backward: false), ConvolutionMethod.Choose(_shape, output.Blocks, backward: true));
        _gradientMethod = WeightGradientMethod.Choose(_shape, output.Blocks);
        (_pack, _forward, _packBackward) = (PackPart, ForwardPart, PackBackwardPart);
        _inputGradient = InputGradientPart;
        (_transform, _accumulate, _finish) = (TransformPart, AccumulatePart, FinishPart);
    }

    /// <summary>Weights of the convolution.</summary>
    public int Weights => _weight.Count;

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
        var flops = 2.0 * _weight.Count * _shape.OutputPixels * Output.Lanes * Output.Blocks;
        var executed = phase switch
        {
            Phase.Forward => _forwardMethod.Executed(Output.Blocks),
            Phase.InputGradient => _backwardMethod.Executed(Output.Blocks),
            _ => _gradientMethod.Executed(Output.Blocks),
        };
        return new PassWork(flops, executed, sizeof(float) * ((double)_weight.Count + Elements(_input) + Elements(Output)));
    }

    public override bool ReadsInputsBackward => true;

    public override void Reserve(ArenaPlanner planner, Moments moments)
    {
        var training = moments.Forward != moments.Backward;

        // In evaluation the packed weights serve one mini-batch after the other.
        planner.Reserve(_forwardMethod.PackedFloats, training ? moments.Forward : int.MinValue, training ? moments.Forward : int.MaxValue, slab => _packed = slab);
        planner.Reserve(_forwardMethod.ScratchFloats * Team.Size, moments.Forward, moments.Forward, slab => _forwardScratch = slab);
        if (!training) return;
        Reserve(_backwardMethod.PackedFloats, slab => _packedBackward = slab);
        Reserve(_backwardMethod.ScratchFloats * Team.Size, slab => _backwardScratch = slab);
        Reserve(_gradientMethod.ScratchFloats(Team.Size), slab => _gradientScratch = slab);
        Reserve(_weight.Count + Lanes.RoundUp(_shape.Outputs), slab => _panel = slab);

        void Reserve(int length, Action<Slab> place) => planner.Reserve(length, moments.Backward, moments.Backward, place);
    }

    public override void PrepareForward()
    {
        if (!WeightsChanged) return;
        _norm?.Fold(ConvolutionBias);
        Team.Run(_pack);
    }

    public override void PrepareBackward()
    {
        if (Inputs[0].WantsGradient) Team.Run(_packBackward);
    }

    public override void FinishBackward(GradientSink sink)
    {
        _sink = sink;
        Team.Run(_finish);
    }

    protected override void Forward() => Team.Run(_forward);

    protected override void InputGradient()
    {
        if (Inputs[0].WantsGradient) Team.Run(_inputGradient);
    }

    protected override void WeightGradient()
    {
        for (_chunk = 0; _chunk < _gradientMethod.Chunks(EndBlock - FirstBlock); _chunk++)
        {
            Team.Run(_transform);
            Team.Run(_accumulate);
        }
    }

    private ReadOnlySpan<float> ConvolutionBias => _bias is null ? default : _bias.Of((ReadOnlySpan<float>)_weights.Span);

    private void PackPart(int member)
    {
        var (from, to) = Team.Part(member, _forwardMethod.PackParts);
        _forwardMethod.Pack(_weight.Of((ReadOnlySpan<float>)_weights.Span), _norm is null ? default : _norm.Factors, _packed.Span, from, to);
    }

    private void ForwardPart(int member)
    {
        var (from, to) = PartOf(member, _forwardMethod);
        var epilogue = new Epilogue
        {
            Bias = _norm is null ? ConvolutionBias : _norm.Bias,
            Residual = _residual is null ? default : _residual.Values.Span,
            Rectify = Output.Rectified,
        };
        _forwardMethod.Run(_packed.Span, _input.Values.Span, _inputPlanes, Output.Values.Span, _outputPlanes, epilogue, Share(_forwardScratch, member), Blocks, from, to);
    }

    private void PackBackwardPart(int member)
    {
        var (from, to) = Team.Part(member, _backwardMethod.PackParts);
        _backwardMethod.Pack(_weight.Of((ReadOnlySpan<float>)_weights.Span), default, _packedBackward.Span, from, to);
    }

    private void InputGradientPart(int member)
    {
        var (from, to) = PartOf(member, _backwardMethod);
        var epilogue = new Epilogue
        {
            Gate = _input.Rectified ? _input.Values.Span : default,
            Residual = Inputs[0].Accumulate ? _input.Gradient.Span : default,
        };
        _backwardMethod.Run(
            _packedBackward.Span, Output.Gradient.Span, _outputPlanes, _input.Gradient.Span, _inputPlanes, epilogue, Share(_backwardScratch, member), Blocks, from, to);
    }

    private void TransformPart(int member)
    {
        var blocks = EndBlock - FirstBlock;
        var (from, to) = Team.Part(member, _gradientMethod.TransformParts(blocks, _chunk));
        _gradientMethod.Transform(
            _input.Values.Span[(FirstBlock * _input.BlockStride)..],
            _inputPlanes,
            Output.Gradient.Span[(FirstBlock * Output.BlockStride)..],
            _outputPlanes,
            _gradientScratch.Span,
            blocks,
            _chunk,
            from,
            to);
    }

    private void AccumulatePart(int member)
    {
        var (from, to) = Team.Part(member, _gradientMethod.AccumulateParts);
        _gradientMethod.Accumulate(_gradientScratch.Span, EndBlock - FirstBlock, _chunk, from, to, isFirst: FirstBlock == 0 && _chunk == 0);
    }

    private void FinishPart(int member)
    {
        var perPart = _gradientMethod.OutputsPerPart;
        var (first, last) = Team.Part(member, (_shape.Outputs + perPart - 1) / perPart);
        if (first == last) return;
        var (from, to) = (first * perPart, Math.Min(last * perPart, _shape.Outputs));
        var perOutput = _weight.Count / _shape.Outputs;
        _gradientMethod.Finish(
            _input.Values.Span, _inputPlanes, Output.Gradient.Span, _outputPlanes, _gradientScratch.Span, Blocks, _panel.Span[.._weight.Count], member, first, last);
        _sink.Take(_weight.Offset + (from * perOutput), _panel.Span[(from * perOutput)..(to * perOutput)]);
        if (_bias is null) return;
        var bias = _panel.Span[_weight.Count..];
        BiasGradientKernel.Run(Output.Gradient.Span, _outputPlanes, _shape.OutputPixels, Blocks, bias, from, to);
        _sink.Take(_bias.Offset + from, bias[from..to]);
    }

    /// <summary>A member's share of a method's parts in the current lane blocks.</summary>
    private (int From, int To) PartOf(int member, ConvolutionMethod method)
    {
        var perBlock = method.Parts(1);
        var (from, to) = Team.Part(member, perBlock * (EndBlock - FirstBlock));
        return ((FirstBlock * perBlock) + from, (FirstBlock * perBlock) + to);
    }

    private Span<float> Share(Slab scratch, int member) => scratch.Span.Slice(member * (scratch.Length / Team.Size), scratch.Length / Team.Size);
}
