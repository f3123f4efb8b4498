using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A linear or convolution layer as the list of its products.</summary>
internal sealed class ReferenceProductLayer<T>(Layer layer, WeightSpace space) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceTap[] _taps = [.. ReferenceTap.Of(layer)];
    private readonly int _weight = space[$"{layer.Name}.weight"].Offset;
    private readonly int? _bias = space.TryFind($"{layer.Name}.bias", out var bias) ? bias.Offset : null;
    private readonly int _places = layer.Output.Rows * layer.Output.Columns;

    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) => [.. inputs[0].Select(x =>
    {
        var y = new T[layer.Output.Count];
        var w = context.Weights.AsSpan(_weight);
        for (var i = 0; i < y.Length && _bias is { } bias; i++) y[i] = context.Weights[bias + (i / _places)];
        foreach (var tap in _taps) y[tap.Output] += w[tap.Weight] * x[tap.Input];
        return y;
    })];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        var w = context.Weights.AsSpan(_weight);
        for (var n = 0; n < above.Length; n++)
        {
            var (x, dx, dy) = (inputs[0][n], below[0][n], above[n]);
            for (var i = 0; i < dy.Length && _bias is { } bias; i++) gradient.Add(bias + (i / _places), dy[i]);
            foreach (var tap in _taps)
            {
                gradient.Add(_weight + tap.Weight, dy[tap.Output] * x[tap.Input]);
                dx[tap.Input] += dy[tap.Output] * w[tap.Weight];
            }
        }
    }
}
