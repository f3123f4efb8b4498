using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Gradient of the remaining weights of a linear layer: dW[k, c] = sum over blocks and lanes of dY[k] X[c], and of no other weight.</summary>
/// <remarks>
/// A weight's sum is sixteen chains of fused multiply-adds, one for each element of a vector, in the order (block, vector), added up by the tree of
/// <see cref="Lanes.Sum"/>. Sixteen weights go through the tree together, which costs each of them three instructions beside its four multiply-adds.
/// </remarks>
internal static unsafe class SparseRowGradientKernel
{
    /// <summary>Computes the gradients of all remaining weights of rows [<paramref name="from"/>, <paramref name="to"/>).</summary>
    /// <param name="rows">Where the remaining weights stand.</param>
    /// <param name="gradient">dY [blocks][K][lanes].</param>
    /// <param name="gradientStride">Floats from a block of dY to the next.</param>
    /// <param name="x">X [blocks][C][lanes].</param>
    /// <param name="xStride">Floats from a block of X to the next.</param>
    /// <param name="blocks">Blocks of samples.</param>
    /// <param name="result">dW of these rows' remaining weights, from its start on.</param>
    /// <param name="from">First row, where a strip begins.</param>
    /// <param name="to">Row after the last, where a strip ends.</param>
    public static void Run(
        SparseRows rows, ReadOnlySpan<float> gradient, int gradientStride, ReadOnlySpan<float> x, int xStride, int blocks, Span<float> result, int from, int to)
    {
        Checked.Covers(gradient, 0, ((blocks - 1L) * gradientStride) + ((long)to * rows.Lanes));
        Checked.Covers(x, 0, ((blocks - 1L) * xStride) + ((long)rows.Width * rows.Lanes));
        Checked.Covers(result, 0, rows.Starts[to] - rows.Starts[from]);
        var (strip, end) = rows.Strips(from, to);
        fixed (float* dy = gradient, px = x, dw = result)
        fixed (ushort* columns = rows.Columns)
        fixed (SparseRows.Item* items = rows.Items)
        {
            for (var i = strip * rows.Panels; i < end * rows.Panels; i++)
            {
                SparseRows.Item* item = items + rows.Ends[i], itemsEnd = items + rows.Ends[i + 1];
                var factors = new Factors(dy, gradientStride, px + ((nint)(i % rows.Panels) * rows.PanelStride), xStride, blocks, rows.Lanes);
                if (!(Lanes.Wide && Avx512F.IsSupported) || rows.Lanes != SparseProductKernel.WideLanes)
                {
                    NarrowItems(item, itemsEnd, in factors, columns, dw - rows.Starts[from]);
                }
                else if (blocks > 1)
                {
                    WideItems<SeveralBlocks>(item, itemsEnd, in factors, columns, dw - rows.Starts[from]);
                }
                else
                {
                    WideItems<OneBlock>(item, itemsEnd, in factors, columns, dw - rows.Starts[from]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideItems<TBlocks>(SparseRows.Item* item, SparseRows.Item* end, in Factors factors, ushort* columns, float* results)
        where TBlocks : struct, IBlocks
    {
        var x = factors.X;
        for (; item < end; item++)
        {
            var y = factors.Y + ((nint)item->Row * SparseProductKernel.WideLanes);
            var (a, b, c, d) = (Vector512.Load(y), Vector512.Load(y + 16), Vector512.Load(y + 32), Vector512.Load(y + 48));
            var (column, result) = ((nint)(columns + item->Start), (nint)(results + item->Start));
            var count = item->Length;

            // Columns are fetched four weights ahead, because loads whose address has just been loaded are slow.
            var next = *(ulong*)column;
            for (; count >= 16; count -= 16)
            {
                var four = next;
                next = *(ulong*)(column + 8);
                var r0 = Four<TBlocks>(in factors, y, x, a, b, c, d, four);
                four = next;
                next = *(ulong*)(column + 16);
                var r1 = Four<TBlocks>(in factors, y, x, a, b, c, d, four);
                four = next;
                next = *(ulong*)(column + 24);
                var r2 = Four<TBlocks>(in factors, y, x, a, b, c, d, four);
                four = next;
                column += 32;
                next = *(ulong*)column;
                var r3 = Four<TBlocks>(in factors, y, x, a, b, c, d, four);
                Sixteen(Halve(r0, r1), Halve(r2, r3)).Store((float*)result);
                result += 16 * sizeof(float);
            }

            if (count == 0) continue;

            // Columns of the last four that are another item's count for nothing, but might not exist in this panel.
            Vector512<float> t0 = default, t1 = default, t2 = default;
            if (count > 4)
            {
                t0 = Four<TBlocks>(in factors, y, x, a, b, c, d, next);
                column += 8;
                next = *(ulong*)column;
            }

            if (count > 8)
            {
                t1 = Four<TBlocks>(in factors, y, x, a, b, c, d, next);
                column += 8;
                next = *(ulong*)column;
            }

            if (count > 12)
            {
                t2 = Four<TBlocks>(in factors, y, x, a, b, c, d, next);
                column += 8;
                next = *(ulong*)column;
            }

            var last = Four<TBlocks>(in factors, y, x, a, b, c, d, next & (ulong.MaxValue >> (16 * (-count & 3))));
            var sums = count switch
            {
                > 12 => Sixteen(Halve(t0, t1), Halve(t2, last)),
                > 8 => Sixteen(Halve(t0, t1), Halve(last, last)),
                > 4 => Sixteen(Halve(t0, last), default),
                _ => Sixteen(Halve(last, last), default),
            };
            Avx512F.MaskStore((float*)result, Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), sums);
        }
    }

    /// <summary>Four weights, each with the first two rounds of <see cref="Lanes.Sum"/> done, in its quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Four<TBlocks>(
        in Factors factors, float* y, float* x, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ulong columns)
        where TBlocks : struct, IBlocks
    {
        float* x0 = SparseProductKernel.Vectors(x, columns << 8), x1 = SparseProductKernel.Vectors(x, columns >> 8);
        float* x2 = SparseProductKernel.Vectors(x, columns >> 24), x3 = SparseProductKernel.Vectors(x, columns >> 40);
        Vector512<float> s0 = a * Vector512.Load(x0), s1 = a * Vector512.Load(x1), s2 = a * Vector512.Load(x2), s3 = a * Vector512.Load(x3);
        s0 = Vector512.FusedMultiplyAdd(b, Vector512.Load(x0 + 16), s0); s1 = Vector512.FusedMultiplyAdd(b, Vector512.Load(x1 + 16), s1);
        s2 = Vector512.FusedMultiplyAdd(b, Vector512.Load(x2 + 16), s2); s3 = Vector512.FusedMultiplyAdd(b, Vector512.Load(x3 + 16), s3);
        s0 = Vector512.FusedMultiplyAdd(c, Vector512.Load(x0 + 32), s0); s1 = Vector512.FusedMultiplyAdd(c, Vector512.Load(x1 + 32), s1);
        s2 = Vector512.FusedMultiplyAdd(c, Vector512.Load(x2 + 32), s2); s3 = Vector512.FusedMultiplyAdd(c, Vector512.Load(x3 + 32), s3);
        s0 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x0 + 48), s0); s1 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x1 + 48), s1);
        s2 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x2 + 48), s2); s3 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x3 + 48), s3);
        for (var block = factors.Blocks; TBlocks.Several && block > 1; block--)
        {
            y += factors.StrideY;
            x0 += factors.StrideX;
            x1 += factors.StrideX;
            x2 += factors.StrideX;
            x3 += factors.StrideX;
            for (var lane = 0; lane < SparseProductKernel.WideLanes; lane += Lanes.Width)
            {
                var v = Vector512.Load(y + lane);
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x0 + lane), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x1 + lane), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x2 + lane), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x3 + lane), s3);
            }
        }

        return Quarters(s0, s1, s2, s3);
    }

    /// <summary>The fourth round, and sixteen sums in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sixteen(Vector512<float> low, Vector512<float> high)
    {
        var sums = Avx512F.Shuffle(low, high, 0b10_00_10_00) + Avx512F.Shuffle(low, high, 0b11_01_11_01);
        return Avx512F.PermuteVar16x32(sums, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowItems(SparseRows.Item* item, SparseRows.Item* end, in Factors factors, ushort* columns, float* results)
    {
        for (; item < end; item++)
        {
            for (nint n = item->Start; n < item->Start + item->Length; n++)
            {
                // From minus zero, so that a chain begins with the product itself.
                var (low, high) = (Vector256.Create(-0f), Vector256.Create(-0f));
                float* y = factors.Y + ((nint)item->Row * factors.Lanes), x = factors.X + ((nint)columns[n] * factors.Lanes);
                for (var block = factors.Blocks; block > 0; block--, y += factors.StrideY, x += factors.StrideX)
                {
                    for (var lane = 0; lane < factors.Lanes; lane += Lanes.Width)
                    {
                        low = Vector256.FusedMultiplyAdd(Vector256.Load(y + lane), Vector256.Load(x + lane), low);
                        high = Vector256.FusedMultiplyAdd(Vector256.Load(y + lane + 8), Vector256.Load(x + lane + 8), high);
                    }
                }

                results[n] = Lanes.Sum(Vector512.Create(low, high));
            }
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

    /// <summary>Whether there are several blocks: without them, more registers are left.</summary>
    private interface IBlocks
    {
        static abstract bool Several { get; }
    }

    private readonly struct OneBlock : IBlocks
    {
        public static bool Several => false;
    }

    private readonly struct SeveralBlocks : IBlocks
    {
        public static bool Several => true;
    }

    /// <summary>dY from its first row on, and X from the first column of a panel on.</summary>
    private readonly struct Factors(float* y, nint strideY, float* x, nint strideX, int blocks, int lanes)
    {
        public readonly float* Y = y, X = x;
        public readonly nint StrideY = strideY, StrideX = strideX;
        public readonly int Blocks = blocks, Lanes = lanes;
    }
}
