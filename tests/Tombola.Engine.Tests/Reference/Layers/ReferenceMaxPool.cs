using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Max pooling. What lies outside the map does not take part; of equal values the first, row by row, wins and takes the gradient.</summary>
internal sealed class ReferenceMaxPool<T>(MaxPoolLayer layer) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly int[][] _windows = [.. Enumerable.Range(0, layer.Output.Count)
        .Select(element => ReferenceTap.Window(layer.Input, layer.Output, layer.Kernel, layer.Stride, layer.Padding, element).ToArray())];

    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) =>
        [.. inputs[0].Select(x => _windows.Select(window => x[Winner(x, window)]).ToArray())];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var n = 0; n < above.Length; n++)
        {
            for (var i = 0; i < _windows.Length; i++) below[0][n][Winner(inputs[0][n], _windows[i])] += above[n][i];
        }
    }

    private static int Winner(T[] x, int[] window)
    {
        var best = window[0];
        foreach (var element in window)
        {
            if (x[element] > x[best]) best = element;
        }

        return best;
    }
}
