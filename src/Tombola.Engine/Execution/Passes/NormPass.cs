using Tombola.Engine.Execution.Kernels;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Passes;

/// <summary>Batch norm, with the residual that is added to it and the rectifier that follows (Ioffe and Szegedy 2015, algorithm 1).</summary>
/// <remarks>
/// While training it has two parts in each direction: gathering sums over the whole mini-batch, then what depends on them. With N values in a channel, xc = x - mean and s = 1 / sqrt(variance + epsilon): dweight = s sum(dy xc), dbias = sum(dy),
/// dx = weight s (dy - sum(dy) / N - xc s^2 sum(dy xc) / N). Without a batch (evaluation) the running statistics take the place of the moments.
/// </remarks>
internal sealed class NormPass : Pass
{
    private readonly Parameter? _weight, _bias;
    private readonly Statistic _mean, _variance;
    private readonly Slab _weights;
    private readonly float[] _statistics, _centre, _inverse, _scale, _shift, _pivot, _weightGradient, _biasGradient;
    private readonly double[] _batchMean, _batchVariance, _plain, _squares;
    private readonly Action<int> _gather, _forward, _gatherGradient, _backward, _deliver;
    private readonly int _channels;
    private GradientSink _sink;
    private int _first, _end;

    /// <param name="layer">The batch norm.</param>
    /// <param name="space">The network's weights and statistics.</param>
    /// <param name="weights">The plan's weight vector.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="team">The threads.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What is normalised.</param>
    /// <param name="residual">What is added, or null.</param>
    public NormPass(BatchNormLayer layer, WeightSpace space, Slab weights, float[] statistics, ThreadTeam team, Activation output, Source input, Source? residual)
        : base(team, output, residual is null ? [input] : [input, residual.Value])
    {
        (_weights, _statistics, _channels) = (weights, statistics, layer.Output.Channels);
        if (layer.Affine) (_weight, _bias) = (space[$"{layer.Name}.weight"], space[$"{layer.Name}.bias"]);
        _mean = space.Statistic($"{layer.Name}.running_mean");
        _variance = space.Statistic($"{layer.Name}.running_var");
        (_centre, _inverse) = (new float[_channels], new float[_channels]);
        (_weightGradient, _biasGradient) = (new float[_channels], new float[_channels]);
        (_batchMean, _batchVariance) = (new double[_channels], new double[_channels]);
        (_plain, _squares, _pivot) = (new double[_channels], new double[_channels], new float[_channels]);
        (_scale, _shift) = (new float[_channels], new float[_channels]);
        (_gather, _forward, _deliver) = (GatherPart, ForwardPart, DeliverPart);
        (_gatherGradient, _backward) = (GatherGradientPart, BackwardPart);
    }

    /// <summary>Whether moments are those of the mini-batch.</summary>
    public required bool Training { get; init; }


