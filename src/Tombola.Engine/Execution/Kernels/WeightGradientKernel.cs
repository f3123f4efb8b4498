using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Kernels;

/// <summary>Gradient of a convolution's weights over lanes: dW[k, c, tap] = sum over blocks, output pixels and lanes of dY[k] times the X[c] that the tap meets there.</summary>
/// <remarks>
/// A weight's sum is sixteen chains of fused multiply-adds, one for each element of a vector, in the order (block, row, column, half of the lanes), added up by the
/// tree of <see cref="Lanes.Sum"/>. Tiles, chunks and ranges of outputs only decide when a chain goes on; so nothing but shape and number of blocks decides the bits.
/// Register tiles are 4 x 4 pairs of channels; a chunk of pixels stays in the first-level cache while all taps pass over it, and meanwhile the chains of the
/// taps lie in scratch memory.
/// </remarks>
internal static unsafe class WeightGradientKernel
{
    private const int TileOutputs = 4, TileInputs = 4, TileFloats = TileOutputs * TileInputs * Lanes.Width;

    /// <summary>Pixels of a chunk: 32 KB of eight planes.</summary>
    private const int ChunkPixels = 32;

    /// <summary>Floats of both maps that a band of rows may hold, 384 KB: it stays in the second-level cache while all pairs of tiles pass.</summary>
    private const int BandFloats = 96 << 10;

    /// <summary>Floats of chains that tiles of outputs passing a band together may have, 160 KB.</summary>
    private const int ChainFloats = 40 << 10;

    /// <summary>Floats of scratch memory that one thread needs.</summary>
    public static int ScratchFloats(ConvolutionShape shape) => GroupTiles(shape) * InputTiles(shape) * shape.Taps * TileFloats;

    /// <summary>Writes the gradients of all weights of outputs [<paramref name="from"/>, <paramref name="to"/>).</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="gradient">dY.</param>
    /// <param name="gradientPlanes">Layout of dY.</param>
    /// <param name="input">X.</param>
    /// <param name="inputPlanes">Layout of X.</param>
    /// <param name="blocks">Blocks of samples.</param>
    /// <param name="result">dW <c>[K][C][taps]</c>.</param>
    /// <param name="from">First output.</param>
    /// <param name="to">Output after the last.</param>
    /// <param name="scratch">At least <see cref="ScratchFloats"/>.</param>
    public static void Run(
        ConvolutionShape shape, ReadOnlySpan<float> gradient, LanePlanes gradientPlanes, ReadOnlySpan<float> input, LanePlanes inputPlanes, int blocks, Span<float> result, int from, int to, Span<float> scratch)
    {
        Debug.Assert(scratch.Length >= ScratchFloats(shape) && result.Length >= to * shape.Inputs * shape.Taps);
        var (group, inputTiles, items) = (GroupTiles(shape) * TileOutputs, InputTiles(shape), blocks * shape.OutputRows);
        var perRow = (shape.Inputs * shape.InputPixels / shape.OutputRows * LanePlanes.Lanes) + (group * shape.OutputColumns * LanePlanes.Lanes);
        var band = Math.Max(1, BandFloats / perRow);
        fixed (float* dy = gradient, x = input, dw = result, chains = scratch)
        {
            for (var start = from; start < to; start += group)
            {
                var end = Math.Min(to, start + group);
                for (var first = 0; first < items; first += band)
                {
                    var tile = chains;
                    for (var k = start; k < end; k += TileOutputs)
                    {
                        for (var c = 0; c < shape.Inputs; c += TileInputs, tile += shape.Taps * TileFloats)
                        {
                            var pair = new Pair(
                                dy + ((nint)k * gradientPlanes.PlaneStride), gradientPlanes, end - k, x + ((nint)c * inputPlanes.PlaneStride), inputPlanes, shape.Inputs - c, shape);
                            Band(pair, first, Math.Min(items, first + band), tile);
                            if (first + band >= items) Deliver(tile, dw + (((nint)k * shape.Inputs) + c) * shape.Taps, shape, Math.Min(TileOutputs, end - k), Math.Min(TileInputs, shape.Inputs - c));
                        }
                    }
                }
            }
        }
    }

    private static int InputTiles(ConvolutionShape shape) => (shape.Inputs + TileInputs - 1) / TileInputs;

