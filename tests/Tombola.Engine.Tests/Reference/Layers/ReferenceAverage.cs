using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Average pooling, over windows (in which zeros outside the map count) or over whole channels.</summary>
internal sealed class ReferenceAverage<T>(Layer layer) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceTap[] _taps = [.. ReferenceTap.Of(layer)];
    private readonly T _area = T.CreateChecked(layer switch
    {
        AveragePoolLayer pool => pool.Kernel * pool.Kernel,
        GlobalAveragePoolLayer pool => pool.Input.Rows * pool.Input.Columns,
        _ => throw new ArgumentException($"{layer} takes no average.", nameof(layer)),
    });

    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) => [.. inputs[0].Select(x =>
    {
        var y = new T[layer.Output.Count];
        foreach (var tap in _taps) y[tap.Output] += x[tap.Input];
        for (var i = 0; i < y.Length; i++) y[i] /= _area;
        return y;
    })];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var n = 0; n < above.Length; n++)
        {
            foreach (var tap in _taps) below[0][n][tap.Input] += above[n][tap.Output] / _area;
        }
    }
}
