using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A batch norm as a pass: channel by channel, with sums over the whole mini-batch between its tasks.</summary>
internal abstract class ChannelNormPass : Pass
{
    private readonly float[] _statistics;
    private readonly RunningStatistic _mean, _variance;

    /// <param name="layer">The batch norm.</param>
    /// <param name="weights">The plan's weights.</param>
    /// <param name="statistics">The plan's running statistics.</param>
    /// <param name="output">The result.</param>
    /// <param name="inputs">What is normalised, and what else is read.</param>
    protected ChannelNormPass(BatchNormLayer layer, PlanWeights weights, float[] statistics, Activation output, params Source[] inputs)
        : base(output, inputs)
    {
        (Weights, _statistics, Channels) = (weights, statistics, layer.Output.Channels);
        if (layer.Affine) (Weight, Bias) = (weights[$"{layer.Name}.weight"], weights[$"{layer.Name}.bias"]);
        _mean = weights.Space.RunningStatistic($"{layer.Name}.running_mean");
        _variance = weights.Space.RunningStatistic($"{layer.Name}.running_var");
        (WeightGradient, BiasGradient) = (new float[Channels], new float[Channels]);
    }

    public override bool ReadsInputsBackward => true;

    public override bool GradientInPlace => true;

    /// <summary>Channels.</summary>
    protected int Channels { get; }

    /// <summary>The plan's weights.</summary>
    protected PlanWeights Weights { get; }

    /// <summary>The scale, or null.</summary>
    protected StoredParameter? Weight { get; }

    /// <summary>The shift, or null.</summary>
    protected StoredParameter? Bias { get; }

    /// <summary>What goes to the gradient of the scale.</summary>
    protected float[] WeightGradient { get; }

    /// <summary>What goes to the gradient of the shift.</summary>
    protected float[] BiasGradient { get; }

    public override bool IsSmall(PassTask task) =>
        task is PassTask.PrepareForward or PassTask.JoinSums or PassTask.JoinGradientSums or PassTask.UpdateWeights;

    public override void Run(PassTask task, int stage, in Share share)
    {
        var (from, to) = share.Part(Channels);
        if (task == PassTask.UpdateWeights && from < to)
        {
            Sink.Take(Weight!, from, WeightGradient.AsSpan(from, to - from));
            Sink.Take(Bias!, from, BiasGradient.AsSpan(from, to - from));
            return;
        }

        for (var channel = from; channel < to; channel++)
        {
            switch (task)
            {
                case PassTask.PrepareForward:
                    UseRunning(channel, RunningMean(channel), RunningVariance(channel));
                    break;
                case PassTask.CollectSums:
                    CollectSums(channel, share);
                    break;
                case PassTask.JoinSums:
                    JoinSums(channel, share.Group);
                    break;
                case PassTask.Forward:
                    Forward(channel, share);
                    break;
                case PassTask.CollectGradientSums:
                    CollectGradientSums(channel, share);
                    break;
                case PassTask.JoinGradientSums:
                    JoinGradientSums(channel, share.Group);
                    break;
                default:
                    InputGradient(channel, share);
                    break;
            }
        }
    }

    /// <summary>Running mean of a channel.</summary>
    protected ref float RunningMean(int channel) => ref _statistics[_mean.Offset + channel];

    /// <summary>Running variance of a channel.</summary>
    protected ref float RunningVariance(int channel) => ref _statistics[_variance.Offset + channel];

    /// <summary>Values of so many samples in one channel.</summary>
    protected double ValuesIn(int samples) => (double)samples * Output.Shape.Rows * Output.Shape.Columns;

    /// <summary>Takes running statistics in the place of the mini-batch's.</summary>
    protected abstract void UseRunning(int channel, double mean, double variance);

    /// <summary>Forward sums of a group of lane blocks.</summary>
    protected abstract void CollectSums(int channel, in Share share);

    /// <summary>All groups are gathered.</summary>
    protected abstract void JoinSums(int channel, int groups);

    /// <summary>The output in some lane blocks.</summary>
    protected abstract void Forward(int channel, in Share share);

    /// <summary>Backward sums of a group of lane blocks.</summary>
    protected abstract void CollectGradientSums(int channel, in Share share);

    /// <summary>All groups are gathered; the gradients of scale and shift follow.</summary>
    protected abstract void JoinGradientSums(int channel, int groups);

    /// <summary>The inputs' gradients in some lane blocks.</summary>
    protected abstract void InputGradient(int channel, in Share share);
}
