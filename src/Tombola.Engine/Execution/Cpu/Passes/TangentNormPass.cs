using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>Batch norm in a <see cref="CurvaturePlan"/>, with the rectifier that follows: where scale and shift may move, or the mini-batch's moments do.</summary>
/// <remarks>
/// N values a channel, x with derivative dx along the direction, u = x - mean, s = 1 / sqrt(variance + epsilon), g the scale. With the mini-batch's moments these move, too:
/// d mean = sum(dx) / N and ds = -s^3 sum(u dx) / N; with running statistics they do not. Forward: y = g s u + shift, dy = g s (dx - d mean) + (g ds + dg s) u + d shift.
/// Backward, q the gradient that comes and dq its derivative, S = sum(q), C = sum(q u), T = sum(dq), D = sum(dq u) + sum(q (dx - d mean)), G = q - S / N - u s^2 C / N: the
/// input's gradient is g s G, and its derivative (dg s + g ds) G + g s (dq - T / N - (dx - d mean) s^2 C / N - u (2 s ds C + s^2 D) / N); with running statistics the terms
/// over N are not there. The scale's gradient s C becomes ds C + s D, the shift's S becomes T. A Gauss-Newton product is all this with q = 0.
/// </remarks>
internal sealed class TangentNormPass : ChannelNormPass
{
    private readonly CurvatureTerms _terms;
    private readonly Moments[] _moments;
    private readonly Sums[] _sums;

    /// <param name="layer">The batch norm.</param>
    /// <param name="weights">The plan's weights and direction.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="output">The result.</param>
    /// <param name="input">What is normalised.</param>
    /// <param name="terms">Which products are wanted.</param>
    public TangentNormPass(BatchNormLayer layer, PlanWeights weights, float[] statistics, Activation output, Source input, CurvatureTerms terms)
        : base(layer, weights, statistics, output, input)
    {
        (_terms, _moments) = (terms, new Moments[Channels]);
        _sums = new Sums[output.Blocks * Channels];
    }

    public override string Kernel => $"batch norm{(Output.Rectified ? " + ReLU" : "")}";

    public override bool MakesTangent => true;

