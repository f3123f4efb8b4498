using System.Numerics;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A 3x3 convolution whose sums are Winograd's F(4x4, 3x3): the same numbers as <see cref="ReferenceProductLayer{T}"/> but for roundings.</summary>
/// <remarks>
/// The float32 twin uses it where plans do. Its transforms magnify roundings several times, so a direct float32 run would say nothing about what is honest.
/// </remarks>
internal sealed class ReferenceWinogradLayer<T>(ConvolutionLayer layer, WeightSpace space) : ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private const int Tile = 4, Patch = 6;

    private static readonly T[,] InputMatrix = Convert(ReferenceWinograd.InputMatrix);
    private static readonly T[,] WeightMatrix = Convert(ReferenceWinograd.WeightMatrix);
    private static readonly T[,] OutputMatrix = Convert(ReferenceWinograd.OutputMatrix);

    private readonly int _weight = space[$"{layer.Name}.weight"].Offset;
    private readonly int? _bias = space.TryFind($"{layer.Name}.bias", out var bias) ? bias.Offset : null;
    private readonly int _rows = layer.Input.Rows, _columns = layer.Input.Columns;

    /// <summary>Whether plans compute the layer so.</summary>
    public static bool IsUsedFor(ConvolutionLayer layer) => ConvolutionMethod.Choose(
        new ConvolutionShape(layer.Input.Channels, layer.Filters, layer.Window, layer.Input.Rows, layer.Input.Columns, layer.Groups), 1, backward: false, training: true)
        is WinogradMethod;

    public override T[][] Forward(T[][][] inputs, ReferenceContext<T> context)
    {
        var weights = Transform(context, backward: false);
        return [.. inputs[0].Select(x =>
        {
            var y = Convolve(x, layer.Input.Channels, weights, layer.Filters);
            for (var i = 0; i < y.Length && _bias is { } bias; i++) y[i] += context.Weights[bias + (i / (_rows * _columns))];
            return y;
        })];
    }

    public override void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient)
    {
        AddWeightGradient(inputs[0], above, gradient);
        foreach (var row in above)
        {
            for (var i = 0; i < row.Length && _bias is { } bias; i++) gradient.Add(bias + (i / (_rows * _columns)), row[i]);
        }

        var weights = Transform(context, backward: true);
        for (var n = 0; n < above.Length; n++)
        {
            var dx = Convolve(above[n], layer.Filters, weights, layer.Input.Channels);
            for (var i = 0; i < dx.Length; i++) below[0][n][i] += dx[i];
        }
    }

    /// <summary>G' (sum over samples and tiles of A dy A' x B' x B) G for each pair of channels.</summary>
    private void AddWeightGradient(T[][] inputs, T[][] above, ReferenceGradient<T> gradient)
    {
        var (outputTransposed, weightTransposed) = (Transposed(OutputMatrix), Transposed(WeightMatrix));
        for (var k = 0; k < layer.Filters; k++)
        {
            for (var c = 0; c < layer.Input.Channels; c++)
            {
                var sum = new T[Patch, Patch];
                for (var n = 0; n < above.Length; n++)
                {
                    for (var top = 0; top < _rows; top += Tile)
                    {
                        for (var left = 0; left < _columns; left += Tile)
                        {
                            var x = Sandwich(InputMatrix, PatchOf(inputs[n], c, top - 1, left - 1, Patch));
                            var dy = Sandwich(outputTransposed, PatchOf(above[n], k, top, left, Tile));
                            for (var i = 0; i < Patch * Patch; i++) sum[i / Patch, i % Patch] += dy[i / Patch, i % Patch] * x[i / Patch, i % Patch];
                        }
                    }
                }

                var taps = Sandwich(weightTransposed, sum);
                for (var tap = 0; tap < 9; tap++) gradient.Add(_weight + (((k * layer.Input.Channels) + c) * 9) + tap, taps[tap / 3, tap % 3]);
            }
        }
    }

    /// <summary>G w G' for each pair of target and source channel; backward with the kernel turned by half a circle and the pair swapped.</summary>
    private T[,][,] Transform(ReferenceContext<T> context, bool backward)
    {
        var (targets, sources) = backward ? (layer.Input.Channels, layer.Filters) : (layer.Filters, layer.Input.Channels);
        var transformed = new T[targets, sources][,];
        for (var k = 0; k < targets; k++)
        {
            for (var c = 0; c < sources; c++)
            {
                var taps = new T[3, 3];
                var start = _weight + (9 * (backward ? (c * targets) + k : (k * sources) + c));
                for (var tap = 0; tap < 9; tap++) taps[tap / 3, tap % 3] = context.Weights[start + (backward ? 8 - tap : tap)];
                transformed[k, c] = Sandwich(WeightMatrix, taps);
            }
        }

        return transformed;
    }

    private T[] Convolve(T[] x, int sources, T[,][,] weights, int targets)
    {
        var y = new T[targets * _rows * _columns];
        for (var top = 0; top < _rows; top += Tile)
        {
            for (var left = 0; left < _columns; left += Tile)
            {
                var patches = Enumerable.Range(0, sources).Select(c => Sandwich(InputMatrix, PatchOf(x, c, top - 1, left - 1, Patch))).ToArray();
                for (var k = 0; k < targets; k++)
                {
                    var sum = new T[Patch, Patch];
                    for (var c = 0; c < sources; c++)
                    {
                        for (var i = 0; i < Patch * Patch; i++) sum[i / Patch, i % Patch] += weights[k, c][i / Patch, i % Patch] * patches[c][i / Patch, i % Patch];
                    }

                    var tile = Sandwich(OutputMatrix, sum);
                    for (var i = 0; i < Tile && top + i < _rows; i++)
                    {
                        for (var j = 0; j < Tile && left + j < _columns; j++) y[(((k * _rows) + top + i) * _columns) + left + j] = tile[i, j];
                    }
                }
            }
        }

        return y;
    }

    private T[,] PatchOf(T[] x, int channel, int top, int left, int side)
    {
        var patch = new T[side, side];
        for (var i = Math.Max(0, -top); i < side && top + i < _rows; i++)
        {
            for (var j = Math.Max(0, -left); j < side && left + j < _columns; j++) patch[i, j] = x[(((channel * _rows) + top + i) * _columns) + left + j];
        }

        return patch;
    }

    /// <summary>m x m'.</summary>
    private static T[,] Sandwich(T[,] m, T[,] x)
    {
        var (outer, inner) = (m.GetLength(0), m.GetLength(1));
        T[,] half = new T[outer, inner], whole = new T[outer, outer];
        for (var i = 0; i < outer; i++)
        {
            for (var j = 0; j < inner; j++)
            {
                for (var k = 0; k < inner; k++) half[i, j] += m[i, k] * x[k, j];
            }
        }

        for (var i = 0; i < outer; i++)
        {
            for (var j = 0; j < outer; j++)
            {
                for (var k = 0; k < inner; k++) whole[i, j] += half[i, k] * m[j, k];
            }
        }

        return whole;
    }

    private static T[,] Transposed(T[,] matrix)
    {
        var transposed = new T[matrix.GetLength(1), matrix.GetLength(0)];
        for (var i = 0; i < matrix.Length; i++) transposed[i % matrix.GetLength(1), i / matrix.GetLength(1)] = matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)];
        return transposed;
    }

    private static T[,] Convert(double[,] matrix)
    {
        var converted = new T[matrix.GetLength(0), matrix.GetLength(1)];
        for (var i = 0; i < matrix.Length; i++) converted[i / matrix.GetLength(1), i % matrix.GetLength(1)] = T.CreateChecked(matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)]);
        return converted;
    }
}
