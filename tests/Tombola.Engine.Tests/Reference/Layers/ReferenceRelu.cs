using System.Numerics;

namespace Tombola.Engine.Tests.Reference;

/// <summary>y = max(x, 0); at 0 the slope is 0.</summary>
internal sealed class ReferenceRelu<T> : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) =>
        [.. inputs[0].Select(row => row.Select(x => x > T.Zero ? x : T.Zero).ToArray())];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var n = 0; n < above.Length; n++)
        {
            for (var i = 0; i < above[n].Length; i++)
            {
                if (inputs[0][n][i] > T.Zero) below[0][n][i] += above[n][i];
            }
        }
    }
}
