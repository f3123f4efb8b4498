using System.Numerics;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Where activations meet without a weight: their sum, or one after the other, for which flattening is the case of one input.</summary>
internal sealed class ReferenceJunction<T>(bool sum) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context) =>
        [.. inputs[0].Select((first, n) => sum ? first.Zip(inputs[1][n], (x, y) => x + y).ToArray() : inputs.SelectMany(input => input[n]).ToArray())];

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        for (var n = 0; n < above.Length; n++)
        {
            var start = 0;
            foreach (var input in below)
            {
                for (var i = 0; i < input[n].Length; i++) input[n][i] += above[n][start + i];
                if (!sum) start += input[n].Length;
            }
        }
    }
}