    public override bool NeedsWholeBatch => true;

    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.PrepareForward => _terms.BatchStatistics ? 0 : 1,
        PassTask.CollectSums or PassTask.JoinSums => _terms.BatchStatistics ? 1 : 0,
        PassTask.PrepareBackward or PassTask.WeightGradient => 0,
        PassTask.UpdateWeights => Weight is null ? 0 : 1,
        _ => 1,
    };

    protected override void UseRunning(int channel, double mean, double variance) => _moments[channel] = new Moments(mean, Inverse(variance), 0, 0);

    private static double Inverse(double variance) => 1 / Math.Sqrt(variance + BatchNormLayer.Epsilon);

    private double Scale(int channel) => Weight is null ? 1 : Weights.Of(Weight)[channel];

    private double ScaleTangent(int channel) => Weight is null ? 0 : Weights.DirectionOf(Weight)[channel];

    /// <summary>Moments of a group of lane blocks, and sums of dx and of dx (x - p) for a value p of it.</summary>
    protected override void CollectSums(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        var pivot = x.Plane(x.Values, share.First, channel)[0];
        var (plain, squares, tangents, cross, values) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var block = share.First; block < share.End; block++)
        {
            var plane = x.Plane(x.Values, block, channel);
            var sums = NormKernels.Sums(plane, SamplesIn(block), pivot);
            (plain, squares, values) = (plain + sums.Plain, squares + sums.Squares, values + ValuesIn(SamplesIn(block)));
            if (!x.HasTangent) continue;
            var moved = NormTangentKernels.Sums(x.Plane(x.Tangent, block, channel), plane, pivot, SamplesIn(block));
            (tangents, cross) = (tangents + moved.Plain, cross + moved.Centred);
        }

        _sums[(share.Group * Channels) + channel] = new Sums(values, pivot + (plain / values), squares - (plain * plain / values), tangents, cross + (pivot * tangents));
    }

    protected override void JoinSums(int channel, int groups)
    {
        var values = ValuesIn(Count);
        var (mean, tangents, cross) = (0.0, 0.0, 0.0);
        for (var group = 0; group < groups; group++)
        {
            var sums = _sums[(group * Channels) + channel];
            mean += sums.Values * sums.First / values;
            (tangents, cross) = (tangents + sums.Third, cross + sums.Fourth);
        }

        var squares = 0.0;
        for (var group = 0; group < groups; group++)
        {
            var sums = _sums[(group * Channels) + channel];
            squares += sums.Second + (sums.Values * (sums.First - mean) * (sums.First - mean));
        }

        var inverse = Inverse(Math.Max(0, squares / values));
        _moments[channel] = new Moments(mean, inverse, tangents / values, -inverse * inverse * inverse * (cross - (mean * tangents)) / values);
    }

    protected override void Forward(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        var (moments, scale, shift) = (_moments[channel], Scale(channel), Bias is null ? 0 : Weights.Of(Bias)[channel]);
        var a = scale * moments.Inverse;
        var b = (scale * moments.InverseTangent) + (ScaleTangent(channel) * moments.Inverse);
        var c = (Bias is null ? 0 : Weights.DirectionOf(Bias)[channel]) - (a * moments.MeanTangent);
        for (var block = share.First; block < share.End; block++)
        {
            var values = x.Plane(x.Values, block, channel);
            var output = Output.Plane(Output.Values, block, channel);
            NormKernels.Normalise(values, (float)a, (float)(shift - (moments.Mean * a)), default, output, Output.Rectified);
            var tangent = Output.Plane(Output.Tangent, block, channel);
            NormTangentKernels.Forward(x.HasTangent ? x.Plane(x.Tangent, block, channel) : default, values, (float)moments.Mean, (float)a, (float)b, (float)c, tangent);
            if (Output.Rectified) LaneKernels.RectifyGradient(tangent, output);
        }
    }

    /// <summary>S, C, T and D over a group of lane blocks. Lanes that do not count have gradients of zero, but any dx.</summary>
    protected override void CollectGradientSums(int channel, in Share share)
    {
        var x = Inputs[0].Activation;
        var (mean, meanTangent) = ((float)_moments[channel].Mean, (float)_moments[channel].MeanTangent);
        var (s, c, t, d) = (0.0, 0.0, 0.0, 0.0);
        for (var block = share.First; block < share.End; block++)
        {
            var values = x.Plane(x.Values, block, channel);
            var second = NormKernels.GradientSums(Output.Plane(Output.GradientTangent, block, channel), values, mean);
            (t, d) = (t + second.Plain, d + second.Centred);
            if (_terms.GaussNewton) continue;
            var gradient = Output.Plane(Output.Gradient, block, channel);
            var first = NormTangentKernels.Sums(gradient, values, mean, SamplesIn(block));
            (s, c) = (s + first.Plain, c + first.Centred);
            if (x.HasTangent) d += NormTangentKernels.Sums(gradient, x.Plane(x.Tangent, block, channel), meanTangent, SamplesIn(block)).Centred;
        }

        _sums[(share.Group * Channels) + channel] = new Sums(0, s, c, t, d);
    }

    protected override void JoinGradientSums(int channel, int groups)
    {
        var total = new Sums(ValuesIn(Count), 0, 0, 0, 0);
        for (var group = 0; group < groups; group++)
        {
            var sums = _sums[(group * Channels) + channel];
            total = new Sums(total.Values, total.First + sums.First, total.Second + sums.Second, total.Third + sums.Third, total.Fourth + sums.Fourth);
        }

        _sums[channel] = total;
        var moments = _moments[channel];
        WeightGradient[channel] = (float)((moments.InverseTangent * total.Second) + (moments.Inverse * total.Fourth));
        BiasGradient[channel] = (float)total.Third;
    }

    protected override void InputGradient(int channel, in Share share)
    {
        var input = Inputs[0];
        if (!input.WantsGradient) return;
        var (x, moments) = (input.Activation, _moments[channel]);
        var (sums, inverse) = (_sums[channel], moments.Inverse);
        var first = Scale(channel) * inverse;
        var second = (ScaleTangent(channel) * inverse) + (Scale(channel) * moments.InverseTangent);
        var part = _terms.BatchStatistics ? 1 / sums.Values : 0;
        var square = inverse * inverse;
        var (u, one) = (-square * sums.Second * part, -sums.First * part);
        var tangentPart = first * u;
        var with = new NormTangentKernels.Coefficients(
            (float)first,
            (float)second,
            (float)((second * u) - (first * ((2 * inverse * moments.InverseTangent * sums.Second) + (square * sums.Fourth)) * part)),
            (float)tangentPart,
            (float)((second * one) - (first * sums.Third * part) - (tangentPart * moments.MeanTangent)));
        for (var block = share.First; block < share.End; block++)
        {
            // Both may lie where what comes lies: the derivative, which needs the gradient that comes, goes first.
            var values = x.Plane(x.Values, block, channel);
            var gradient = _terms.GaussNewton ? default : Output.Plane(Output.Gradient, block, channel);
            var tangent = x.HasTangent && !_terms.GaussNewton ? x.Plane(x.Tangent, block, channel) : default;
            var result = x.Plane(x.GradientTangent, block, channel);
            NormTangentKernels.Backward(
                Output.Plane(Output.GradientTangent, block, channel), gradient, values, tangent, (float)moments.Mean, with, result, SamplesIn(block), input.Accumulate);
            if (x.Rectified) LaneKernels.RectifyGradient(result, values);
            if (x.Gradient.IsEmpty) continue;
            result = x.Plane(x.Gradient, block, channel);
            NormKernels.InputGradient(gradient, values, (float)moments.Mean, (float)first, (float)tangentPart, (float)(first * one), result, SamplesIn(block), input.Accumulate);
            if (x.Rectified) LaneKernels.RectifyGradient(result, values);
        }
    }

    /// <summary>What a channel is normalised by, and how that moves along the direction.</summary>
    private readonly record struct Moments(double Mean, double Inverse, double MeanTangent, double InverseTangent);

    /// <summary>Sums over a group of lane blocks of one channel.</summary>
    /// <param name="Values">How many values there are.</param>
    /// <param name="First">Forward: mean of x. Backward: S.</param>
    /// <param name="Second">Forward: sum of squares about it. Backward: C.</param>
    /// <param name="Third">Forward: sum of dx. Backward: T.</param>
    /// <param name="Fourth">Forward: sum of x dx. Backward: D.</param>
    private readonly record struct Sums(double Values, double First, double Second, double Third, double Fourth);
}
