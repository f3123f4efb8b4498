using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A linear layer with its bias and, fused into the same pass, the ReLU that follows it.</summary>
/// <remarks>
/// N samples in lanes, C inputs, K outputs. Forward Y = W X and data gradient dX = W' dY multiply weights by lanes; the weight gradient
/// dW = dY X' multiplies by rows of samples, so that no sum runs across a vector. The optimiser follows each panel of dW while the panel is still in the
/// second-level cache.
/// </remarks>
internal sealed class LinearPass : Pass
{
    /// <summary>Depth of a forward panel: 112 rows of 64 lanes are 28 KB and stay in the first-level cache while all row tiles pass.</summary>
    private const int PanelDepth = 112;

    /// <summary>Floats of a weight-gradient panel: 160 KB, so that it is still in the second-level cache when the optimiser reads it.</summary>
    private const int PanelFloats = 40_000;

    private readonly Activation _input;
    private readonly StoredParameter _weight, _bias;
    private readonly PlanWeights _weights;
    private readonly int _inputs, _outputs, _lanes, _panelRows;
    private readonly bool _isNetworkInput;
    private readonly CurvatureTerms? _curvature;
    private Slab _scratch, _samples, _sampleTangents, _secondScratch;

    /// <param name="layer">The layer.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="members">Threads.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What it reads, feature by feature.</param>
    /// <param name="isNetworkInput">Whether that is the network's input, which lies there sample by sample already.</param>
    /// <param name="curvature">Which products with curvature it is for, besides; null for none.</param>
    public LinearPass(LinearLayer layer, PlanWeights weights, int members, Activation output, Source input, bool isNetworkInput, CurvatureTerms? curvature)
        : base(output, input)
    {
        _curvature = curvature;
        (_input, _weights, _lanes, _isNetworkInput) = (input.Activation, weights, output.Lanes, isNetworkInput);
        (_inputs, _outputs) = (layer.Inputs, layer.Outputs);
        _weight = weights[$"{layer.Name}.weight"];
        _bias = weights[$"{layer.Name}.bias"];

        // Panels of whole tiles, at least one a member.
        var tiles = (_outputs + ProductKernel.TileRows - 1) / ProductKernel.TileRows;
        var perMember = (tiles + members - 1) / members;
        _panelRows = ProductKernel.TileRows * Math.Clamp(PanelFloats / (ProductKernel.TileRows * _inputs), 1, perMember);
    }

    public override StoredParameter Multiplier => _weight;

    public override string Kernel => $"dense product{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase == Phase.InputGradient && !WantsInputGradient ? null : Kernel;

    public override PassWork WorkOf(Phase phase)
    {
        var flops = 2.0 * _weight.Count * _lanes * Output.Blocks;
        return new PassWork(flops, flops, sizeof(float) * ((double)_weight.Count + Elements(_input) + Elements(Output)));
    }

    public override bool ReadsInputsBackward => true;

    public override bool UpdateReadsInput => true;

    public override void Reserve(ArenaPlanner planner, Lifetime moments, Crew crew)
    {
        if (moments.Forward == moments.Backward) return;
        planner.Reserve((long)crew.Members * PanelScratch, moments.Backward, moments.Backward, slab => _scratch = slab);
        var samples = (long)_input.SampleStride * _input.Blocks * _lanes;
        if (!_isNetworkInput) planner.Reserve(samples, moments.Backward, moments.Backward, slab => _samples = slab);
        if (!HasSecondProduct) return;
        planner.Reserve(samples, moments.Backward, moments.Backward, slab => _sampleTangents = slab);
        planner.Reserve((long)crew.Members * PanelScratch, moments.Backward, moments.Backward, slab => _secondScratch = slab);
    }

