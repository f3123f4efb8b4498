using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Convolution with the weights that remain: each is multiplied with a patch of the source while the patch of the target stays in registers.</summary>
/// <remarks>
/// Forward pass and data gradient are this kernel with different lists. A patch has 16 vectors; so one decoded weight, an offset and a value, serves 16
/// multiply-adds that take their other factor from memory, 18 loads in all. Every element is one chain of fused multiply-adds from zero in the order of its
/// channel's list (<see cref="SparseIndex"/>), then the epilogue; patches and ranges do not change its bits. Nothing is multiplied with pixels outside
/// the source: a run of taps of which a patch's first or last row or column has no use is summed by a loop without those vectors.
/// It is bound by the second-level cache, which delivers one vector a cycle where the loop could take two, and with few remaining weights by the target's own traffic.
/// </remarks>
internal static unsafe class SparseKernel
{
    /// <summary>Computes one patch in channels [<paramref name="from"/>, <paramref name="to"/>) of the target.</summary>
    /// <param name="lists">The remaining weights.</param>
    /// <param name="runs">First run of taps that reach the source.</param>
    /// <param name="runsEnd">Run after the last.</param>
    /// <param name="source">The patch's place in the source.</param>
    /// <param name="row">Floats from a row of the patch to the next, in the source.</param>
    /// <param name="targetRow">The same in the target.</param>
    /// <param name="targetColumn">Floats from a column of the patch to the next, in the target.</param>
    /// <param name="placed">The end, at the patch's place in the target.</param>
    /// <param name="from">First channel.</param>
    /// <param name="to">Channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Patch<TShape, TStep>(
        in SparseLists lists, SparseRun* runs, SparseRun* runsEnd, float* source, nint row, nint targetRow, nint targetColumn, in PlacedEpilogue placed, int from, int to)
        where TShape : struct, ISparseShape
        where TStep : struct, ISparseStep
    {
        var onlyAdds = placed.OnlyAdds;
        if (onlyAdds && runs == runsEnd) return;
        var ends = lists.Ends + ((nint)from * lists.Taps);
        for (var target = from; target < to; target++, ends += lists.Taps)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            Vector512<float> s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default;
            nint terms = 0;
            for (var run = runs; run < runsEnd; run++)
            {
                nint first = ends[run->From], last = ends[run->To];
                terms += last - first;
                int* offset = lists.Offsets + first;
                float* weight = lists.Weights + first, end = lists.Weights + last;
                switch (run->Part)
                {
                    case SparsePart.All:
                        Accumulate<TShape, TStep>(
                            All<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotFirstColumn:
                        Accumulate<TShape, TStep>(
                            NotFirstColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotLastColumn:
                        Accumulate<TShape, TStep>(
                            NotLastColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotFirstRow:
                        Accumulate<TShape, TStep>(
                            NotFirstRow<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotFirstRowNorFirstColumn:
                        Accumulate<TShape, TStep>(
                            NotFirstRow<TShape>() & NotFirstColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotFirstRowNorLastColumn:
                        Accumulate<TShape, TStep>(
                            NotFirstRow<TShape>() & NotLastColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotLastRow:
                        Accumulate<TShape, TStep>(
                            NotLastRow<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    case SparsePart.NotLastRowNorFirstColumn:
                        Accumulate<TShape, TStep>(
                            NotLastRow<TShape>() & NotFirstColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                    default:
                        Accumulate<TShape, TStep>(
                            NotLastRow<TShape>() & NotLastColumn<TShape>(), source, row, offset, weight, end,
                            ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12, ref s13, ref s14, ref s15);
                        break;
                }
            }

            if (onlyAdds && terms == 0) continue;
            if (Count<TShape>() > 0) placed.Store(target, TShape.Place(0, targetRow, targetColumn), s0); if (Count<TShape>() > 1) placed.Store(target, TShape.Place(1, targetRow, targetColumn), s1);
            if (Count<TShape>() > 2) placed.Store(target, TShape.Place(2, targetRow, targetColumn), s2); if (Count<TShape>() > 3) placed.Store(target, TShape.Place(3, targetRow, targetColumn), s3);
            if (Count<TShape>() > 4) placed.Store(target, TShape.Place(4, targetRow, targetColumn), s4); if (Count<TShape>() > 5) placed.Store(target, TShape.Place(5, targetRow, targetColumn), s5);
            if (Count<TShape>() > 6) placed.Store(target, TShape.Place(6, targetRow, targetColumn), s6); if (Count<TShape>() > 7) placed.Store(target, TShape.Place(7, targetRow, targetColumn), s7);
            if (Count<TShape>() > 8) placed.Store(target, TShape.Place(8, targetRow, targetColumn), s8); if (Count<TShape>() > 9) placed.Store(target, TShape.Place(9, targetRow, targetColumn), s9);
            if (Count<TShape>() > 10) placed.Store(target, TShape.Place(10, targetRow, targetColumn), s10); if (Count<TShape>() > 11) placed.Store(target, TShape.Place(11, targetRow, targetColumn), s11);
            if (Count<TShape>() > 12) placed.Store(target, TShape.Place(12, targetRow, targetColumn), s12); if (Count<TShape>() > 13) placed.Store(target, TShape.Place(13, targetRow, targetColumn), s13);
            if (Count<TShape>() > 14) placed.Store(target, TShape.Place(14, targetRow, targetColumn), s14); if (Count<TShape>() > 15) placed.Store(target, TShape.Place(15, targetRow, targetColumn), s15);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TShape, TStep>(
        int mask,
        float* source,
        nint row,
        int* offset,
        float* next,
        float* end,
        ref Vector512<float> s0,
        ref Vector512<float> s1,
        ref Vector512<float> s2,
        ref Vector512<float> s3,
        ref Vector512<float> s4,
        ref Vector512<float> s5,
        ref Vector512<float> s6,
        ref Vector512<float> s7,
        ref Vector512<float> s8,
        ref Vector512<float> s9,
        ref Vector512<float> s10,
        ref Vector512<float> s11,
        ref Vector512<float> s12,
        ref Vector512<float> s13,
        ref Vector512<float> s14,
        ref Vector512<float> s15)
        where TShape : struct, ISparseShape
        where TStep : struct, ISparseStep
    {
        nint column = TStep.Pixels * LanePlanes.Lanes;
        for (; next < end; next++, offset++)
        {
            var pixel = source + *offset;
            var weight = Vector512.Create(*next);
            if ((mask & 0x1) != 0) s0 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(0, row, column)), s0);
            if ((mask & 0x2) != 0) s1 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(1, row, column)), s1);
            if ((mask & 0x4) != 0) s2 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(2, row, column)), s2);
            if ((mask & 0x8) != 0) s3 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(3, row, column)), s3);
            if ((mask & 0x10) != 0) s4 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(4, row, column)), s4);
            if ((mask & 0x20) != 0) s5 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(5, row, column)), s5);
            if ((mask & 0x40) != 0) s6 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(6, row, column)), s6);
            if ((mask & 0x80) != 0) s7 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(7, row, column)), s7);
            if ((mask & 0x100) != 0) s8 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(8, row, column)), s8);
            if ((mask & 0x200) != 0) s9 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(9, row, column)), s9);
            if ((mask & 0x400) != 0) s10 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(10, row, column)), s10);
            if ((mask & 0x800) != 0) s11 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(11, row, column)), s11);
            if ((mask & 0x1000) != 0) s12 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(12, row, column)), s12);
            if ((mask & 0x2000) != 0) s13 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(13, row, column)), s13);
            if ((mask & 0x4000) != 0) s14 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(14, row, column)), s14);
            if ((mask & 0x8000) != 0) s15 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(pixel + TShape.Place(15, row, column)), s15);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count<TShape>()
        where TShape : struct, ISparseShape => TShape.Rows * TShape.Columns * TShape.Vectors;

    // Sets of a patch's vectors, bit i for the i-th.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int All<TShape>()
        where TShape : struct, ISparseShape => (1 << Count<TShape>()) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstRow<TShape>()
        where TShape : struct, ISparseShape => (1 << (TShape.Columns * TShape.Vectors)) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstColumn<TShape>()
        where TShape : struct, ISparseShape => All<TShape>() / FirstRow<TShape>() * ((1 << TShape.Vectors) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NotFirstColumn<TShape>()
        where TShape : struct, ISparseShape => All<TShape>() & ~FirstColumn<TShape>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NotLastColumn<TShape>()
        where TShape : struct, ISparseShape => All<TShape>() & ~(FirstColumn<TShape>() << ((TShape.Columns - 1) * TShape.Vectors));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NotFirstRow<TShape>()
        where TShape : struct, ISparseShape => All<TShape>() & ~FirstRow<TShape>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NotLastRow<TShape>()
        where TShape : struct, ISparseShape => All<TShape>() >> (TShape.Columns * TShape.Vectors);
}
