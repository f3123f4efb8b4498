using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>The end of a plan: labels, and from the logits what each sample of a mini-batch lost.</summary>
/// <param name="network">The architecture.</param>
/// <param name="logits">Its output.</param>
/// <param name="batch">Most samples.</param>
internal sealed class LossHead(Network network, Activation logits, int batch)
{
    private readonly int _classes = network.Classes, _lanes = logits.Lanes;
    private readonly float[] _losses = new float[logits.Lanes * logits.Blocks];
    private readonly byte[] _hits = new byte[logits.Lanes * logits.Blocks];

    /// <summary>Class of each sample, 0 ... classes - 1. The caller fills it.</summary>
    public int[] Labels { get; } = new int[batch];

    /// <summary>Loss of each sample, nats.</summary>
    public ReadOnlySpan<float> Losses(int count) => _losses.AsSpan(0, count);

    /// <summary>1 for each sample that was classified correctly, else 0.</summary>
    public ReadOnlySpan<byte> Hits(int count) => _hits.AsSpan(0, count);

    /// <summary>Logit of a class for a sample; both must exist.</summary>
    public float Logit(int sample, int label)
    {
        var (block, lane) = Math.DivRem(sample, _lanes);
        return logits.Values.Span[(((block * _classes) + label) * _lanes) + lane];
    }

    /// <summary>The loss kernel finds a label's logit without looking: a wrong label would read and write somebody else's memory.</summary>
    /// <exception cref="InvalidOperationException">A label is no class.</exception>
    public void CheckLabels(int count)
    {
        for (var n = 0; n < count; n++)
        {
            if ((uint)Labels[n] >= (uint)_classes) throw new InvalidOperationException($"The label of sample {n} is {Labels[n]}; {network.Name} has classes 0 to {_classes - 1}.");
        }
    }

    /// <summary>Losses and hits from the logits, and the gradient of the mean loss with respect to them if it is wanted.</summary>
    public BatchLoss Run(int count, bool withGradient) => Run(count, withGradient, 1f / count);

    /// <summary>Losses and hits from the logits, the gradient of the sum of the losses with respect to them, and its derivative along that of the logits.</summary>
    public BatchLoss RunWithTangent(int count)
    {
        var loss = Run(count, withGradient: true, scale: 1);
        var size = _classes * _lanes;
        for (var first = 0; first < count; first += _lanes)
        {
            var run = (first / _lanes * size)..((first / _lanes * size) + size);
            SoftmaxTangent.Run(
                logits.Gradient.Span[run], Labels.AsSpan(first, Math.Min(_lanes, count - first)), _classes, _lanes, logits.Tangent.Span[run], logits.GradientTangent.Span[run]);
        }

        // The softmax needed the gradient of the logits themselves.
        if (!logits.Rectified) return loss;
        LaneKernels.RectifyGradient(logits.Gradient.Span, logits.Values.Span);
        LaneKernels.RectifyGradient(logits.GradientTangent.Span, logits.Values.Span);
        return loss;
    }

    private BatchLoss Run(int count, bool withGradient, float scale)
    {
        var (sum, hits) = (0.0, 0);
        var size = _classes * _lanes;
        for (var first = 0; first < count; first += _lanes)
        {
            var samples = Math.Min(_lanes, count - first);
            var run = (first / _lanes * size)..((first / _lanes * size) + size);
            SoftmaxCrossEntropy.Run(
                logits.Values.Span[run],
                Labels.AsSpan(first, samples),
                _classes,
                _lanes,
                _losses.AsSpan(first),
                _hits.AsSpan(first),
                withGradient ? logits.Gradient.Span[run] : default,
                scale);
            for (var n = first; n < first + samples; n++)
            {
                sum += _losses[n];
                hits += _hits[n];
            }
        }

        if (withGradient && logits.Rectified && !logits.HasTangent) LaneKernels.RectifyGradient(logits.Gradient.Span, logits.Values.Span);
        return new BatchLoss(count, sum, hits);
    }
}