    /// <summary>The end has two stages: samples are laid out one after the other, then multiplied.</summary>
    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.Forward => 1,
        PassTask.InputGradient => WantsInputGradient ? 1 : 0,
        PassTask.UpdateWeights => 2,
        _ => 0,
    };

    public override void Run(PassTask task, int stage, in Share share)
    {
        switch (task)
        {
            case PassTask.Forward:
                Forward(share);
                break;
            case PassTask.InputGradient:
                InputGradient(share);
                break;
            case PassTask.UpdateWeights when stage == 0:
                if (!_isNetworkInput) Transpose(_input.Values, _samples, share);
                if (HasSecondProduct) Transpose(_input.Tangent, _sampleTangents, share);
                break;
            default:
                WeightGradient(share);
                break;
        }
    }

    private int PanelScratch => (_panelRows * _inputs) + Lanes.RoundUp(_panelRows);

    /// <summary>Whether the weight gradient's tangent has two terms: (d dY) X', and dY (dX)'.</summary>
    private bool HasSecondProduct => _curvature is { GaussNewton: false } && _input.HasTangent;

    private void Forward(in Share share)
    {
        var (from, to) = RowsOf(share, _outputs);
        if (from == to) return;
        Multiply(_weights.Of(_weight), _input.Values, Output.Values, accumulate: false, share, from, to);
        for (var block = share.First; block < share.End; block++)
        {
            LaneKernels.AddBias(Output.Block(Output.Values, block), _weights.Of(_bias), from, to, _lanes, Output.Rectified);
        }

        if (Output.HasTangent) ForwardTangent(share, from, to);
    }

    /// <summary>V X + W dX + v along the direction (V, v), where the output is positive if it is rectified.</summary>
    private void ForwardTangent(in Share share, int from, int to)
    {
        Multiply(_weights.DirectionOf(_weight), _input.Values, Output.Tangent, accumulate: false, share, from, to);
        if (_input.HasTangent) Multiply(_weights.Of(_weight), _input.Tangent, Output.Tangent, accumulate: true, share, from, to);
        var run = (from * _lanes)..(to * _lanes);
        for (var block = share.First; block < share.End; block++)
        {
            var tangent = Output.Block(Output.Tangent, block);
            LaneKernels.AddBias(tangent, _weights.DirectionOf(_bias), from, to, _lanes, rectify: false);
            if (Output.Rectified) LaneKernels.RectifyGradient(tangent[run], Output.Block(Output.Values, block)[run]);
        }
    }

    private void Multiply(ReadOnlySpan<float> weights, Slab source, Slab target, bool accumulate, in Share share, int from, int to)
    {
        var left = new LeftFactor(_inputs, 1);
        for (var k = 0; k < _inputs; k += PanelDepth)
        {
            var depth = Math.Min(PanelDepth, _inputs - k);
            for (var block = share.First; block < share.End; block++)
            {
                ProductKernel.Multiply(
                    weights[k..], left, _input.Block(source, block)[(k * _lanes)..], _lanes, Output.Block(target, block), _lanes, from, to, _lanes, depth, accumulate || k > 0);
            }
        }
    }

    private void InputGradient(in Share share)
    {
        var accumulate = Inputs[0].Accumulate;
        if (Wants(tangent: false)) MultiplyBack(_weights.Of(_weight), Output.Gradient, _input.Gradient, accumulate, share);
        if (!Wants(tangent: true)) return;
        MultiplyBack(_weights.Of(_weight), Output.GradientTangent, _input.GradientTangent, accumulate, share);
        if (!_curvature!.GaussNewton) MultiplyBack(_weights.DirectionOf(_weight), Output.Gradient, _input.GradientTangent, accumulate: true, share);
    }

    private void MultiplyBack(ReadOnlySpan<float> weights, Slab source, Slab target, bool accumulate, in Share share)
    {
        var (from, to) = RowsOf(share, _inputs);
        if (from == to) return;
        var left = new LeftFactor(1, _inputs);
        for (var block = share.First; block < share.End; block++)
        {
            var gradient = _input.Block(target, block);
            for (var k = 0; k < _outputs; k += PanelDepth)
            {
                var depth = Math.Min(PanelDepth, _outputs - k);
                ProductKernel.Multiply(
                    weights[(k * _inputs)..], left, Output.Block(source, block)[(k * _lanes)..], _lanes, gradient, _lanes, from, to, _lanes, depth, accumulate || k > 0);
            }

            var run = (from * _lanes)..(to * _lanes);
            if (_input.Rectified) LaneKernels.RectifyGradient(gradient[run], _input.Block(_input.Values, block)[run]);
        }
    }

    private void Transpose(Slab source, Slab samplesOfSource, in Share share)
    {
        for (var block = 0; block < Blocks; block++)
        {
            var samples = Math.Min(_lanes, Count - (block * _lanes));
            var (from, to) = share.Part(samples);
            LaneKernels.Transpose(_input.Block(source, block), _lanes, samplesOfSource.Span[(block * _lanes * _input.SampleStride)..], _input.SampleStride, _inputs, from, to);
        }
    }

    private void WeightGradient(in Share share)
    {
        var (from, to) = RowsOf(share, _outputs);
        var scratch = _scratch.Span.Slice(share.Member * PanelScratch, PanelScratch);
        for (var row = from; row < to; row += _panelRows)
        {
            var rows = Math.Min(_panelRows, to - row);
            var panel = Sink.Panel(_weight, row * _inputs, rows * _inputs, scratch);
            OuterProduct(Output.GradientOrItsTangent(_curvature is not null), Samples, panel, row, rows);
            if (HasSecondProduct)
            {
                // The kernel cannot go on from sums whose rows are no whole tiles.
                var second = _secondScratch.Span.Slice(share.Member * PanelScratch, panel.Length);
                OuterProduct(Output.Gradient, _sampleTangents, second, row, rows);
                for (var i = 0; i < second.Length; i++) panel[i] += second[i];
            }

            Sink.Deliver(_weight, row * _inputs, panel);
            LinearBias.Deliver(Sink, _bias, Output, _curvature is not null, Blocks, row, row + rows, scratch[(_panelRows * _inputs)..]);
        }
    }

    private void OuterProduct(Slab gradient, Slab samples, Span<float> panel, int row, int rows)
    {
        var left = new LeftFactor(_lanes, 1, _lanes, _outputs * _lanes);
        ProductKernel.Multiply(gradient.Span[(row * _lanes)..], left, samples.Span, _input.SampleStride, panel, _inputs, 0, rows, _inputs, Count, accumulate: false);
    }

    /// <summary>The input sample by sample, rows padded to <see cref="Activation.SampleStride"/>.</summary>
    private Slab Samples => _isNetworkInput ? _input.Samples : _samples;

    /// <summary>Rows of whole tiles for a member.</summary>
    private static (int From, int To) RowsOf(in Share share, int rows)
    {
        var (from, to) = share.Part((rows + ProductKernel.TileRows - 1) / ProductKernel.TileRows);
        return (from * ProductKernel.TileRows, Math.Min(rows, to * ProductKernel.TileRows));
    }
}