    public override string Kernel => $"batch norm{(Inputs.Length > 1 ? " + residual" : "")}{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient => "batch norm backward",
        _ => _weight is null ? null : "scale and shift",
    };

    public override PassWork WorkOf(Phase phase)
    {
        // Forward: moments, normalise. Backward: two sums, the gradient. The residual is read, or its gradient written, besides.
        double elements = Elements(Output), extra = Inputs.Length > 1 ? elements : 0;
        return phase switch
        {
            Phase.Forward => new PassWork(6 * elements, 6 * elements, sizeof(float) * ((2 * elements) + extra)),
            Phase.InputGradient => new PassWork(9 * elements, 9 * elements, sizeof(float) * ((3 * elements) + (2 * extra))),
            _ => new PassWork(0, 0, sizeof(float) * 4.0 * _channels),
        };
    }

    public override bool ReadsInputsBackward => true;

    public override bool GradientInPlace => true;

    public override bool CanRecompute => Training && Inputs.Length == 1;

    /// <summary>Takes the moments of the last mini-batch into the running statistics.</summary>
    /// <param name="share">Their share.</param>
    public void UpdateStatistics(double share)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            Mix(ref _statistics[_mean.Offset + channel], _batchMean[channel]);
            Mix(ref _statistics[_variance.Offset + channel], _batchVariance[channel]);
        }

        void Mix(ref float running, double current) => running = (float)(((1 - share) * running) + (share * current));
    }

    /// <summary>Takes lane blocks into the moments of the mini-batch.</summary>
    public void Gather(int first, int end)
    {
        (_first, _end) = (first, end);
        Team.Run(_gather);
    }

    /// <summary>All lane blocks are gathered: the moments give scale and shift.</summary>
    public void EndGather()
    {
        var values = ValuesInChannel;
        for (var channel = 0; channel < _channels; channel++)
        {
            // Var x = E (x - p)^2 - (E x - p)^2 for any p; p is one of the values, so that little cancels.
            var shift = _plain[channel] / values;
            var variance = Math.Max(0, (_squares[channel] / values) - (shift * shift));
            SetMoments(channel, _pivot[channel] + shift, variance);

            // The variance of the population is estimated without bias, as PyTorch does; of a single value there is none.
            (_batchMean[channel], _batchVariance[channel]) = (_pivot[channel] + shift, values > 1 ? variance * values / (values - 1) : variance);
        }
    }

    /// <summary>Takes lane blocks into the sums that every gradient of the channel depends on.</summary>
    public void GatherGradient(int first, int end)
    {
        (_first, _end) = (first, end);
        Team.Run(_gatherGradient);
    }

    /// <summary>All lane blocks are gathered.</summary>
    public void EndGatherGradient()
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            double inverse = _inverse[channel];
            (_weightGradient[channel], _biasGradient[channel]) = ((float)(_squares[channel] * inverse), (float)_plain[channel]);
        }
    }

    public override void PrepareForward()
    {
        if (Training) return;
        for (var channel = 0; channel < _channels; channel++) SetMoments(channel, _statistics[_mean.Offset + channel], _statistics[_variance.Offset + channel]);
    }

    public override void FinishBackward(GradientSink sink)
    {
        if (_weight is null) return;
        _sink = sink;
        Team.Run(_deliver);
    }

    protected override void Forward() => Team.Run(_forward);

    protected override void InputGradient() => Team.Run(_backward);

    private double ValuesInChannel => (double)Count * Output.Shape.Rows * Output.Shape.Columns;

    private void SetMoments(int channel, double mean, double variance)
    {
        var inverse = 1 / Math.Sqrt(variance + BatchNormLayer.Epsilon);
        var scale = inverse * WeightOf(channel);
        (_centre[channel], _inverse[channel]) = ((float)mean, (float)inverse);
        (_scale[channel], _shift[channel]) = ((float)scale, (float)((_bias is null ? 0 : _weights.Span[_bias.Offset + channel]) - (mean * scale)));
    }

    private void GatherPart(int member)
    {
        var (from, to) = Team.Part(member, _channels);
        var x = Inputs[0].Activation;
        for (var channel = from; channel < to; channel++)
        {
            if (_first == 0) (_pivot[channel], _plain[channel], _squares[channel]) = (x.Plane(x.Values, 0, channel)[0], 0, 0);
            for (var block = _first; block < _end; block++)
            {
                var sums = NormKernels.Sums(x.Plane(x.Values, block, channel), SamplesIn(block), _pivot[channel]);
                (_plain[channel], _squares[channel]) = (_plain[channel] + sums.Plain, _squares[channel] + sums.Squares);
            }
        }
    }

    private void ForwardPart(int member)
    {
        var (from, to) = Team.Part(member, _channels);
        var x = Inputs[0].Activation;
        for (var channel = from; channel < to; channel++)
        {
            for (var block = FirstBlock; block < EndBlock; block++)
            {
                var residual = Inputs.Length > 1 ? Inputs[1].Activation.Plane(Inputs[1].Activation.Values, block, channel) : default;
                NormKernels.Normalise(
                    x.Plane(x.Values, block, channel), _scale[channel], _shift[channel], residual, Output.Plane(Output.Values, block, channel), Output.Rectified);
            }
        }
    }

    private void GatherGradientPart(int member)
    {
        var (from, to) = Team.Part(member, _channels);
        var x = Inputs[0].Activation;
        for (var channel = from; channel < to; channel++)
        {
            if (_first == 0) (_plain[channel], _squares[channel]) = (0, 0);
            for (var block = _first; block < _end; block++)
            {
                var sums = NormKernels.GradientSums(Output.Plane(Output.Gradient, block, channel), x.Plane(x.Values, block, channel), _centre[channel]);
                (_plain[channel], _squares[channel]) = (_plain[channel] + sums.Plain, _squares[channel] + sums.Centred);
            }
        }
    }

    private void BackwardPart(int member)
    {
        var (from, to) = Team.Part(member, _channels);
        var x = Inputs[0].Activation;
        for (var channel = from; channel < to; channel++)
        {
            double inverse = _inverse[channel], scale = WeightOf(channel) * inverse;
            var (b, c) = (-scale * inverse * inverse * _squares[channel] / ValuesInChannel, -scale * _plain[channel] / ValuesInChannel);
            for (var block = FirstBlock; block < EndBlock; block++)
            {
                var gradient = Output.Plane(Output.Gradient, block, channel);
                if (Inputs.Length > 1 && Inputs[1].WantsGradient)
                {
                    var r = Inputs[1].Activation;
                    MapKernels.Pass(gradient, r.Rectified ? r.Plane(r.Values, block, channel) : default, r.Plane(r.Gradient, block, channel), Inputs[1].Accumulate);
                }

                if (!Inputs[0].WantsGradient) continue;
                NormKernels.InputGradient(
                    gradient,
                    x.Plane(x.Values, block, channel),
                    _centre[channel],
                    (float)scale,
                    (float)b,
                    (float)c,
                    x.Plane(x.Gradient, block, channel),
                    SamplesIn(block),
                    Inputs[0].Accumulate);
                if (x.Rectified) LaneKernels.RectifyGradient(x.Plane(x.Gradient, block, channel), x.Plane(x.Values, block, channel));
            }
        }
    }

    private void DeliverPart(int member)
    {
        var (from, to) = Team.Part(member, _channels);
        _sink.Take(_weight!.Offset + from, _weightGradient.AsSpan(from, to - from));
        _sink.Take(_bias!.Offset + from, _biasGradient.AsSpan(from, to - from));
    }

    private double WeightOf(int channel) => _weight is null ? 1 : _weights.Span[_weight.Offset + channel];
}
