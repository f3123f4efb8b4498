using Tombola.Engine.Execution.Kernels;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>A linear layer with its bias and, fused into the same pass, the ReLU that follows it.</summary>
/// <remarks>
/// N samples in lanes, C inputs, K outputs. Forward Y = W X and data gradient dX = W' dY multiply weights by lanes; the weight gradient
/// dW = dY X' multiplies by rows of samples, so that no sum runs across a vector. The optimiser follows each panel of dW while the panel is still in the
/// second-level cache.
/// </remarks>
internal sealed class LinearPass
{
    /// <summary>Depth of a forward panel: 112 rows of 64 lanes are 28 KB and stay in the first-level cache while all row tiles pass.</summary>
    private const int PanelDepth = 112;

    /// <summary>Floats of a weight-gradient panel: 160 KB, so that it is still in the second-level cache when the optimiser reads it.</summary>
    private const int PanelFloats = 40_000;

    private readonly Activation _input, _output;
    private readonly Parameter _weight, _bias;
    private readonly Slab _weights, _scratch;
    private readonly ThreadTeam _team;
    private readonly int _inputs, _outputs, _lanes, _panelRows;
    private readonly bool _needsInputGradient;
    private readonly Action<int> _forward, _inputGradient, _transpose, _weightGradient;
    private int _count;
    private GradientSink _sink;

    public LinearPass(LinearLayer layer, WeightSpace space, Slab weights, Activation input, Activation output, int lanes, bool training, Arena arena, ThreadTeam team)
    {
        (_input, _output, _weights, _lanes, _team) = (input, output, weights, lanes, team);
        (_inputs, _outputs) = (layer.Inputs, layer.Outputs);
        _weight = space[$"{layer.Name}.weight"];
        _bias = space[$"{layer.Name}.bias"];
        _needsInputGradient = !input.Gradient.IsEmpty;

        // Panels of whole tiles, at least one a member.
        var tiles = (_outputs + ProductKernel.TileRows - 1) / ProductKernel.TileRows;
        var perMember = (tiles + team.Size - 1) / team.Size;
        _panelRows = ProductKernel.TileRows * Math.Clamp(PanelFloats / (ProductKernel.TileRows * _inputs), 1, perMember);
        _scratch = training ? arena.Take(team.Size * ((_panelRows * _inputs) + Lanes.RoundUp(_panelRows))) : default;
        (_forward, _inputGradient, _transpose, _weightGradient) = (Forward, InputGradient, Transpose, WeightGradient);
    }

    /// <summary>Computes the output for <paramref name="count"/> samples.</summary>
    public void RunForward(int count)
    {
        _count = count;
        _team.Run(_forward);
    }

    /// <summary>From the output's gradient: the input's gradient first, while the weights are still those of the forward pass, then the weights' own.</summary>
    public void RunBackward(int count, GradientSink sink)
    {
        (_count, _sink) = (count, sink);
        if (_needsInputGradient)
        {
            _team.Run(_inputGradient);
            _team.Run(_transpose);
        }

        _team.Run(_weightGradient);
    }

    private int Blocks => (_count + _lanes - 1) / _lanes;

    private void Forward(int member)
    {
        var (from, to) = RowsOf(member, _outputs);
        if (from == to) return;
        var left = new LeftFactor(_inputs, 1);
        var weights = _weight.Of((ReadOnlySpan<float>)_weights.Span);
        for (var k = 0; k < _inputs; k += PanelDepth)
        {
            var depth = Math.Min(PanelDepth, _inputs - k);
            for (var block = 0; block < Blocks; block++)
            {
                ProductKernel.Multiply(
                    weights[k..], left, ValuesOf(_input, block)[(k * _lanes)..], _lanes, ValuesOf(_output, block), _lanes, from, to, _lanes, depth, accumulate: k > 0);
            }
        }

        for (var block = 0; block < Blocks; block++)
        {
            LaneKernels.AddBias(ValuesOf(_output, block), _bias.Of((ReadOnlySpan<float>)_weights.Span), from, to, _lanes, _output.Rectified);
        }
    }

    private void InputGradient(int member)
    {
        var (from, to) = RowsOf(member, _inputs);
        if (from == to) return;
        var left = new LeftFactor(1, _inputs);
        var weights = _weight.Of((ReadOnlySpan<float>)_weights.Span);
        for (var block = 0; block < Blocks; block++)
        {
            var gradient = GradientOf(_input, block);
            for (var k = 0; k < _outputs; k += PanelDepth)
            {
                var depth = Math.Min(PanelDepth, _outputs - k);
                ProductKernel.Multiply(
                    weights[(k * _inputs)..], left, GradientOf(_output, block)[(k * _lanes)..], _lanes, gradient, _lanes, from, to, _lanes, depth, accumulate: k > 0);
            }

            var run = (from * _lanes)..(to * _lanes);
            if (_input.Rectified) LaneKernels.RectifyGradient(gradient[run], ValuesOf(_input, block)[run]);
        }
    }

    private void Transpose(int member)
    {
        for (var block = 0; block < Blocks; block++)
        {
            var samples = Math.Min(_lanes, _count - (block * _lanes));
            var (from, to) = _team.Part(member, samples);
            LaneKernels.Transpose(ValuesOf(_input, block), _lanes, _input.Samples.Span[(block * _lanes * _input.Stride)..], _input.Stride, _inputs, from, to);
        }
    }

    private void WeightGradient(int member)
    {
        var (from, to) = RowsOf(member, _outputs);
        var left = new LeftFactor(_lanes, 1, _lanes, _outputs * _lanes);
        var scratch = _scratch.Span.Slice(member * (_scratch.Length / _team.Size), _scratch.Length / _team.Size);
        for (var row = from; row < to; row += _panelRows)
        {
            var rows = Math.Min(_panelRows, to - row);
            var panel = _sink.Panel(_weight.Offset + (row * _inputs), rows * _inputs, scratch);
            ProductKernel.Multiply(
                _output.Gradient.Span[(row * _lanes)..], left, _input.Samples.Span, _input.Stride, panel, _inputs, 0, rows, _inputs, _count, accumulate: false);
            _sink.Deliver(_weight.Offset + (row * _inputs), panel);

            var bias = _sink.Panel(_bias.Offset + row, rows, scratch[(_panelRows * _inputs)..]);
            for (var block = 0; block < Blocks; block++)
            {
                LaneKernels.SumLanes(GradientOf(_output, block)[(row * _lanes)..], bias, 0, rows, _lanes, accumulate: block > 0);
            }

            _sink.Deliver(_bias.Offset + row, bias);
        }
    }

    /// <summary>Rows of whole tiles for a member.</summary>
    private (int From, int To) RowsOf(int member, int rows)
    {
        var (from, to) = _team.Part(member, (rows + ProductKernel.TileRows - 1) / ProductKernel.TileRows);
        return (from * ProductKernel.TileRows, Math.Min(rows, to * ProductKernel.TileRows));
    }

    private Span<float> ValuesOf(Activation activation, int block) => activation.Values.Span.Slice(block * activation.Shape.Count * _lanes, activation.Shape.Count * _lanes);

    private Span<float> GradientOf(Activation activation, int block) =>
        activation.Gradient.Span.Slice(block * activation.Shape.Count * _lanes, activation.Shape.Count * _lanes);
}
