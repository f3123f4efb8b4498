using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Direct convolution: a target pixel gathers weights times vectors of samples from source pixels that a <see cref="TapTable"/> names.</summary>
/// <remarks>
/// Forward pass and data gradient are this kernel with different tables and packings. Every element is one chain of fused multiply-adds from zero in the order
/// (channel, source pixel), then the epilogue; so tiles, ranges and instruction sets do not change its bits. Taps outside the source are skipped.
/// The wide tile, 8 outputs x 32 lanes, issues 16 multiply-adds for 2 vector loads and 8 broadcasts and so is bound by arithmetic while its source comes
/// from the second-level cache; with few channels or taps (a first layer, 1x1) by writing the target, since a pixel's 1 KB then costs little arithmetic.
/// </remarks>
internal static unsafe class DirectKernel
{
    /// <summary>Floats of source that one band of target rows may read, 512 KB: it stays in the second-level cache while all tiles of weights pass.</summary>
    private const int BandFloats = 128 << 10;

    /// <summary>Computes <paramref name="range"/> of the target.</summary>
    /// <param name="table">The geometry.</param>
    /// <param name="weights">Packed by <see cref="ConvolutionWeights"/>.</param>
    /// <param name="source">Values that are gathered.</param>
    /// <param name="sourcePlanes">Layout of the source.</param>
    /// <param name="target">What is computed.</param>
    /// <param name="targetPlanes">Layout of the target, and of the residual.</param>
    /// <param name="range">Which part.</param>
    /// <param name="epilogue">What is added at the end.</param>
    public static void Run(
        TapTable table,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> source,
        LanePlanes sourcePlanes,
        Span<float> target,
        LanePlanes targetPlanes,
        DirectRange range,
        Epilogue epilogue)
    {
        Checked.That(range is { FromBlock: >= 0, FromRow: >= 0, FromTile: >= 0 } && range.ToRow <= table.Rows && range.ToTile <= ConvolutionWeights.Tiles(table.Outputs));
        Checked.Covers(weights, 0, ConvolutionWeights.PackedFloats(table.Channels, table.Outputs, table.Taps));
        Checked.Covers(source, 0, sourcePlanes.Floats(range.ToBlock, table.Channels, table.SourcePixels));
        Checked.Covers(target, 0, targetPlanes.Floats(range.ToBlock, table.Outputs, table.Rows * table.Columns));
        Checked.CoversIfAny(epilogue.Bias, 0, table.Outputs);
        Checked.CoversIfAny(epilogue.Gate, 0, targetPlanes.Floats(range.ToBlock, table.Outputs, table.Rows * table.Columns));
        Checked.CoversIfAny(epilogue.Residual, 0, targetPlanes.Floats(range.ToBlock, table.Outputs, table.Rows * table.Columns));
        var (rows, step) = (range.ToRow - range.FromRow, table.Taps * ConvolutionWeights.TileOutputs);
        var items = (range.ToBlock - range.FromBlock) * rows;
        var perRow = (long)table.Channels * table.SourcePixels * LanePlanes.Lanes / table.Rows;
        var band = (int)Math.Max(1, BandFloats / perRow);
        fixed (float* w = weights, x = source, y = target, bias = epilogue.Bias, gate = epilogue.Gate, residual = epilogue.Residual)
        fixed (int* starts = table.Starts, lists = table.Lists, ends = table.Ends, entries = table.Entries)
        {
            var onlyAdds = residual == y && bias == null && !epilogue.Rectify;
            for (var first = 0; first < items; first += band)
            {
                for (var tile = range.FromTile; tile < range.ToTile; tile++)
                {
                    var output = tile * ConvolutionWeights.TileOutputs;
                    var outputs = Math.Min(ConvolutionWeights.TileOutputs, table.Outputs - output);
                    var tileWeights = w + ((nint)tile * table.Channels * step);
                    for (var item = first; item < Math.Min(items, first + band); item++)
                    {
                        var (block, row) = (range.FromBlock + (item / rows), range.FromRow + (item % rows));
                        var blockSource = x + ((nint)block * sourcePlanes.BlockStride);
                        var pixel = row * table.Columns;
                        var at = ((nint)block * targetPlanes.BlockStride) + ((nint)output * targetPlanes.PlaneStride) + ((nint)pixel * LanePlanes.Lanes);
                        for (var end = pixel + table.Columns; pixel < end; pixel++, at += LanePlanes.Lanes)
                        {
                            int* list = entries + ends[lists[pixel]], listEnd = entries + ends[lists[pixel] + 1];
                            if (list == listEnd && onlyAdds) continue;
                            float* itsBias = bias == null ? null : bias + output, itsGate = gate == null ? null : gate + at, itsResidual = residual == null ? null : residual + at;
                            var placed = new PlacedEpilogue(y + at, targetPlanes.PlaneStride, outputs, itsBias, itsGate, itsResidual, epilogue.Rectify);
                            if (Lanes.Wide)
                            {
                                WideTile(blockSource + starts[pixel], sourcePlanes.PlaneStride, tileWeights, step, table.Channels, list, listEnd, in placed);
                            }
                            else
                            {
                                NarrowTiles(blockSource + starts[pixel], sourcePlanes.PlaneStride, tileWeights, step, table.Channels, list, listEnd, in placed);
                            }
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideTile(float* x, nint plane, float* w, nint step, int channels, int* list, int* end, in PlacedEpilogue placed)
    {
        placed.Prefetch();
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        Vector512<float> s40 = default, s41 = default, s50 = default, s51 = default, s60 = default, s61 = default, s70 = default, s71 = default;
        for (; channels > 0; channels--, x += plane, w += step)
        {
            for (var tap = list; tap < end; tap += 2)
            {
                float* px = x + tap[0], pw = w + tap[1];
                var (x0, x1) = (Vector512.Load(px), Vector512.Load(px + 16));
                var v = Vector512.Create(pw[0]);
                s00 = Vector512.FusedMultiplyAdd(v, x0, s00); s01 = Vector512.FusedMultiplyAdd(v, x1, s01);
                v = Vector512.Create(pw[1]);
                s10 = Vector512.FusedMultiplyAdd(v, x0, s10); s11 = Vector512.FusedMultiplyAdd(v, x1, s11);
                v = Vector512.Create(pw[2]);
                s20 = Vector512.FusedMultiplyAdd(v, x0, s20); s21 = Vector512.FusedMultiplyAdd(v, x1, s21);
                v = Vector512.Create(pw[3]);
                s30 = Vector512.FusedMultiplyAdd(v, x0, s30); s31 = Vector512.FusedMultiplyAdd(v, x1, s31);
                v = Vector512.Create(pw[4]);
                s40 = Vector512.FusedMultiplyAdd(v, x0, s40); s41 = Vector512.FusedMultiplyAdd(v, x1, s41);
                v = Vector512.Create(pw[5]);
                s50 = Vector512.FusedMultiplyAdd(v, x0, s50); s51 = Vector512.FusedMultiplyAdd(v, x1, s51);
                v = Vector512.Create(pw[6]);
                s60 = Vector512.FusedMultiplyAdd(v, x0, s60); s61 = Vector512.FusedMultiplyAdd(v, x1, s61);
                v = Vector512.Create(pw[7]);
                s70 = Vector512.FusedMultiplyAdd(v, x0, s70); s71 = Vector512.FusedMultiplyAdd(v, x1, s71);
            }
        }

        placed.Row(0, s00, s01); placed.Row(1, s10, s11); placed.Row(2, s20, s21); placed.Row(3, s30, s31);
        placed.Row(4, s40, s41); placed.Row(5, s50, s51); placed.Row(6, s60, s61); placed.Row(7, s70, s71);
    }

    /// <summary>The same tile, a quarter of it at a time.</summary>
    private static void NarrowTiles(float* x, nint plane, float* w, nint step, int channels, int* list, int* end, in PlacedEpilogue placed)
    {
        for (var output = 0; output < ConvolutionWeights.TileOutputs; output += 4)
        {
            for (var lane = 0; lane < LanePlanes.Lanes; lane += 16) NarrowTile(x + lane, plane, w + output, step, channels, list, end, output, lane, in placed);
        }
    }

    /// <summary>Four outputs of 16 lanes: eight chains, which hide the latency of a multiply-add, and six loads for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(float* x, nint plane, float* w, nint step, int channels, int* list, int* end, int output, int lane, in PlacedEpilogue placed)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (; channels > 0; channels--, x += plane, w += step)
        {
            for (var tap = list; tap < end; tap += 2)
            {
                float* px = x + tap[0], pw = w + tap[1];
                var (x0, x1) = (Vector256.Load(px), Vector256.Load(px + 8));
                var v = Vector256.Create(pw[0]);
                s00 = Vector256.FusedMultiplyAdd(v, x0, s00); s01 = Vector256.FusedMultiplyAdd(v, x1, s01);
                v = Vector256.Create(pw[1]);
                s10 = Vector256.FusedMultiplyAdd(v, x0, s10); s11 = Vector256.FusedMultiplyAdd(v, x1, s11);
                v = Vector256.Create(pw[2]);
                s20 = Vector256.FusedMultiplyAdd(v, x0, s20); s21 = Vector256.FusedMultiplyAdd(v, x1, s21);
                v = Vector256.Create(pw[3]);
                s30 = Vector256.FusedMultiplyAdd(v, x0, s30); s31 = Vector256.FusedMultiplyAdd(v, x1, s31);
            }
        }

        placed.Quarter(output, lane, s00, s01);
        placed.Quarter(output + 1, lane, s10, s11);
        placed.Quarter(output + 2, lane, s20, s21);
        placed.Quarter(output + 3, lane, s30, s31);
    }
}
