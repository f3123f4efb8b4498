using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Element-wise passes over rows of lanes. Rows are <c>[channel][lane]</c>; the number of lanes is a multiple of 16.</summary>
internal static unsafe class LaneKernels
{
    /// <summary>y[r, n] += bias[r], then max(y, 0) if <paramref name="rectify"/>. A value that is not a number stays one.</summary>
    public static void AddBias(Span<float> y, ReadOnlySpan<float> bias, int from, int to, int lanes, bool rectify)
    {
        Checked.That(from >= 0 && lanes % Lanes.Width == 0);
        Checked.Covers(y, 0, (long)to * lanes);
        Checked.Covers(bias, 0, to);
        fixed (float* py = y, pb = bias)
        {
            for (var r = from; r < to; r++)
            {
                var b = Vector512.Create(pb[r]);
                var row = py + ((nint)r * lanes);
                for (var n = 0; n < lanes; n += Lanes.Width)
                {
                    var v = Vector512.Load(row + n) + b;
                    if (rectify) v = Vector512.Max(v, Vector512<float>.Zero);
                    v.Store(row + n);
                }
            }
        }
    }

    /// <summary>Gradient of max(x, 0) in place: dx[i] = 0 where the rectified y[i] is not positive.</summary>
    public static void RectifyGradient(Span<float> gradient, ReadOnlySpan<float> y)
    {
        Checked.That(y.Length % Lanes.Width == 0);
        Checked.Covers(gradient, 0, y.Length);
        fixed (float* pg = gradient, py = y)
        {
            for (var i = 0; i < y.Length; i += Lanes.Width)
            {
                var positive = Vector512.GreaterThan(Vector512.Load(py + i), Vector512<float>.Zero);
                (Vector512.Load(pg + i) & positive).Store(pg + i);
            }
        }
    }

    /// <summary>sums[r] (+)= sum over lanes of x[r, n], in one fixed order.</summary>
    public static void SumLanes(ReadOnlySpan<float> x, Span<float> sums, int from, int to, int lanes, bool accumulate)
    {
        Checked.That(from >= 0 && lanes > 0 && lanes % Lanes.Width == 0);
        Checked.Covers(x, 0, (long)to * lanes);
        Checked.Covers(sums, 0, to);
        fixed (float* px = x)
        {
            for (var r = from; r < to; r++)
            {
                var row = px + ((nint)r * lanes);
                var sum = Vector512.Load(row);
                for (var n = Lanes.Width; n < lanes; n += Lanes.Width) sum += Vector512.Load(row + n);
                var total = Lanes.Sum(sum);
                sums[r] = accumulate ? sums[r] + total : total;
            }
        }
    }

    /// <summary>target[j, i] = source[i, j] for i in rows, j in columns [<paramref name="from"/>, <paramref name="to"/>): turns samples into lanes and back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int rows, int from, int to)
    {
        Checked.That(from >= 0);
        Checked.Covers(source, 0, rows == 0 || from >= to ? 0 : ((rows - 1L) * sourceStride) + to);
        Checked.Covers(target, 0, rows == 0 || from >= to ? 0 : ((to - 1L) * targetStride) + rows);
        fixed (float* s = source, t = target)
        {
            var i = 0;
            for (; i + 4 <= rows; i += 4)
            {
                float* s0 = s + ((nint)i * sourceStride), s1 = s0 + sourceStride, s2 = s1 + sourceStride, s3 = s2 + sourceStride;
                var j = from;
                for (; j + 4 <= to; j += 4)
                {
                    // Pairs as 64-bit numbers: two rounds of interleaving turn 4 rows into 4 columns.
                    var (a, b, c, d) = (Vector128.Load(s0 + j), Vector128.Load(s1 + j), Vector128.Load(s2 + j), Vector128.Load(s3 + j));
                    var (ab0, ab1) = Interleave(a, b);
                    var (cd0, cd1) = Interleave(c, d);
                    var to0 = t + ((nint)j * targetStride) + i;
                    Vector128.Create(ab0.AsDouble().GetElement(0), cd0.AsDouble().GetElement(0)).AsSingle().Store(to0);
                    Vector128.Create(ab0.AsDouble().GetElement(1), cd0.AsDouble().GetElement(1)).AsSingle().Store(to0 + targetStride);
                    Vector128.Create(ab1.AsDouble().GetElement(0), cd1.AsDouble().GetElement(0)).AsSingle().Store(to0 + (2 * (nint)targetStride));
                    Vector128.Create(ab1.AsDouble().GetElement(1), cd1.AsDouble().GetElement(1)).AsSingle().Store(to0 + (3 * (nint)targetStride));
                }

                for (; j < to; j++)
                {
                    var column = t + ((nint)j * targetStride) + i;
                    (column[0], column[1], column[2], column[3]) = (s0[j], s1[j], s2[j], s3[j]);
                }
            }

            for (; i < rows; i++)
            {
                for (var j = from; j < to; j++) t[((nint)j * targetStride) + i] = s[((nint)i * sourceStride) + j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> x, Vector128<float> y)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
        {
            return (System.Runtime.Intrinsics.X86.Sse.UnpackLow(x, y), System.Runtime.Intrinsics.X86.Sse.UnpackHigh(x, y));
        }

        return (
            Vector128.Create(x.GetElement(0), y.GetElement(0), x.GetElement(1), y.GetElement(1)),
            Vector128.Create(x.GetElement(2), y.GetElement(2), x.GetElement(3), y.GetElement(3)));
    }
}
