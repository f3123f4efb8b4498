using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Twins of <see cref="ProductKernel"/>: C[r, j] = start + sum over k of A[r, k] B[k, j], element by element.</summary>
internal static class ReferenceProduct
{
    /// <summary>Where element (row, k) of the left factor lies.</summary>
    public static int Index(LeftFactor left, int row, int k) =>
        (row * left.RowStride) + (k / left.SegmentDepth * left.SegmentStride) + (k % left.SegmentDepth * left.DepthStride);

    /// <summary>The sum in float64, and the sum of the sizes of its terms, to which a rounding error is proportional.</summary>
    public static (double Value, double Size) Element(float[] a, LeftFactor left, float[] b, int bStride, int row, int column, int depth, float start)
    {
        var (value, size) = ((double)start, Math.Abs((double)start));
        for (var k = 0; k < depth; k++)
        {
            var term = (double)a[Index(left, row, k)] * b[(k * bStride) + column];
            value += term;
            size += Math.Abs(term);
        }

        return (value, size);
    }

    /// <summary>The same as one chain of float32 fused multiply-adds in the order of k: what the kernel promises to the last bit.</summary>
    public static float Chain(float[] a, LeftFactor left, float[] b, int bStride, int row, int column, int depth, float start)
    {
        var sum = start;
        for (var k = 0; k < depth; k++) sum = MathF.FusedMultiplyAdd(a[Index(left, row, k)], b[(k * bStride) + column], sum);
        return sum;
    }
}
