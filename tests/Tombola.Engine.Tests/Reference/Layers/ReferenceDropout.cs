using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Dropout with the choice left to the test; nothing happens in evaluation.</summary>
internal sealed class ReferenceDropout<T>(DropoutLayer layer) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) =>
        [.. inputs[0].Select((row, n) => row.Select((x, i) => x * Factor(context, n, i)).ToArray())];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var n = 0; n < above.Length; n++)
        {
            for (var i = 0; i < above[n].Length; i++) below[0][n][i] += above[n][i] * Factor(context, n, i);
        }
    }

    private T Factor(ReferenceContext<T> context, int sample, int element) =>
        !context.Training ? T.One : context.Keeps(layer, sample, element) ? T.CreateChecked(1 / (1 - layer.Rate)) : T.Zero;
}
