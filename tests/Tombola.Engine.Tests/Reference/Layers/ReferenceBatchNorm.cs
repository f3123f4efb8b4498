using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>
/// Batch norm. Training normalises by mean and biased variance of the mini-batch over samples, rows and columns, and moves the running statistics a
/// tenth of the way to that mean and the unbiased variance; evaluation normalises by the running statistics.
/// </summary>
internal sealed class ReferenceBatchNorm<T>(BatchNormLayer layer, WeightSpace space) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly int _places = layer.Output.Rows * layer.Output.Columns;
    private readonly int _runningMean = space.Statistics.Single(part => part.Name == $"{layer.Name}.running_mean").Offset;
    private readonly int _runningVariance = space.Statistics.Single(part => part.Name == $"{layer.Name}.running_var").Offset;
    private readonly int _weight = layer.Affine ? space[$"{layer.Name}.weight"].Offset : -1;
    private readonly int _bias = layer.Affine ? space[$"{layer.Name}.bias"].Offset : -1;

    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context)
    {
        var output = inputs[0].Select(row => new T[row.Length]).ToArray();
        for (var c = 0; c < layer.Output.Channels; c++)
        {
            var (mean, variance) = Lifetime(inputs[0], c, context);
            var deviation = Deviation(variance);
            var (scale, shift) = layer.Affine ? (context.Weights[_weight + c], context.Weights[_bias + c]) : (T.One, T.Zero);
            foreach (var (n, i) in Elements(inputs[0], c)) output[n][i] = ((inputs[0][n][i] - mean) / deviation * scale) + shift;
            if (!context.Training) continue;
            var (count, share) = (T.CreateChecked(_places * output.Length), T.CreateChecked(BatchNormLayer.Momentum));
            context.Updated[_runningMean + c] = ((T.One - share) * context.Statistics[_runningMean + c]) + (share * mean);
            context.Updated[_runningVariance + c] =
                ((T.One - share) * context.Statistics[_runningVariance + c]) + (share * variance * count / (count - T.One));
        }

        return output;
    }

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var c = 0; c < layer.Output.Channels; c++)
        {
            var (mean, variance) = Lifetime(inputs[0], c, context);
            var deviation = Deviation(variance);
            var scale = layer.Affine ? context.Weights[_weight + c] : T.One;
            var (sum, product) = (T.Zero, T.Zero);
            foreach (var (n, i) in Elements(above, c))
            {
                var term = above[n][i] * ((inputs[0][n][i] - mean) / deviation);
                sum += above[n][i];
                product += term;
                if (!layer.Affine) continue;
                gradient.Add(_weight + c, term);
                gradient.Add(_bias + c, above[n][i]);
            }

            // In training mean and deviation move with every value: what they take back is the projection on 1 and on the normalised values.
            var count = T.CreateChecked(_places * above.Length);
            foreach (var (n, i) in Elements(above, c))
            {
                var taken = context.Training ? (sum + ((inputs[0][n][i] - mean) / deviation * product)) / count : T.Zero;
                below[0][n][i] += scale / deviation * (above[n][i] - taken);
            }
        }
    }

    private (T Mean, T Variance) Lifetime(T[][] x, int channel, ReferenceContext<T> context)
    {
        if (!context.Training) return (context.Statistics[_runningMean + channel], context.Statistics[_runningVariance + channel]);
        var count = T.CreateChecked(_places * x.Length);
        var (mean, variance) = (T.Zero, T.Zero);
        foreach (var (n, i) in Elements(x, channel)) mean += x[n][i];
        mean /= count;
        foreach (var (n, i) in Elements(x, channel)) variance += (x[n][i] - mean) * (x[n][i] - mean);
        return (mean, variance / count);
    }

    private static T Deviation(T variance) => T.Sqrt(variance + T.CreateChecked(BatchNormLayer.Epsilon));

    private IEnumerable<(int Sample, int Element)> Elements(T[][] rows, int channel)
    {
        for (var n = 0; n < rows.Length; n++)
        {
            for (var i = channel * _places; i < (channel + 1) * _places; i++) yield return (n, i);
        }
    }
}