    private static int GroupTiles(ConvolutionShape shape) =>
        Math.Clamp(ChainFloats / (InputTiles(shape) * shape.Taps * TileFloats), 1, (shape.Outputs + TileOutputs - 1) / TileOutputs);

    /// <summary>All taps of one pair of tiles over rows [<paramref name="from"/>, <paramref name="to"/>), counted through all blocks.</summary>
    private static void Band(in Pair pair, int from, int to, float* chains)
    {
        var (shape, columns) = (pair.Shape, pair.Shape.OutputColumns);
        var (rowStep, columnStep) = columns > ChunkPixels ? (1, ChunkPixels) : (ChunkPixels / columns, columns);
        for (var first = from; first < to; first += rowStep)
        {
            for (var left = 0; left < columns; left += columnStep)
            {
                var fresh = first == 0 && left == 0;
                for (var tap = 0; tap < shape.Taps; tap++)
                {
                    var (validFrom, validTo) = shape.Valid(tap % shape.Kernel, shape.InputColumns, columns);
                    var (fromColumn, toColumn) = (Math.Max(left, validFrom), Math.Min(Math.Min(left + columnStep, columns), validTo));
                    var tile = chains + (tap * TileFloats);
                    if (fresh) new Span<float>(tile, TileFloats).Clear();
                    if (fromColumn >= toColumn) continue;
                    if (Lanes.Wide)
                    {
                        WidePass(in pair, first, Math.Min(to, first + rowStep), tap, fromColumn, toColumn, tile);
                    }
                    else
                    {
                        NarrowPass(in pair, first, Math.Min(to, first + rowStep), tap, fromColumn, toColumn, tile);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidePass(in Pair pair, int first, int last, int tap, int fromColumn, int toColumn, float* chains)
    {
        nint y1 = pair.Y1, y2 = pair.Y2, y3 = pair.Y3, x1 = pair.X1, x2 = pair.X2, x3 = pair.X3, step = pair.PixelStep;
        Vector512<float> s00 = Vector512.Load(chains), s01 = Vector512.Load(chains + 16), s02 = Vector512.Load(chains + 32), s03 = Vector512.Load(chains + 48);
        Vector512<float> s10 = Vector512.Load(chains + 64), s11 = Vector512.Load(chains + 80), s12 = Vector512.Load(chains + 96), s13 = Vector512.Load(chains + 112);
        Vector512<float> s20 = Vector512.Load(chains + 128), s21 = Vector512.Load(chains + 144), s22 = Vector512.Load(chains + 160), s23 = Vector512.Load(chains + 176);
        Vector512<float> s30 = Vector512.Load(chains + 192), s31 = Vector512.Load(chains + 208), s32 = Vector512.Load(chains + 224), s33 = Vector512.Load(chains + 240);
        for (var item = first; item < last; item++)
        {
            if (!pair.Row(item, tap, fromColumn, out var y, out var x)) continue;
            for (var n = toColumn - fromColumn; n > 0; n--, y += LanePlanes.Lanes, x += step)
            {
                var (a, b, c, d) = (Vector512.Load(y), Vector512.Load(y + y1), Vector512.Load(y + y2), Vector512.Load(y + y3));
                var v = Vector512.Load(x);
                s00 = Vector512.FusedMultiplyAdd(a, v, s00); s10 = Vector512.FusedMultiplyAdd(b, v, s10);
                s20 = Vector512.FusedMultiplyAdd(c, v, s20); s30 = Vector512.FusedMultiplyAdd(d, v, s30);
                v = Vector512.Load(x + x1);
                s01 = Vector512.FusedMultiplyAdd(a, v, s01); s11 = Vector512.FusedMultiplyAdd(b, v, s11);
                s21 = Vector512.FusedMultiplyAdd(c, v, s21); s31 = Vector512.FusedMultiplyAdd(d, v, s31);
                v = Vector512.Load(x + x2);
                s02 = Vector512.FusedMultiplyAdd(a, v, s02); s12 = Vector512.FusedMultiplyAdd(b, v, s12);
                s22 = Vector512.FusedMultiplyAdd(c, v, s22); s32 = Vector512.FusedMultiplyAdd(d, v, s32);
                v = Vector512.Load(x + x3);
                s03 = Vector512.FusedMultiplyAdd(a, v, s03); s13 = Vector512.FusedMultiplyAdd(b, v, s13);
                s23 = Vector512.FusedMultiplyAdd(c, v, s23); s33 = Vector512.FusedMultiplyAdd(d, v, s33);
                (a, b, c, d) = (Vector512.Load(y + 16), Vector512.Load(y + y1 + 16), Vector512.Load(y + y2 + 16), Vector512.Load(y + y3 + 16));
                v = Vector512.Load(x + 16);
                s00 = Vector512.FusedMultiplyAdd(a, v, s00); s10 = Vector512.FusedMultiplyAdd(b, v, s10);
                s20 = Vector512.FusedMultiplyAdd(c, v, s20); s30 = Vector512.FusedMultiplyAdd(d, v, s30);
                v = Vector512.Load(x + x1 + 16);
                s01 = Vector512.FusedMultiplyAdd(a, v, s01); s11 = Vector512.FusedMultiplyAdd(b, v, s11);
                s21 = Vector512.FusedMultiplyAdd(c, v, s21); s31 = Vector512.FusedMultiplyAdd(d, v, s31);
                v = Vector512.Load(x + x2 + 16);
                s02 = Vector512.FusedMultiplyAdd(a, v, s02); s12 = Vector512.FusedMultiplyAdd(b, v, s12);
                s22 = Vector512.FusedMultiplyAdd(c, v, s22); s32 = Vector512.FusedMultiplyAdd(d, v, s32);
                v = Vector512.Load(x + x3 + 16);
                s03 = Vector512.FusedMultiplyAdd(a, v, s03); s13 = Vector512.FusedMultiplyAdd(b, v, s13);
                s23 = Vector512.FusedMultiplyAdd(c, v, s23); s33 = Vector512.FusedMultiplyAdd(d, v, s33);
            }
        }

        s00.Store(chains); s01.Store(chains + 16); s02.Store(chains + 32); s03.Store(chains + 48);
        s10.Store(chains + 64); s11.Store(chains + 80); s12.Store(chains + 96); s13.Store(chains + 112);
        s20.Store(chains + 128); s21.Store(chains + 144); s22.Store(chains + 160); s23.Store(chains + 176);
        s30.Store(chains + 192); s31.Store(chains + 208); s32.Store(chains + 224); s33.Store(chains + 240);
    }

    /// <summary>The same tile in quarters of 4 outputs, 2 inputs and half a vector: eight chains.</summary>
    private static void NarrowPass(in Pair pair, int first, int last, int tap, int fromColumn, int toColumn, float* chains)
    {
        for (var half = 0; half < Lanes.Width; half += 8)
        {
            NarrowQuarter(in pair, first, last, tap, fromColumn, toColumn, 0, pair.X1, half, chains + half);
            NarrowQuarter(in pair, first, last, tap, fromColumn, toColumn, pair.X2, pair.X3, half, chains + 32 + half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowQuarter(in Pair pair, int first, int last, int tap, int fromColumn, int toColumn, nint x0, nint x1, int half, float* chains)
    {
        nint y1 = pair.Y1, y2 = pair.Y2, y3 = pair.Y3, step = pair.PixelStep;
        Vector256<float> s00 = Vector256.Load(chains), s01 = Vector256.Load(chains + 16), s10 = Vector256.Load(chains + 64), s11 = Vector256.Load(chains + 80);
        Vector256<float> s20 = Vector256.Load(chains + 128), s21 = Vector256.Load(chains + 144), s30 = Vector256.Load(chains + 192), s31 = Vector256.Load(chains + 208);
        for (var item = first; item < last; item++)
        {
            if (!pair.Row(item, tap, fromColumn, out var y, out var x)) continue;
            y += half;
            x += half;
            for (var n = toColumn - fromColumn; n > 0; n--, y += LanePlanes.Lanes, x += step)
            {
                var (u, v) = (Vector256.Load(x + x0), Vector256.Load(x + x1));
                var g = Vector256.Load(y);
                s00 = Vector256.FusedMultiplyAdd(g, u, s00); s01 = Vector256.FusedMultiplyAdd(g, v, s01);
                g = Vector256.Load(y + y1);
                s10 = Vector256.FusedMultiplyAdd(g, u, s10); s11 = Vector256.FusedMultiplyAdd(g, v, s11);
                g = Vector256.Load(y + y2);
                s20 = Vector256.FusedMultiplyAdd(g, u, s20); s21 = Vector256.FusedMultiplyAdd(g, v, s21);
                g = Vector256.Load(y + y3);
                s30 = Vector256.FusedMultiplyAdd(g, u, s30); s31 = Vector256.FusedMultiplyAdd(g, v, s31);
                (u, v) = (Vector256.Load(x + x0 + 16), Vector256.Load(x + x1 + 16));
                g = Vector256.Load(y + 16);
                s00 = Vector256.FusedMultiplyAdd(g, u, s00); s01 = Vector256.FusedMultiplyAdd(g, v, s01);
                g = Vector256.Load(y + y1 + 16);
                s10 = Vector256.FusedMultiplyAdd(g, u, s10); s11 = Vector256.FusedMultiplyAdd(g, v, s11);
                g = Vector256.Load(y + y2 + 16);
                s20 = Vector256.FusedMultiplyAdd(g, u, s20); s21 = Vector256.FusedMultiplyAdd(g, v, s21);
                g = Vector256.Load(y + y3 + 16);
                s30 = Vector256.FusedMultiplyAdd(g, u, s30); s31 = Vector256.FusedMultiplyAdd(g, v, s31);
            }
        }

        s00.Store(chains); s01.Store(chains + 16); s10.Store(chains + 64); s11.Store(chains + 80);
        s20.Store(chains + 128); s21.Store(chains + 144); s30.Store(chains + 192); s31.Store(chains + 208);
    }

    /// <summary>Adds up the chains of one pair of tiles and writes the weights that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deliver(float* chains, float* result, ConvolutionShape shape, int outputs, int inputs)
    {
        nint taps = shape.Taps;
        for (nint tap = 0; tap < taps; tap++, chains += TileFloats)
        {
            for (nint k = 0; k < outputs; k++)
            {
                var row = chains + (k * TileInputs * Lanes.Width);
                var sums = Lanes.Sums(Vector512.Load(row), Vector512.Load(row + 16), Vector512.Load(row + 32), Vector512.Load(row + 48));
                var to = result + (k * shape.Inputs * taps) + tap;
                for (var c = 0; c < inputs; c++) to[c * taps] = sums.GetElement(c);
            }
        }
    }

    /// <summary>Four outputs and four inputs: where their planes lie. Channels that a tile has too many of repeat its last one, and their sums are dropped.</summary>
    private readonly struct Pair(float* y, LanePlanes yPlanes, int outputs, float* x, LanePlanes xPlanes, int inputs, ConvolutionShape shape)
    {
        private readonly float* _y = y, _x = x;
        private readonly nint _yBlock = yPlanes.BlockStride, _xBlock = xPlanes.BlockStride;

        public readonly nint Y1 = Plane(1, outputs, yPlanes), Y2 = Plane(2, outputs, yPlanes), Y3 = Plane(3, outputs, yPlanes);

        public readonly nint X1 = Plane(1, inputs, xPlanes), X2 = Plane(2, inputs, xPlanes), X3 = Plane(3, inputs, xPlanes);

        public readonly ConvolutionShape Shape = shape;

        private readonly int _rows = shape.OutputRows, _columns = shape.OutputColumns;

        /// <summary>Floats of the input from an output pixel to the next.</summary>
        public nint PixelStep => Shape.Stride * LanePlanes.Lanes;

        /// <summary>Pointers to the first planes at an output row and the input row that a tap meets there; false if that lies outside.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Row(int item, int tap, int column, out float* y, out float* x)
        {
            var (block, row) = Math.DivRem(item, _rows);
            var (r, s) = Math.DivRem(tap, Shape.Kernel);
            var inputRow = (row * Shape.Stride) + r - Shape.Padding;
            y = _y + (block * _yBlock) + ((nint)((row * _columns) + column) * LanePlanes.Lanes);
            x = _x + (block * _xBlock) + ((nint)((inputRow * Shape.InputColumns) + (column * Shape.Stride) + s - Shape.Padding) * LanePlanes.Lanes);
            return inputRow >= 0 && inputRow < Shape.InputRows;
        }

        private static nint Plane(int channel, int channels, LanePlanes planes) => (nint)Math.Min(channel, channels - 1) * planes.PlaneStride;
    }
}
