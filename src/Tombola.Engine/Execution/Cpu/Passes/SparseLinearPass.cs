using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A linear layer of which a mask leaves little, with its bias and the ReLU that follows it: all three products with the remaining weights only.</summary>
/// <remarks>The plan keeps no others. The optimiser follows each strip of the weight gradient while that is in the second-level cache.</remarks>
internal sealed class SparseLinearPass : Pass
{
    private readonly Activation _input;
    private readonly StoredParameter _weight, _bias;
    private readonly PlanWeights _weights;
    private readonly SparseLinear _layer;
    private readonly CurvatureTerms? _curvature;
    private Slab _packed, _packedTangent, _panel, _panelTangent;

    /// <param name="layer">The layer.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="members">Threads.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What it reads, feature by feature.</param>
    /// <param name="backward">Whether the input's gradient may be wanted.</param>
    /// <param name="curvature">Which products with curvature it is for, besides; null for none.</param>
    public SparseLinearPass(LinearLayer layer, PlanWeights weights, int members, Activation output, Source input, bool backward, CurvatureTerms? curvature)
        : base(output, input)
    {
        _curvature = curvature;
        (_input, _weights) = (input.Activation, weights);
        _weight = weights[$"{layer.Name}.weight"];
        _bias = weights[$"{layer.Name}.bias"];
        _layer = new SparseLinear(layer.Inputs, layer.Outputs, _weight.RemainingIndices!, output.Lanes, members, backward);
    }

    public override StoredParameter Multiplier => _weight;

    public override string Kernel => $"{Product}{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient => WantsInputGradient ? Product : null,
        _ => Product,
    };

    public override PassWork WorkOf(Phase phase)
    {
        double lanes = Output.Lanes * Output.Blocks;
        return new PassWork(2 * lanes * _weight.Parameter.Count, 2 * lanes * _weight.Count, sizeof(float) * ((double)_weight.Count + Elements(_input) + Elements(Output)));
    }

    public override bool ReadsInputsBackward => true;

    public override bool UpdateReadsInput => true;

    public override void Reserve(ArenaPlanner planner, Lifetime moments, Crew crew)
    {
        if (moments.Forward == moments.Backward) return;
        planner.Reserve(_layer.PackedBackwardFloats, moments.Backward, moments.Backward, slab => _packed = slab);
        planner.Reserve(_weight.Count + _bias.Count, moments.Backward, moments.Backward, slab => _panel = slab);
        if (_curvature is not null) planner.Reserve(_layer.PackedBackwardFloats, moments.Backward, moments.Backward, slab => _packedTangent = slab);
        if (HasSecondProduct) planner.Reserve(_weight.Count, moments.Backward, moments.Backward, slab => _panelTangent = slab);
    }

    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.Forward or PassTask.UpdateWeights => 1,
        PassTask.PrepareBackward or PassTask.InputGradient => WantsInputGradient ? 1 : 0,
        _ => 0,
    };

    public override void Run(PassTask task, int stage, in Share share)
    {
        switch (task)
        {
            case PassTask.Forward:
                Forward(share);
                break;
            case PassTask.PrepareBackward:
                var (first, last) = share.Part(_layer.PackedBackwardFloats);
                _layer.PackBackward(_weights.Of(_weight), _packed.Span, first, last);
                if (_curvature is not null) _layer.PackBackward(_weights.DirectionOf(_weight), _packedTangent.Span, first, last);
                break;
            case PassTask.InputGradient:
                InputGradient(share);
                break;
            default:
                WeightGradient(share);
                break;
        }
    }

    private string Product => FormattableString.Invariant($"sparse product ({_weight.Density:P1})");

    /// <summary>Whether the weight gradient's tangent has two terms: (d dY) X', and dY (dX)'.</summary>
    private bool HasSecondProduct => _curvature is { GaussNewton: false } && _input.HasTangent;

    private void Forward(in Share share)
    {
        var (from, to) = _layer.Rows(share.Index, share.Of);
        if (from == to) return;
        for (var block = share.First; block < share.End; block++)
        {
            var y = Output.Block(Output.Values, block);
            _layer.Forward(_weights.Of(_weight), _input.Block(_input.Values, block), _weights.Of(_bias), Output.Rectified, y, from, to);
            if (!Output.HasTangent) continue;

            // V X + v + W dX along the direction (V, v).
            var tangent = Output.Block(Output.Tangent, block);
            _layer.Forward(_weights.DirectionOf(_weight), _input.Block(_input.Values, block), _weights.DirectionOf(_bias), rectify: false, tangent, from, to);
            if (_input.HasTangent) _layer.Forward(_weights.Of(_weight), _input.Block(_input.Tangent, block), default, rectify: false, tangent, from, to, accumulate: true);
            var run = (from * Output.Lanes)..(to * Output.Lanes);
            if (Output.Rectified) LaneKernels.RectifyGradient(tangent[run], y[run]);
        }
    }

    private void InputGradient(in Share share)
    {
        var accumulate = Inputs[0].Accumulate;
        if (Wants(tangent: false)) InputGradient(_packed, Output.Gradient, _input.Gradient, accumulate, share);
        if (!Wants(tangent: true)) return;
        InputGradient(_packed, Output.GradientTangent, _input.GradientTangent, accumulate, share);
        if (!_curvature!.GaussNewton) InputGradient(_packedTangent, Output.Gradient, _input.GradientTangent, accumulate: true, share);
    }

    private void InputGradient(Slab packed, Slab source, Slab target, bool accumulate, in Share share)
    {
        var (from, to) = _layer.Columns(share.Index, share.Of);
        if (from == to) return;
        for (var block = share.First; block < share.End; block++)
        {
            var gate = _input.Rectified ? _input.Block(_input.Values, block) : default;
            _layer.InputGradient(packed.Span, Output.Block(source, block), gate, accumulate, _input.Block(target, block), from, to);
        }
    }

    private void WeightGradient(in Share share)
    {
        for (var strip = _layer.Strips * share.Index / share.Of; strip < _layer.Strips * (share.Index + 1) / share.Of; strip++)
        {
            var (from, to) = _layer.Rows(strip, _layer.Strips);
            if (from == to) continue;
            var (first, last) = _layer.RemainingOf(from, to);
            var panel = Sink.Panel(_weight, first, last - first, _panel.Span[first..]);
            OuterProduct(Output.GradientOrItsTangent(_curvature is not null), _input.Values, panel, from, to);
            if (HasSecondProduct)
            {
                var second = _panelTangent.Span[first..last];
                OuterProduct(Output.Gradient, _input.Tangent, second, from, to);
                for (var n = 0; n < second.Length; n++) panel[n] += second[n];
            }

            Sink.Deliver(_weight, first, panel);
            LinearBias.Deliver(Sink, _bias, Output, _curvature is not null, Blocks, from, to, _panel.Span[(_weight.Count + from)..]);
        }
    }

    private void OuterProduct(Slab gradient, Slab input, Span<float> panel, int from, int to) =>
        _layer.WeightGradient(gradient.Span, Output.BlockStride, input.Span, _input.BlockStride, Blocks, panel, from, to);
}
