using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>Batch norm with running statistics: y = scale x + shift for each channel, scale, shift and mean taken by their magnitudes.</summary>
internal sealed class NormFlow : FlowLayer
{
    private readonly double[] _scale, _shift;
    private readonly int _pixels;

    public NormFlow(BatchNormLayer layer, NetworkState state)
    {
        var (space, channels) = (state.Space, layer.Output.Channels);
        _pixels = layer.Output.Rows * layer.Output.Columns;
        (_scale, _shift) = (new double[channels], new double[channels]);
        var mean = state[space.RunningStatistic($"{layer.Name}.running_mean")];
        var variance = state[space.RunningStatistic($"{layer.Name}.running_var")];
        for (var c = 0; c < channels; c++)
        {
            var (weight, bias) = layer.Affine ? (state[space[$"{layer.Name}.weight"]][c], state[space[$"{layer.Name}.bias"]][c]) : (1, 0);
            _scale[c] = Math.Abs(weight) / Math.Sqrt(variance[c] + BatchNormLayer.Epsilon);
            _shift[c] = Math.Abs(bias) - (Math.Abs(mean[c]) * _scale[c]);
        }
    }

    public override void Forward(double[][] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++) y[i] = (_scale[i / _pixels] * x[0][i]) + _shift[i / _pixels];
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        for (var i = 0; i < dy.Length; i++) dx[0][i] += _scale[i / _pixels] * dy[i];
    }
}
