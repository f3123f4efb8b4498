using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Kernels;

/// <summary>Gradient of the surviving weights of a linear layer: dW[k, c] = sum over blocks and lanes of dY[k] X[c], and of no other weight.</summary>
/// <remarks>
/// A weight's sum is sixteen chains of fused multiply-adds, one for each element of a vector, in the order (block, vector), added up by the tree of
/// <see cref="Lanes.Sum"/>. Sixteen weights go through the tree together, which costs each of them three instructions beside its four multiply-adds.
/// </remarks>
internal static unsafe class SparseRowGradientKernel
{
    private const int WideLanes = 64;

    /// <summary>Computes the gradients of all survivors of rows [<paramref name="from"/>, <paramref name="to"/>).</summary>
    /// <param name="rows">Where the survivors stand.</param>
    /// <param name="gradient">dY [blocks][K][lanes].</param>
    /// <param name="gradientStride">Floats from a block of dY to the next.</param>
    /// <param name="x">X [blocks][C][lanes].</param>
    /// <param name="xStride">Floats from a block of X to the next.</param>
    /// <param name="blocks">Blocks of samples.</param>
    /// <param name="result">dW of these rows' survivors, from its start on.</param>
    /// <param name="from">First row, where a strip begins.</param>
    /// <param name="to">Row after the last, where a strip ends.</param>
    public static void Run(
        SparseRows rows, ReadOnlySpan<float> gradient, int gradientStride, ReadOnlySpan<float> x, int xStride, int blocks, Span<float> result, int from, int to)
    {
        Debug.Assert(result.Length >= rows.Starts[to] - rows.Starts[from] && gradient.Length >= ((blocks - 1) * gradientStride) + (to * rows.Lanes));
        var (strip, end) = rows.Strips(from, to);
        fixed (float* dy = gradient, px = x, dw = result)
        fixed (ushort* columns = rows.Columns)
        fixed (SparseRows.Item* items = rows.Items)
        {
            for (var i = strip * rows.Panels; i < end * rows.Panels; i++)
            {
                var panelX = px + ((nint)(i % rows.Panels) * rows.PanelStride);
                for (SparseRows.Item* item = items + rows.Ends[i], itemsEnd = items + rows.Ends[i + 1]; item < itemsEnd; item++)
                {
                    var terms = new Terms(dy + ((nint)item->Row * rows.Lanes), gradientStride, panelX, xStride, blocks, rows.Lanes);
                    var to0 = dw + (item->Start - rows.Starts[from]);
                    if (Lanes.Wide && rows.Lanes == WideLanes)
                    {
                        WideItem(in terms, columns + item->Start, to0, item->Length);
                    }
                    else
                    {
                        NarrowItem(in terms, columns + item->Start, to0, item->Length);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideItem(in Terms terms, ushort* columns, float* result, int count)
    {
        var y = terms.Y;
        var (a, b, c, d) = (Vector512.Load(y), Vector512.Load(y + 16), Vector512.Load(y + 32), Vector512.Load(y + 48));
        for (; count >= 16; count -= 16, columns += 16, result += 16)
        {
            var low = Halve(Four(in terms, a, b, c, d, *(ulong*)columns), Four(in terms, a, b, c, d, *(ulong*)(columns + 4)));
            var high = Halve(Four(in terms, a, b, c, d, *(ulong*)(columns + 8)), Four(in terms, a, b, c, d, *(ulong*)(columns + 12)));
            Sixteen(low, high).Store(result);
        }

        if (count == 0) return;

        // The columns of a last four that are not this item's count for nothing, but must exist.
        Vector512<float> r0, r1 = default, r2 = default, r3 = default;
        r0 = Four(in terms, a, b, c, d, count < 4 ? *(ulong*)columns & ((1UL << (16 * count)) - 1) : *(ulong*)columns);
        if (count > 4) r1 = Four(in terms, a, b, c, d, count < 8 ? *(ulong*)(columns + 4) & ((1UL << (16 * (count - 4))) - 1) : *(ulong*)(columns + 4));
        if (count > 8) r2 = Four(in terms, a, b, c, d, count < 12 ? *(ulong*)(columns + 8) & ((1UL << (16 * (count - 8))) - 1) : *(ulong*)(columns + 8));
        if (count > 12) r3 = Four(in terms, a, b, c, d, *(ulong*)(columns + 12) & ((1UL << (16 * (count - 12))) - 1));
        var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
        Avx512F.MaskStore(result, mask, Sixteen(Halve(r0, r1), Halve(r2, r3)));
    }

    /// <summary>Four weights, each with the first two rounds of <see cref="Lanes.Sum"/> done, in its quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Four(
        in Terms terms, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ulong columns)
    {
        float* x = terms.X, y = terms.Y;
        nint c0 = (nint)(columns & 0xFFFF) * WideLanes, c1 = (nint)((columns >> 16) & 0xFFFF) * WideLanes;
        nint c2 = (nint)((columns >> 32) & 0xFFFF) * WideLanes, c3 = (nint)(columns >> 48) * WideLanes;
        var s0 = Add(default, a, b, c, d, x + c0);
        var s1 = Add(default, a, b, c, d, x + c1);
        var s2 = Add(default, a, b, c, d, x + c2);
        var s3 = Add(default, a, b, c, d, x + c3);
        for (var block = terms.Blocks; block > 1; block--)
        {
            x += terms.StrideX;
            y += terms.StrideY;
            (a, b, c, d) = (Vector512.Load(y), Vector512.Load(y + 16), Vector512.Load(y + 32), Vector512.Load(y + 48));
            s0 = Add(s0, a, b, c, d, x + c0);
            s1 = Add(s1, a, b, c, d, x + c1);
            s2 = Add(s2, a, b, c, d, x + c2);
            s3 = Add(s3, a, b, c, d, x + c3);
        }

        return Quarters(s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> sum, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* x)
    {
        sum = Vector512.FusedMultiplyAdd(a, Vector512.Load(x), sum);
        sum = Vector512.FusedMultiplyAdd(b, Vector512.Load(x + 16), sum);
        sum = Vector512.FusedMultiplyAdd(c, Vector512.Load(x + 32), sum);
        return Vector512.FusedMultiplyAdd(d, Vector512.Load(x + 48), sum);
    }

    /// <summary>The fourth round, and sixteen sums in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sixteen(Vector512<float> low, Vector512<float> high)
    {
        var sums = Avx512F.Shuffle(low, high, 0b10_00_10_00) + Avx512F.Shuffle(low, high, 0b11_01_11_01);
        return Avx512F.PermuteVar16x32(sums, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowItem(in Terms terms, ushort* columns, float* result, int count)
    {
        for (var n = 0; n < count; n++)
        {
            Vector256<float> low = default, high = default;
            float* blockY = terms.Y, blockX = terms.X + ((nint)columns[n] * terms.Lanes);
            for (var block = terms.Blocks; block > 0; block--, blockY += terms.StrideY, blockX += terms.StrideX)
            {
                for (var lane = 0; lane < terms.Lanes; lane += Lanes.Width)
                {
                    low = Vector256.FusedMultiplyAdd(Vector256.Load(blockY + lane), Vector256.Load(blockX + lane), low);
                    high = Vector256.FusedMultiplyAdd(Vector256.Load(blockY + lane + 8), Vector256.Load(blockX + lane + 8), high);
                }
            }

            result[n] = Lanes.Sum(Vector512.Create(low, high));
        }
    }

    /// <summary>Each vector's first two rounds of <see cref="Lanes.Sum"/>, in its quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var ab = Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
        var cd = Avx512F.Shuffle4x128(c, d, 0b01_00_01_00) + Avx512F.Shuffle4x128(c, d, 0b11_10_11_10);
        return Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00) + Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
    }

    /// <summary>The third round: in each quarter x0 + x2, x1 + x3, y0 + y2, y1 + y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halve(Vector512<float> x, Vector512<float> y) =>
        Avx512F.UnpackLow(x.AsDouble(), y.AsDouble()).AsSingle() + Avx512F.UnpackHigh(x.AsDouble(), y.AsDouble()).AsSingle();

    /// <summary>What a row's weights multiply: the row of dY, and X at its first column.</summary>
    private readonly struct Terms(float* y, nint strideY, float* x, nint strideX, int blocks, int lanes)
    {
        public readonly float* Y = y, X = x;
        public readonly nint StrideY = strideY, StrideX = strideX;
        public readonly int Blocks = blocks, Lanes = lanes;
    }
}
