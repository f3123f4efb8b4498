using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Y[r] = sum over remaining weights c of row r of W[r, c] X[c], 16, 32 or 64 lanes wide: <see cref="ProductKernel"/> for a pruned layer.</summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds in the order of c, as in the dense product, whose bits it has but for the zeros left out; panels,
/// pairs and instruction sets only decide when a chain goes on. Bound by loads, two a cycle: four of X and one of the weight for four multiply-adds, so
/// that a remaining weight takes 1.6 times as long as a weight of the dense product; with few remaining weights by the second-level cache, from which X and Y come.
/// </remarks>
internal static unsafe class SparseProductKernel
{
    /// <summary>Lanes that the wide kernels are made for.</summary>
    public const int WideLanes = 64;

    /// <summary>Computes rows [<paramref name="from"/>, <paramref name="to"/>) of one lane block.</summary>
    /// <param name="rows">Where the remaining weights stand.</param>
    /// <param name="values">The remaining weights.</param>
    /// <param name="x">X [columns][lanes].</param>
    /// <param name="y">Y [rows][lanes].</param>
    /// <param name="from">First row, where a strip begins.</param>
    /// <param name="to">Row after the last, where a strip ends.</param>
    /// <param name="accumulate">Go on from what Y holds instead of from zero.</param>
    /// <param name="epilogue">What follows the sum; there is no residual.</param>
    public static void Multiply(
        SparseRows rows, ReadOnlySpan<float> values, ReadOnlySpan<float> x, Span<float> y, int from, int to, bool accumulate, Epilogue epilogue)
    {
        Checked.That(epilogue.Residual.IsEmpty);
        Checked.Covers(values, 0, rows.Starts[to]);
        Checked.Covers(x, 0, (long)rows.Width * rows.Lanes);
        Checked.Covers(y, 0, (long)to * rows.Lanes);
        Checked.CoversIfAny(epilogue.Bias, 0, to);
        Checked.CoversIfAny(epilogue.Gate, 0, (long)to * rows.Lanes);
        var (strip, end) = rows.Strips(from, to);
        fixed (float* w = values, px = x, py = y, bias = epilogue.Bias, gate = epilogue.Gate)
        fixed (ushort* columns = rows.Columns, steps = rows.Steps)
        fixed (SparseRows.Item* items = rows.Items)
        {
            for (var i = strip * rows.Panels; i < end * rows.Panels; i++)
            {
                var panel = i % rows.Panels;
                var placed = panel < rows.Panels - 1 ? default : new RowEpilogue(bias, gate, epilogue.Rectify, rows.Lanes);
                var panelX = px + ((nint)panel * rows.PanelStride);
                SparseRows.Item* item = items + rows.Ends[i], itemsEnd = items + rows.Ends[i + 1];
                if (Lanes.Wide && rows.Lanes == WideLanes)
                {
                    WidePairs(item, itemsEnd, w, steps + rows.StepStarts[i], panelX, py, accumulate || panel > 0, in placed);
                }
                else
                {
                    for (var lane = 0; lane < rows.Lanes; lane += Lanes.Width)
                    {
                        NarrowRows(item, itemsEnd, w, columns, panelX + lane, py, lane, rows.Lanes, accumulate || panel > 0, in placed);
                    }
                }
            }
        }
    }

    /// <summary>The lanes of the column that stands 256-fold in <paramref name="columns"/>: a column's lanes are 256 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vectors(float* x, ulong columns) => (float*)((byte*)x + (nint)(columns & 0xFFFF00));

