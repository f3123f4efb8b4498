using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>Batch norm, with the residual that is added to it and the rectifier that follows (Ioffe and Szegedy 2015, algorithm 1).</summary>
/// <remarks>
/// While training it has two parts in each direction: gathering sums over the whole mini-batch, then what depends on them. With N values in a channel,
/// xc = x - mean and s = 1 / sqrt(variance + epsilon): dweight = s sum(dy xc), dbias = sum(dy),
/// dx = weight s (dy - sum(dy) / N - xc s^2 sum(dy xc) / N). Without a batch (evaluation) the running statistics take the place of the moments.
/// </remarks>
internal sealed class NormPass : ChannelNormPass
{
    private readonly float[] _centre, _inverse, _scale, _shift;
    private readonly double[] _batchMean, _batchVariance;
    private readonly ChannelSums[] _sums;

    /// <param name="layer">The batch norm.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What is normalised.</param>
    /// <param name="residual">What is added, or null.</param>
    public NormPass(BatchNormLayer layer, PlanWeights weights, float[] statistics, Activation output, Source input, Source? residual)
        : base(layer, weights, statistics, output, residual is null ? [input] : [input, residual.Value])
    {
        (_centre, _inverse) = (new float[Channels], new float[Channels]);
        (_scale, _shift) = (new float[Channels], new float[Channels]);
        (_batchMean, _batchVariance) = (new double[Channels], new double[Channels]);
        _sums = new ChannelSums[output.Blocks * Channels];
    }

    /// <summary>Whether moments are those of the mini-batch.</summary>
    public required bool Training { get; init; }

    public override string Kernel => $"batch norm{(Inputs.Length > 1 ? " + residual" : "")}{(Output.Rectified ? " + ReLU" : "")}";

