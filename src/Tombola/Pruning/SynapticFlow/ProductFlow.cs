using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A linear layer or a convolution: products of the rows of W, one an output or filter, with the patches of the input.</summary>
internal sealed class ProductFlow : FlowLayer
{
    /// <summary>Pixels that meet a row of W while it lies in the nearest cache.</summary>
    private const int Tile = 8;

    private readonly Patches _patches;
    private readonly int _groups, _size;
    private readonly double[] _weights, _gradients, _gathered, _patchGradients;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    /// <param name="space">The index of the weights.</param>
    /// <param name="name">Name of the layer.</param>
    /// <param name="patches">What one output sums over.</param>
    /// <param name="groups">Into how many groups of equal size the channels fall, a row reading those of its own.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="gradients">Receives the gradient of W.</param>
    public ProductFlow(WeightSpace space, string name, Patches patches, int groups, double[] weights, double[] gradients)
    {
        (_patches, _weights, _gradients) = (patches, weights, gradients);
        (_groups, _size) = (groups, patches.Size / groups);
        (_gathered, _patchGradients) = (new double[patches.Count * patches.Size], new double[patches.Count * patches.Size]);
        _weight = space[$"{name}.weight"];
        _bias = space.TryFind($"{name}.bias", out var bias) ? bias : null;
    }

    public override void Forward(double[][] x, double[] y)
    {
        _patches.Gather(x[0], _gathered);
        foreach (var (row, pixel) in Pairs())
        {
            y[(row * _patches.Count) + pixel] = Dot(Row(_weights, row), Patch(_gathered, row, pixel)) + (_bias is null ? 0 : _weights[_bias.Offset + row]);
        }
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        _patchGradients.AsSpan().Clear();
        foreach (var (row, pixel) in Pairs())
        {
            var gradient = dy[(row * _patches.Count) + pixel];
            if (gradient == 0) continue;
            AddScaled(Row(_gradients, row), gradient, Patch(_gathered, row, pixel));
            AddScaled(Patch(_patchGradients, row, pixel), gradient, Row(_weights, row));
        }

        _patches.Scatter(_patchGradients, dx[0]);
    }

    private IEnumerable<(int Row, int Pixel)> Pairs()
    {
        for (var first = 0; first < _patches.Count; first += Tile)
        {
            for (var row = 0; row < _weight.Shape[0]; row++)
            {
                for (var pixel = first; pixel < Math.Min(first + Tile, _patches.Count); pixel++) yield return (row, pixel);
            }
        }
    }

    private Span<double> Row(double[] all, int row) => all.AsSpan(_weight.Offset + (row * _size), _size);

    /// <summary>What a row reads of a patch.</summary>
    private Span<double> Patch(double[] all, int row, int pixel) =>
        all.AsSpan((pixel * _patches.Size) + (row / (_weight.Shape[0] / _groups) * _size), _size);

    private static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x) => TensorPrimitives.FusedMultiplyAdd(x, factor, y, y);

    /// <summary>Sixteen sums side by side, then added in order: the same bits for every width of registers, which a library's dot product does not promise.</summary>
    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var px = ref MemoryMarshal.GetReference(x);
        ref var py = ref MemoryMarshal.GetReference(y);
        var width = Vector512<double>.Count;
        var (even, odd, i) = (Vector512<double>.Zero, Vector512<double>.Zero, 0);
        for (; i <= x.Length - (2 * width); i += 2 * width)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref px, (nuint)i), Vector512.LoadUnsafe(ref py, (nuint)i), even);
            odd = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref px, (nuint)(i + width)), Vector512.LoadUnsafe(ref py, (nuint)(i + width)), odd);
        }

        var sums = even + odd;
        var sum = 0.0;
        for (var lane = 0; lane < width; lane++) sum += sums.GetElement(lane);
        for (; i < x.Length; i++) sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        return sum;
    }
}