    /// <summary>Two rows at a time: eight chains, which hide the latency of a multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidePairs(SparseRows.Item* item, SparseRows.Item* end, float* w, ushort* step, float* x, float* y, bool load, in RowEpilogue placed)
    {
        for (; item < end; item += 2)
        {
            // The last of an odd number is paired with itself: the same values twice.
            var other = item + 1 < end ? item + 1 : item;
            float* ya = y + ((nint)item->Row * WideLanes), yb = y + ((nint)other->Row * WideLanes);
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            if (load)
            {
                (a0, a1, a2, a3) = (Vector512.Load(ya), Vector512.Load(ya + 16), Vector512.Load(ya + 32), Vector512.Load(ya + 48));
                (b0, b1, b2, b3) = (Vector512.Load(yb), Vector512.Load(yb + 16), Vector512.Load(yb + 32), Vector512.Load(yb + 48));
            }

            float* wa = w + item->Start, wb = w + other->Start;
            float* both = wa + (item->Length & ~1), last = wb + other->Length;
            Vector512<float> v;
            float* px;

            // Loads are what there are too few of: one for four columns, and a step ahead, because loads whose address has just been loaded are slow.
            var next = *(ulong*)step;
            for (; wa < both; wa += 2, wb += 2)
            {
                var columns = next;
                step += 4;
                next = *(ulong*)step;
                v = Vector512.Create(wa[0]);
                px = Vectors(x, columns << 8);
                a0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), a0); a1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), a1);
                a2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), a2); a3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), a3);
                v = Vector512.Create(wb[0]);
                px = Vectors(x, columns >> 8);
                b0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), b0); b1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), b1);
                b2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), b2); b3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), b3);
                v = Vector512.Create(wa[1]);
                px = Vectors(x, columns >> 24);
                a0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), a0); a1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), a1);
                a2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), a2); a3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), a3);
                v = Vector512.Create(wb[1]);
                px = Vectors(x, columns >> 40);
                b0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), b0); b1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), b1);
                b2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), b2); b3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), b3);
            }

            if ((item->Length & 1) != 0)
            {
                v = Vector512.Create(*wa);
                px = x + ((nint)(*step++) * WideLanes);
                a0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), a0); a1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), a1);
                a2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), a2); a3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), a3);
            }

            for (; wb < last; wb++)
            {
                v = Vector512.Create(*wb);
                px = x + ((nint)(*step++) * WideLanes);
                b0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px), b0); b1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 16), b1);
                b2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 32), b2); b3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(px + 48), b3);
            }

            if (placed.Needed)
            {
                (a0, a1, a2, a3) = (placed.Of(a0, item->Row, 0), placed.Of(a1, item->Row, 16), placed.Of(a2, item->Row, 32), placed.Of(a3, item->Row, 48));
                (b0, b1, b2, b3) = (placed.Of(b0, other->Row, 0), placed.Of(b1, other->Row, 16), placed.Of(b2, other->Row, 32), placed.Of(b3, other->Row, 48));
            }

            a0.Store(ya); a1.Store(ya + 16); a2.Store(ya + 32); a3.Store(ya + 48);
            b0.Store(yb); b1.Store(yb + 16); b2.Store(yb + 32); b3.Store(yb + 48);
        }
    }

    /// <summary>16 lanes from <paramref name="lane"/> on, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowRows(
        SparseRows.Item* item, SparseRows.Item* end, float* w, ushort* columns, float* x, float* y, int lane, int lanes, bool load, in RowEpilogue placed)
    {
        for (; item < end; item++)
        {
            var row = y + ((nint)item->Row * lanes);
            Vector256<float> low = default, high = default;
            if (load) (low, high) = (Vector256.Load(row + lane), Vector256.Load(row + lane + 8));
            var values = w + item->Start;
            var its = columns + item->Start;
            for (nint n = 0; n < item->Length; n++)
            {
                var v = Vector256.Create(values[n]);
                var px = x + (its[n] * (nint)lanes);
                (low, high) = (Vector256.FusedMultiplyAdd(v, Vector256.Load(px), low), Vector256.FusedMultiplyAdd(v, Vector256.Load(px + 8), high));
            }

            placed.Of(Vector512.Create(low, high), item->Row, lane).Store(row + lane);
        }
    }

    /// <summary>What follows the last panel: pointers are null where there is nothing to do.</summary>
    private readonly struct RowEpilogue(float* bias, float* gate, bool rectify, nint lanes)
    {
        private readonly float* _bias = bias, _gate = gate;
        private readonly bool _rectify = rectify;
        private readonly nint _lanes = lanes;

        public bool Needed => _bias != null || _gate != null || _rectify;

        /// <summary>What becomes of 16 lanes of a row, from <paramref name="lane"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Of(Vector512<float> sum, int row, int lane)
        {
            if (_bias != null) sum += Vector512.Create(_bias[row]);
            if (_rectify) sum = Vector512.Max(sum, Vector512<float>.Zero);
            if (_gate != null) sum &= Vector512.GreaterThan(Vector512.Load(_gate + (row * _lanes) + lane), Vector512<float>.Zero);
            return sum;
        }
    }
}
