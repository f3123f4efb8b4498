using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Pooling of one map [row][column][lane]: bound by the cache, each window reads vectors of samples.</summary>
/// <param name="Rows">Rows of the input.</param>
/// <param name="Columns">Columns of the input.</param>
/// <param name="KernelRows">Rows of the window.</param>
/// <param name="KernelColumns">Columns of the window.</param>
/// <param name="Stride">Distance between windows.</param>
/// <param name="Padding">Rows and columns around the map; a maximum never comes from them, a mean counts them as zero.</param>
/// <param name="OutputRows">Rows of the output.</param>
/// <param name="OutputColumns">Columns of the output.</param>
/// <param name="LaneCount">Samples in a lane block.</param>
internal readonly unsafe record struct PoolKernels(int Rows, int Columns, int KernelRows, int KernelColumns, int Stride, int Padding, int OutputRows, int OutputColumns, int LaneCount)
{
    public static PoolKernels Of(Shape input, Shape output, int kernelRows, int kernelColumns, int stride, int padding, int lanes) =>
        new(input.Rows, input.Columns, kernelRows, kernelColumns, stride, padding, output.Rows, output.Columns, lanes);

    /// <summary>Whether every element lies in exactly one window, so that a gradient can be written instead of added up.</summary>
    public bool Covers => Stride == KernelRows && Stride == KernelColumns && Padding == 0 && Rows == OutputRows * Stride && Columns == OutputColumns * Stride;

    private long InputFloats => (long)Rows * Columns * LaneCount;

    private long OutputFloats => (long)OutputRows * OutputColumns * LaneCount;

    /// <summary>Whether each window has a pixel of the map, which a maximum begins with.</summary>
    private bool WindowsMeetMap =>
        LaneCount % Lanes.Width == 0 && Padding < Math.Min(KernelRows, KernelColumns)
        && (OutputRows - 1) * Stride < Rows + Padding && (OutputColumns - 1) * Stride < Columns + Padding;

    /// <summary>y = largest x of each window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Max(ReadOnlySpan<float> x, Span<float> y)
    {
        Checked.That(WindowsMeetMap);
        Checked.Covers(x, 0, InputFloats);
        Checked.Covers(y, 0, OutputFloats);
        var (self, row, lanes) = (this, (nint)Columns * LaneCount, (nint)LaneCount);
        fixed (float* px = x, py = y)
        {
            var target = py;
            for (var i = 0; i < self.OutputRows; i++)
            {
                for (var j = 0; j < self.OutputColumns; j++)
                {
                    var (r0, r1, s0, s1) = self.Window(i, j);
                    var (size, count) = ((s1 - s0) * lanes, r1 - r0);
                    var corner = px + (r0 * row) + (s0 * lanes);
                    for (var n = 0; n < lanes; n += Lanes.Width, target += Lanes.Width)
                    {
                        var max = Vector512.Load(corner + n);
                        var line = corner + n;
                        for (var r = 0; r < count; r++, line += row)
                        {
                            for (nint s = 0; s < size; s += lanes) max = Vector512.Max(max, Vector512.Load(line + s));
                        }

                        max.Store(target);
                    }
                }
            }
        }
    }

    /// <summary>dx += dy at the first place of each window, row by row, that holds its maximum; not where that is 0 and <paramref name="rectified"/>.</summary>
    /// <param name="x">Input.</param>
    /// <param name="y">Output.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input.</param>
    /// <param name="rectified">Whether the input passed a rectifier.</param>
    /// <param name="accumulate">Whether dx holds something already; if not, <see cref="Covers"/> or zeros must.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MaxGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool rectified, bool accumulate)
    {
        Checked.That(WindowsMeetMap);
        Checked.Covers(x, 0, InputFloats);
        Checked.Covers(y, 0, OutputFloats);
        Checked.Covers(dy, 0, OutputFloats);
        Checked.Covers(dx, 0, InputFloats);
        var (self, row, lanes) = (this, (nint)Columns * LaneCount, (nint)LaneCount);
        fixed (float* px = x, py = y, pdy = dy, pdx = dx)
        {
            nint place = 0;
            for (var i = 0; i < self.OutputRows; i++)
            {
                for (var j = 0; j < self.OutputColumns; j++)
                {
                    var (r0, r1, s0, s1) = self.Window(i, j);
                    var (corner, size, count) = ((r0 * row) + (s0 * lanes), (s1 - s0) * lanes, r1 - r0);
                    for (var n = 0; n < lanes; n += Lanes.Width, place += Lanes.Width)
                    {
                        var max = Vector512.Load(py + place);
                        var gradient = Vector512.Load(pdy + place);
                        if (rectified) gradient &= Vector512.GreaterThan(max, Vector512<float>.Zero);
                        var line = corner + n;
                        for (var r = 0; r < count; r++, line += row)
                        {
                            for (nint s = 0; s < size; s += lanes)
                            {
                                var here = Vector512.Equals(Vector512.Load(px + line + s), max);
                                var part = gradient & here;
                                gradient = Vector512.AndNot(gradient, here);
                                if (accumulate) part += Vector512.Load(pdx + line + s);
                                part.Store(pdx + line + s);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>dy = dx at the first place of each window, row by row, that holds its maximum: the way that <see cref="MaxGradient"/> goes back.</summary>
    /// <param name="x">Input.</param>
    /// <param name="y">Output.</param>
    /// <param name="dx">Derivative of the input.</param>
    /// <param name="dy">Derivative of the output.</param>
    public void MaxTangent(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dx, Span<float> dy)
    {
        Checked.That(WindowsMeetMap);
        Checked.Covers(x, 0, InputFloats);
        Checked.Covers(y, 0, OutputFloats);
        Checked.Covers(dx, 0, InputFloats);
        Checked.Covers(dy, 0, OutputFloats);
        fixed (float* px = x, py = y, pdx = dx, pdy = dy)
        {
            nint place = 0;
            for (var i = 0; i < OutputRows; i++)
            {
                for (var j = 0; j < OutputColumns; j++)
                {
                    var (r0, r1, s0, s1) = Window(i, j);
                    for (var n = 0; n < LaneCount; n += Lanes.Width, place += Lanes.Width)
                    {
                        var (max, tangent) = (Vector512.Load(py + place), Vector512<float>.Zero);

                        // From the last to the first, so that the first has the last word.
                        for (var r = r1 - 1; r >= r0; r--)
                        {
                            for (var s = s1 - 1; s >= s0; s--)
                            {
                                var here = Vector512.Equals(Vector512.Load(At(px, r, s) + n), max);
                                tangent = Vector512.ConditionalSelect(here, Vector512.Load(At(pdx, r, s) + n), tangent);
                            }
                        }

                        tangent.Store(pdy + place);
                    }
                }
            }
        }
    }

    /// <summary>y = mean x of each window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mean(ReadOnlySpan<float> x, Span<float> y)
    {
        Checked.That(LaneCount % Lanes.Width == 0);
        Checked.Covers(x, 0, InputFloats);
        Checked.Covers(y, 0, OutputFloats);
        var share = Vector512.Create(1f / (KernelRows * KernelColumns));
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < OutputRows; i++)
            {
                for (var j = 0; j < OutputColumns; j++)
                {
                    var (r0, r1, s0, s1) = Window(i, j);
                    for (var n = 0; n < LaneCount; n += Lanes.Width)
                    {
                        var sum = Vector512<float>.Zero;
                        for (var r = r0; r < r1; r++)
                        {
                            for (var s = s0; s < s1; s++) sum += Vector512.Load(At(px, r, s) + n);
                        }

                        (sum * share).Store(py + ((((nint)i * OutputColumns) + j) * LaneCount) + n);
                    }
                }
            }
        }
    }

    /// <summary>dx += dy / window size over each window; only where x is positive if <paramref name="x"/> is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MeanGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx)
    {
        Checked.That(LaneCount % Lanes.Width == 0);
        Checked.Covers(dy, 0, OutputFloats);
        Checked.CoversIfAny(x, 0, InputFloats);
        Checked.Covers(dx, 0, InputFloats);
        var share = Vector512.Create(1f / (KernelRows * KernelColumns));
        fixed (float* px = x, pdy = dy, pdx = dx)
        {
            for (var i = 0; i < OutputRows; i++)
            {
                for (var j = 0; j < OutputColumns; j++)
                {
                    var (r0, r1, s0, s1) = Window(i, j);
                    for (var n = 0; n < LaneCount; n += Lanes.Width)
                    {
                        var gradient = Vector512.Load(pdy + ((((nint)i * OutputColumns) + j) * LaneCount) + n) * share;
                        for (var r = r0; r < r1; r++)
                        {
                            for (var s = s0; s < s1; s++)
                            {
                                var target = At(pdx, r, s) + n;
                                var through = px == null ? gradient : gradient & Vector512.GreaterThan(Vector512.Load(At(px, r, s) + n), Vector512<float>.Zero);
                                (Vector512.Load(target) + through).Store(target);
                            }
                        }
                    }
                }
            }
        }
    }

    private (int Row, int RowEnd, int Column, int ColumnEnd) Window(int i, int j)
    {
        var (r, s) = ((i * Stride) - Padding, (j * Stride) - Padding);
        return (Math.Max(0, r), Math.Min(Rows, r + KernelRows), Math.Max(0, s), Math.Min(Columns, s + KernelColumns));
    }

    private float* At(float* map, int row, int column) => map + ((((nint)row * Columns) + column) * LaneCount);
}