    public override string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient => "batch norm backward",
        _ => Weight is null ? null : "scale and shift",
    };

    public override PassWork WorkOf(Phase phase)
    {
        // Forward: moments, normalise. Backward: two sums, the gradient. The residual is read, or its gradient written, besides.
        double elements = Elements(Output), extra = Inputs.Length > 1 ? elements : 0;
        return phase switch
        {
            Phase.Forward => new PassWork(6 * elements, 6 * elements, sizeof(float) * ((2 * elements) + extra)),
            Phase.InputGradient => new PassWork(9 * elements, 9 * elements, sizeof(float) * ((3 * elements) + (2 * extra))),
            _ => new PassWork(0, 0, sizeof(float) * 4.0 * Channels),
        };
    }

    public override bool NeedsWholeBatch => Training;

    public override bool CanRecompute => Training && Inputs.Length == 1;

    /// <summary>Takes the moments of the last mini-batch into the running statistics.</summary>
    /// <param name="share">Their share.</param>
    public void UpdateStatistics(double share)
    {
        for (var channel = 0; channel < Channels; channel++)
        {
            Mix(ref RunningMean(channel), _batchMean[channel]);
            Mix(ref RunningVariance(channel), _batchVariance[channel]);
        }

        void Mix(ref float running, double current) => running = (float)(((1 - share) * running) + (share * current));
    }

    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.PrepareForward => Training ? 0 : 1,
        PassTask.PrepareBackward or PassTask.WeightGradient => 0,
        PassTask.UpdateWeights => Weight is null ? 0 : 1,
        _ => 1,
    };

    private double WeightOf(int channel) => Weight is null ? 1 : Weights.Of(Weight)[channel];

    protected override void UseRunning(int channel, double mean, double variance) => SetMoments(channel, mean, variance);

    private void SetMoments(int channel, double mean, double variance)
    {
        var inverse = 1 / Math.Sqrt(variance + BatchNormLayer.Epsilon);
        var scale = inverse * WeightOf(channel);
        (_centre[channel], _inverse[channel]) = ((float)mean, (float)inverse);
        (_scale[channel], _shift[channel]) = ((float)scale, (float)((Bias is null ? 0 : Weights.Of(Bias)[channel]) - (mean * scale)));
    }

    /// <summary>Mean and sum of squares about it of a group of lane blocks.</summary>
    protected override void CollectSums(int channel, in Share share)
    {
        // sum (x - m)^2 = sum (x - p)^2 - (sum (x - p))^2 / n for any p; if p is one of the values, little cancels.
        var x = Inputs[0].Activation;
        var pivot = x.Plane(x.Values, share.First, channel)[0];
        var (plain, squares, values) = (0.0, 0.0, 0.0);
        for (var block = share.First; block < share.End; block++)
        {
            var sums = NormKernels.Sums(x.Plane(x.Values, block, channel), SamplesIn(block), pivot);
            (plain, squares, values) = (plain + sums.Plain, squares + sums.Squares, values + ValuesIn(SamplesIn(block)));
        }

        _sums[(share.Group * Channels) + channel] = new ChannelSums(values, pivot + (plain / values), squares - (plain * plain / values));
    }

    /// <summary>All groups are gathered: their moments make those of the mini-batch (Chan et al. 1983), which give scale and shift.</summary>
    protected override void JoinSums(int channel, int groups)
    {
        var values = ValuesIn(Count);
        var mean = 0.0;
        for (var group = 0; group < groups; group++) mean += _sums[(group * Channels) + channel].Values * _sums[(group * Channels) + channel].First / values;
        var squares = 0.0;
        for (var group = 0; group < groups; group++)
        {
            var sums = _sums[(group * Channels) + channel];
            squares += sums.Second + (sums.Values * (sums.First - mean) * (sums.First - mean));
        }

        var variance = Math.Max(0, squares / values);
        SetMoments(channel, mean, variance);

        // The variance of the population is estimated without bias, as PyTorch does; of a single value there is none.
        (_batchMean[channel], _batchVariance[channel]) = (mean, values > 1 ? variance * values / (values - 1) : variance);
    }

    protected override void Forward(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        for (var block = share.First; block < share.End; block++)
        {
            var residual = Inputs.Length > 1 ? Inputs[1].Activation.Plane(Inputs[1].Activation.Values, block, channel) : default;
            NormKernels.Normalise(
                x.Plane(x.Values, block, channel), _scale[channel], _shift[channel], residual, Output.Plane(Output.Values, block, channel), Output.Rectified);
        }
    }

    protected override void CollectGradientSums(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        var (plain, centred) = (0.0, 0.0);
        for (var block = share.First; block < share.End; block++)
        {
            var sums = NormKernels.GradientSums(Output.Plane(Output.Gradient, block, channel), x.Plane(x.Values, block, channel), _centre[channel]);
            (plain, centred) = (plain + sums.Plain, centred + sums.Centred);
        }

        _sums[(share.Group * Channels) + channel] = new ChannelSums(0, plain, centred);
    }

    protected override void JoinGradientSums(int channel, int groups)
    {
        var (plain, centred) = (0.0, 0.0);
        for (var group = 0; group < groups; group++)
        {
            var sums = _sums[(group * Channels) + channel];
            (plain, centred) = (plain + sums.First, centred + sums.Second);
        }

        _sums[channel] = new ChannelSums(ValuesIn(Count), plain, centred);
        (WeightGradient[channel], BiasGradient[channel]) = ((float)(centred * _inverse[channel]), (float)plain);
    }

    protected override void InputGradient(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        var sums = _sums[channel];
        double inverse = _inverse[channel], scale = WeightOf(channel) * inverse;
        var (b, c) = ((float)(-scale * inverse * inverse * sums.Second / sums.Values), (float)(-scale * sums.First / sums.Values));
        for (var block = share.First; block < share.End; block++)
        {
            var gradient = Output.Plane(Output.Gradient, block, channel);
            if (Inputs.Length > 1 && Inputs[1].WantsGradient)
            {
                var r = Inputs[1].Activation;
                MapKernels.Pass(gradient, r.Rectified ? r.Plane(r.Values, block, channel) : default, r.Plane(r.Gradient, block, channel), Inputs[1].Accumulate);
            }

            if (!Inputs[0].WantsGradient) continue;
            var values = x.Plane(x.Values, block, channel);
            var result = x.Plane(x.Gradient, block, channel);
            NormKernels.InputGradient(gradient, values, _centre[channel], (float)scale, b, c, result, SamplesIn(block), Inputs[0].Accumulate);
            if (x.Rectified) LaneKernels.RectifyGradient(result, values);
        }
    }

    /// <summary>Sums over a group of lane blocks of one channel.</summary>
    /// <param name="Values">Forward: how many values there are. After the end of the backward gathering: in the whole mini-batch.</param>
    /// <param name="First">Forward: their mean. Backward: sum of dy.</param>
    /// <param name="Second">Forward: sum of squares about the mean. Backward: sum of dy (x - mean).</param>
    private readonly record struct ChannelSums(double Values, double First, double Second);
}
