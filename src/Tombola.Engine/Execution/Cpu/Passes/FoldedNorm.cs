using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A batch norm in evaluation, as a factor and a bias for each output of the convolution before it.</summary>
internal sealed class FoldedNorm(BatchNormLayer layer, PlanWeights weights, float[] statistics)
{
    private readonly StoredParameter? _weight = layer.Affine ? weights[$"{layer.Name}.weight"] : null;
    private readonly StoredParameter? _bias = layer.Affine ? weights[$"{layer.Name}.bias"] : null;
    private readonly RunningStatistic _mean = weights.Space.RunningStatistic($"{layer.Name}.running_mean");
    private readonly RunningStatistic _variance = weights.Space.RunningStatistic($"{layer.Name}.running_var");

    /// <summary>weight / sqrt(running variance + epsilon).</summary>
    public float[] Factors { get; } = new float[layer.Output.Channels];

    /// <summary>bias + (convolution's bias - running mean) factor.</summary>
    public float[] Bias { get; } = new float[layer.Output.Channels];

    /// <summary>Computes both from the weights and statistics as they are now.</summary>
    public void Fold(ReadOnlySpan<float> convolutionBias)
    {
        for (var k = 0; k < Factors.Length; k++)
        {
            var factor = (_weight is null ? 1.0 : weights.Of(_weight)[k]) / Math.Sqrt(statistics[_variance.Offset + k] + BatchNormLayer.Epsilon);
            var before = (convolutionBias.IsEmpty ? 0.0 : convolutionBias[k]) - statistics[_mean.Offset + k];
            Factors[k] = (float)factor;
            Bias[k] = (float)((_bias is null ? 0.0 : weights.Of(_bias)[k]) + (before * factor));
        }
    }
}
