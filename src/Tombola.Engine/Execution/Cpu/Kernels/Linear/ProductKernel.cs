using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Where the left factor's element (row, k) lies: <c>start + row * RowStride + segment * SegmentStride + k * DepthStride</c>.</summary>
/// <remarks>The depth comes in segments of <c>SegmentDepth</c> (lane blocks of a mini-batch); most products have one.</remarks>
internal readonly record struct LeftFactor(int RowStride, int DepthStride, int SegmentDepth, int SegmentStride)
{
    public LeftFactor(int rowStride, int depthStride)
        : this(rowStride, depthStride, int.MaxValue, 0)
    {
    }

    /// <summary>Floats up to the last element of so many rows of so many terms.</summary>
    public long Reach(int rows, int depth)
    {
        if (rows <= 0 || depth <= 0) return 0;
        var (segment, k) = Math.DivRem(depth - 1, SegmentDepth);
        var last = ((long)segment * SegmentStride) + ((long)k * DepthStride);
        if (segment > 0) last = Math.Max(last, ((segment - 1L) * SegmentStride) + ((SegmentDepth - 1L) * DepthStride));
        return ((rows - 1L) * RowStride) + last + 1;
    }
}

/// <summary>C[r, j] (+)= sum over k of A[r, k] B[k, j]: scalars of A times vectors of B. The one product behind a linear layer's three passes.</summary>
/// <remarks>
/// Every element of C is one chain of fused multiply-adds in the order of k, whatever the tile, the blocking, the threads or the
/// instruction set; so all of them give the same bits. The wide tile keeps 6 x 64 elements in 24 registers of 16 floats and
/// issues 24 multiply-adds for 4 vector loads and 6 broadcasts, which leaves the two load ports idle half of the time: it is bound by
/// arithmetic while B's panel lies in the first-level cache. The narrow tile, 6 x 16 in registers of 8, is for processors without AVX-512
/// and for the last columns.
/// </remarks>
internal static unsafe class ProductKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 6;

    private const int WideColumns = 64;

    /// <summary>Multiplies rows [<paramref name="from"/>, <paramref name="to"/>) of A with all of B.</summary>
    /// <param name="a">A, laid out as <paramref name="left"/> says.</param>
    /// <param name="left">Strides of A.</param>
    /// <param name="b">B [depth][bStride]; at least <paramref name="columns"/> rounded up to 16 floats may be read in each row.</param>
    /// <param name="bStride">Floats from a row of B to the next.</param>
    /// <param name="c">C [rows][cStride].</param>
    /// <param name="cStride">Floats from a row of C to the next.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Row after the last.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="accumulate">Go on from what C holds (then <paramref name="columns"/> must be whole tiles) instead of from zero.</param>
    public static void Multiply(
        ReadOnlySpan<float> a, LeftFactor left, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int from, int to, int columns, int depth, bool accumulate)
    {
        Checked.That(from >= 0 && (!accumulate || columns % Lanes.Width == 0));
        Checked.Covers(a, 0, left.Reach(to, depth));
        Checked.Covers(b, 0, depth == 0 ? 0 : ((depth - 1L) * bStride) + Math.Max(columns, Lanes.Width));
        Checked.Covers(c, 0, ((to - 1L) * cStride) + columns);
        fixed (float* pa = a, pb = b, pc = c)
        {
            var wide = Lanes.Wide && columns >= WideColumns && (!accumulate || columns % WideColumns == 0);
            var step = wide ? WideColumns : Lanes.Width;
            for (var j = 0; j < columns; j += step)
            {
                // The last tile starts early and computes some columns again: the same values, so no harm, and no masks.
                var column = columns < step ? 0 : Math.Min(j, columns - step);
                for (var row = from; row < to; row += TileRows)
                {
                    var rows = Math.Min(TileRows, to - row);
                    if (columns < Lanes.Width)
                    {
                        NarrowRemainder(pa + ((nint)row * left.RowStride), left, pb, bStride, pc + ((nint)row * cStride), cStride, rows, columns, depth);
                    }
                    else if (wide)
                    {
                        WideTile(pa + ((nint)row * left.RowStride), left, pb + column, bStride, pc + ((nint)row * cStride) + column, cStride, rows, depth, accumulate);
                    }
                    else
                    {
                        NarrowTile(pa + ((nint)row * left.RowStride), left, pb + column, bStride, pc + ((nint)row * cStride) + column, cStride, rows, depth, accumulate);
                    }
                }
            }
        }
    }

    private static void NarrowRemainder(float* a, LeftFactor left, float* b, nint bStride, float* c, nint cStride, int rows, int columns, int depth)
    {
        var scratch = stackalloc float[TileRows * Lanes.Width];
        NarrowTile(a, left, b, bStride, scratch, Lanes.Width, rows, depth, accumulate: false);
        for (var r = 0; r < rows; r++)
        {
            for (var j = 0; j < columns; j++) c[(r * cStride) + j] = scratch[(r * Lanes.Width) + j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideTile(float* a, LeftFactor left, float* b, nint bStride, float* c, nint cStride, int rows, int depth, bool accumulate)
    {
        // Rows that the tile has too many of repeat its last row: they load and store the same elements.
        nint aRow = left.RowStride, last = rows - 1;
        nint r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        float* a0 = a, a1 = a + (r1 * aRow), a2 = a + (r2 * aRow), a3 = a + (r3 * aRow), a4 = a + (r4 * aRow), a5 = a + (r5 * aRow);
        float* c0 = c, c1 = c + (r1 * cStride), c2 = c + (r2 * cStride), c3 = c + (r3 * cStride), c4 = c + (r4 * cStride), c5 = c + (r5 * cStride);
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        Vector512<float> s40 = default, s41 = default, s42 = default, s43 = default;
        Vector512<float> s50 = default, s51 = default, s52 = default, s53 = default;
        if (accumulate)
        {
            s00 = Vector512.Load(c0); s01 = Vector512.Load(c0 + 16); s02 = Vector512.Load(c0 + 32); s03 = Vector512.Load(c0 + 48);
            s10 = Vector512.Load(c1); s11 = Vector512.Load(c1 + 16); s12 = Vector512.Load(c1 + 32); s13 = Vector512.Load(c1 + 48);
            s20 = Vector512.Load(c2); s21 = Vector512.Load(c2 + 16); s22 = Vector512.Load(c2 + 32); s23 = Vector512.Load(c2 + 48);
            s30 = Vector512.Load(c3); s31 = Vector512.Load(c3 + 16); s32 = Vector512.Load(c3 + 32); s33 = Vector512.Load(c3 + 48);
            s40 = Vector512.Load(c4); s41 = Vector512.Load(c4 + 16); s42 = Vector512.Load(c4 + 32); s43 = Vector512.Load(c4 + 48);
            s50 = Vector512.Load(c5); s51 = Vector512.Load(c5 + 16); s52 = Vector512.Load(c5 + 32); s53 = Vector512.Load(c5 + 48);
        }

        nint step = left.DepthStride;
        for (nint segment = 0; depth > 0; segment += left.SegmentStride)
        {
            nint end = segment + (Math.Min(depth, left.SegmentDepth) * step);
            depth -= Math.Min(depth, left.SegmentDepth);
            for (nint k = segment; k < end; k += step, b += bStride)
            {
                var b0 = Vector512.Load(b);
                var b1 = Vector512.Load(b + 16);
                var b2 = Vector512.Load(b + 32);
                var b3 = Vector512.Load(b + 48);
                var x = Vector512.Create(a0[k]);
                s00 = Vector512.FusedMultiplyAdd(x, b0, s00); s01 = Vector512.FusedMultiplyAdd(x, b1, s01);
                s02 = Vector512.FusedMultiplyAdd(x, b2, s02); s03 = Vector512.FusedMultiplyAdd(x, b3, s03);
                x = Vector512.Create(a1[k]);
                s10 = Vector512.FusedMultiplyAdd(x, b0, s10); s11 = Vector512.FusedMultiplyAdd(x, b1, s11);
                s12 = Vector512.FusedMultiplyAdd(x, b2, s12); s13 = Vector512.FusedMultiplyAdd(x, b3, s13);
                x = Vector512.Create(a2[k]);
                s20 = Vector512.FusedMultiplyAdd(x, b0, s20); s21 = Vector512.FusedMultiplyAdd(x, b1, s21);
                s22 = Vector512.FusedMultiplyAdd(x, b2, s22); s23 = Vector512.FusedMultiplyAdd(x, b3, s23);
                x = Vector512.Create(a3[k]);
                s30 = Vector512.FusedMultiplyAdd(x, b0, s30); s31 = Vector512.FusedMultiplyAdd(x, b1, s31);
                s32 = Vector512.FusedMultiplyAdd(x, b2, s32); s33 = Vector512.FusedMultiplyAdd(x, b3, s33);
                x = Vector512.Create(a4[k]);
                s40 = Vector512.FusedMultiplyAdd(x, b0, s40); s41 = Vector512.FusedMultiplyAdd(x, b1, s41);
                s42 = Vector512.FusedMultiplyAdd(x, b2, s42); s43 = Vector512.FusedMultiplyAdd(x, b3, s43);
                x = Vector512.Create(a5[k]);
                s50 = Vector512.FusedMultiplyAdd(x, b0, s50); s51 = Vector512.FusedMultiplyAdd(x, b1, s51);
                s52 = Vector512.FusedMultiplyAdd(x, b2, s52); s53 = Vector512.FusedMultiplyAdd(x, b3, s53);
            }
        }

        s00.Store(c0); s01.Store(c0 + 16); s02.Store(c0 + 32); s03.Store(c0 + 48);
        s10.Store(c1); s11.Store(c1 + 16); s12.Store(c1 + 32); s13.Store(c1 + 48);
        s20.Store(c2); s21.Store(c2 + 16); s22.Store(c2 + 32); s23.Store(c2 + 48);
        s30.Store(c3); s31.Store(c3 + 16); s32.Store(c3 + 32); s33.Store(c3 + 48);
        s40.Store(c4); s41.Store(c4 + 16); s42.Store(c4 + 32); s43.Store(c4 + 48);
        s50.Store(c5); s51.Store(c5 + 16); s52.Store(c5 + 32); s53.Store(c5 + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(float* a, LeftFactor left, float* b, nint bStride, float* c, nint cStride, int rows, int depth, bool accumulate)
    {
        nint aRow = left.RowStride, last = rows - 1;
        nint r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        float* a0 = a, a1 = a + (r1 * aRow), a2 = a + (r2 * aRow), a3 = a + (r3 * aRow), a4 = a + (r4 * aRow), a5 = a + (r5 * aRow);
        float* c0 = c, c1 = c + (r1 * cStride), c2 = c + (r2 * cStride), c3 = c + (r3 * cStride), c4 = c + (r4 * cStride), c5 = c + (r5 * cStride);
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector256<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        if (accumulate)
        {
            s00 = Vector256.Load(c0); s01 = Vector256.Load(c0 + 8); s10 = Vector256.Load(c1); s11 = Vector256.Load(c1 + 8);
            s20 = Vector256.Load(c2); s21 = Vector256.Load(c2 + 8); s30 = Vector256.Load(c3); s31 = Vector256.Load(c3 + 8);
            s40 = Vector256.Load(c4); s41 = Vector256.Load(c4 + 8); s50 = Vector256.Load(c5); s51 = Vector256.Load(c5 + 8);
        }

        nint step = left.DepthStride;
        for (nint segment = 0; depth > 0; segment += left.SegmentStride)
        {
            nint end = segment + (Math.Min(depth, left.SegmentDepth) * step);
            depth -= Math.Min(depth, left.SegmentDepth);
            for (nint k = segment; k < end; k += step, b += bStride)
            {
                var b0 = Vector256.Load(b);
                var b1 = Vector256.Load(b + 8);
                var x = Vector256.Create(a0[k]);
                s00 = Vector256.FusedMultiplyAdd(x, b0, s00); s01 = Vector256.FusedMultiplyAdd(x, b1, s01);
                x = Vector256.Create(a1[k]);
                s10 = Vector256.FusedMultiplyAdd(x, b0, s10); s11 = Vector256.FusedMultiplyAdd(x, b1, s11);
                x = Vector256.Create(a2[k]);
                s20 = Vector256.FusedMultiplyAdd(x, b0, s20); s21 = Vector256.FusedMultiplyAdd(x, b1, s21);
                x = Vector256.Create(a3[k]);
                s30 = Vector256.FusedMultiplyAdd(x, b0, s30); s31 = Vector256.FusedMultiplyAdd(x, b1, s31);
                x = Vector256.Create(a4[k]);
                s40 = Vector256.FusedMultiplyAdd(x, b0, s40); s41 = Vector256.FusedMultiplyAdd(x, b1, s41);
                x = Vector256.Create(a5[k]);
                s50 = Vector256.FusedMultiplyAdd(x, b0, s50); s51 = Vector256.FusedMultiplyAdd(x, b1, s51);
            }
        }

        s00.Store(c0); s01.Store(c0 + 8); s10.Store(c1); s11.Store(c1 + 8); s20.Store(c2); s21.Store(c2 + 8);
        s30.Store(c3); s31.Store(c3 + 8); s40.Store(c4); s41.Store(c4 + 8); s50.Store(c5); s51.Store(c5 + 8);
    }
}
