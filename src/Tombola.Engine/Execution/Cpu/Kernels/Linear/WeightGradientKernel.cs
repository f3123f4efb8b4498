using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>
/// Gradient of a convolution's weights over lanes: dW[k, c, tap] = sum over blocks, output pixels and lanes of dY[k] times the X[c] that the tap meets there.
/// </summary>
/// <remarks>
/// A weight's sum is sixteen chains of fused multiply-adds, one for each element of a vector, in the order (block, row, column, half of the lanes), added up
/// by the tree of <see cref="Lanes.Sum"/>. Tiles, chunks, bands and groups only decide when a chain goes on; shape and number of blocks alone decide the bits.
/// <para>
/// Register tiles are 4 x 4 pairs of channels: 16 multiply-adds for 8 loads. A chunk of pixels stays in the first-level cache while all taps pass over it,
/// and meanwhile the chains of the other taps lie in scratch memory. What a pass costs besides its pixels, mostly fetching and storing 16 chains, is about a
/// tenth of a chunk of 32; on maps of a few pixels that and the trees are half of the time. A convolution of one tap is bound by the second-level cache.
/// </para>
/// </remarks>
internal static unsafe class WeightGradientKernel
{
    private const int TileOutputs = 4, TileInputs = 4, TileFloats = TileOutputs * TileInputs * Lanes.Width;

    /// <summary>Pixels of a chunk: 32 KB of eight planes.</summary>
    private const int ChunkPixels = 32;

    /// <summary>Floats of both maps that a band of rows may hold, 512 KB: it stays in the second-level cache while all pairs of tiles pass.</summary>
    private const int BandFloats = 128 << 10;

    /// <summary>Floats of chains that tiles of outputs passing a band together may have, 160 KB.</summary>
    private const int ChainFloats = 40 << 10;

    /// <summary>Chunks of a band times taps, at most.</summary>
    private const int MostParts = 1024;

    /// <summary>Floats of scratch memory that one thread needs.</summary>
    public static int ScratchFloats(ConvolutionShape shape)
    {
        var (outputs, inputs) = Group(shape);
        return outputs * inputs * shape.Taps * Lanes.Width;
    }

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
        ConvolutionShape shape,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        int blocks,
        Span<float> result,
        int from,
        int to,
        Span<float> scratch)
    {
        Checked.That(from >= 0 && to <= shape.Outputs);
        Checked.Covers(gradient, 0, gradientPlanes.Floats(blocks, shape.Outputs, shape.OutputPixels));
        Checked.Covers(input, 0, inputPlanes.Floats(blocks, shape.Inputs, shape.InputPixels));
        Checked.Covers(result, 0, (long)to * shape.Inputs * shape.Taps);
        Checked.Covers(scratch, 0, ScratchFloats(shape));
        var chunks = new Chunks(shape, blocks);
        var (outputs, inputs) = chunks.Count > 1 ? Group(shape) : (TileOutputs, shape.Inputs);
        var perChunk = (long)chunks.Pixels * LanePlanes.Lanes * ((inputs * shape.Window.Rows.Stride * shape.Window.Columns.Stride) + outputs);
        var band = (int)Math.Clamp(BandFloats / perChunk, 1, Math.Max(1, MostParts / shape.Taps));

        // Chains that end in the band where they began need no place of their own.
        var tileStep = band < chunks.Count ? shape.Taps * TileFloats : 0;
        var parts = stackalloc Part[Math.Min(band, chunks.Count) * shape.Taps];
        fixed (float* dy = gradient, x = input, dw = result, chains = scratch)
        {
            for (var k0 = from; k0 < to; k0 += outputs)
            {
                for (var c0 = 0; c0 < shape.Inputs; c0 += inputs)
                {
                    for (var first = 0; first < chunks.Count; first += band)
                    {
                        var last = Math.Min(chunks.Count, first + band);
                        var end = parts;
                        for (var chunk = first; chunk < last; chunk++)
                        {
                            for (var tap = 0; tap < shape.Taps; tap++) *end++ = chunks.Of(chunk, tap, gradientPlanes, inputPlanes);
                        }

                        var tile = chains;
                        for (var k = k0; k < Math.Min(to, k0 + outputs); k += TileOutputs)
                        {
                            for (var c = c0; c < Math.Min(shape.Inputs, c0 + inputs); c += TileInputs, tile += tileStep)
                            {
                                var (y, z) = ((nint)k * gradientPlanes.PlaneStride, (nint)c * inputPlanes.PlaneStride);
                                var pair = new Pair(dy + y, gradientPlanes, to - k, x + z, inputPlanes, shape.Inputs - c, shape);
                                if (Lanes.Wide)
                                {
                                    WideTile(in pair, parts, end, tile);
                                }
                                else
                                {
                                    NarrowTiles(in pair, parts, end, tile);
                                }

                                if (last == chunks.Count) Deliver(tile, dw + ((((nint)k * shape.Inputs) + c) * shape.Taps), shape, to - k, shape.Inputs - c);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>Outputs and inputs whose chains wait in scratch memory together.</summary>
    /// <remarks>About as many of each, so that of both maps equally much is read again from far away.</remarks>
    private static (int Outputs, int Inputs) Group(ConvolutionShape shape)
    {
        var (outputs, inputs) = ((shape.Outputs + TileOutputs - 1) / TileOutputs, (shape.Inputs + TileInputs - 1) / TileInputs);
        var pairs = Math.Max(1, ChainFloats / (shape.Taps * TileFloats));
        var inputTiles = Math.Min(inputs, Math.Max((int)Math.Sqrt(pairs), pairs / outputs));
        return (Math.Clamp(pairs / inputTiles, 1, outputs) * TileOutputs, inputTiles * TileInputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideTile(in Pair pair, Part* part, Part* end, float* chains)
    {
        nint y1 = pair.Y1, y2 = pair.Y2, y3 = pair.Y3, x1 = pair.X1, x2 = pair.X2, x3 = pair.X3, step = pair.PixelStep;
        for (; part < end; part++)
        {
            var chain = chains + part->Chain;
            Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
            Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
            Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
            Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
            if (!part->Fresh)
            {
                s00 = Vector512.Load(chain); s01 = Vector512.Load(chain + 16); s02 = Vector512.Load(chain + 32); s03 = Vector512.Load(chain + 48);
                s10 = Vector512.Load(chain + 64); s11 = Vector512.Load(chain + 80); s12 = Vector512.Load(chain + 96); s13 = Vector512.Load(chain + 112);
                s20 = Vector512.Load(chain + 128); s21 = Vector512.Load(chain + 144); s22 = Vector512.Load(chain + 160); s23 = Vector512.Load(chain + 176);
                s30 = Vector512.Load(chain + 192); s31 = Vector512.Load(chain + 208); s32 = Vector512.Load(chain + 224); s33 = Vector512.Load(chain + 240);
            }

            float* blockY = pair.Y + part->Y, blockX = pair.X + part->X;
            for (var block = part->Blocks; block > 0; block--, blockY += pair.BlockY, blockX += pair.BlockX)
            {
                float* rowY = blockY, rowX = blockX;
                for (var row = part->Rows; row > 0; row--, rowY += pair.RowY, rowX += pair.RowX)
                {
                    float* y = rowY, x = rowX;
                    for (var n = part->Columns; n > 0; n--, y += LanePlanes.Lanes, x += step)
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
            }

            s00.Store(chain); s01.Store(chain + 16); s02.Store(chain + 32); s03.Store(chain + 48);
            s10.Store(chain + 64); s11.Store(chain + 80); s12.Store(chain + 96); s13.Store(chain + 112);
            s20.Store(chain + 128); s21.Store(chain + 144); s22.Store(chain + 160); s23.Store(chain + 176);
            s30.Store(chain + 192); s31.Store(chain + 208); s32.Store(chain + 224); s33.Store(chain + 240);
        }
    }

    /// <summary>The same tile in quarters of 4 outputs, 2 inputs and half a vector: eight chains.</summary>
    private static void NarrowTiles(in Pair pair, Part* part, Part* end, float* chains)
    {
        for (var half = 0; half < Lanes.Width; half += 8)
        {
            NarrowTile(in pair, part, end, 0, pair.X1, half, chains + half);
            NarrowTile(in pair, part, end, pair.X2, pair.X3, half, chains + 32 + half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(in Pair pair, Part* part, Part* end, nint x0, nint x1, int half, float* chains)
    {
        nint y1 = pair.Y1, y2 = pair.Y2, y3 = pair.Y3, step = pair.PixelStep;
        for (; part < end; part++)
        {
            var chain = chains + part->Chain;
            Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
            if (!part->Fresh)
            {
                s00 = Vector256.Load(chain); s01 = Vector256.Load(chain + 16); s10 = Vector256.Load(chain + 64); s11 = Vector256.Load(chain + 80);
                s20 = Vector256.Load(chain + 128); s21 = Vector256.Load(chain + 144); s30 = Vector256.Load(chain + 192); s31 = Vector256.Load(chain + 208);
            }

            float* blockY = pair.Y + part->Y + half, blockX = pair.X + part->X + half;
            for (var block = part->Blocks; block > 0; block--, blockY += pair.BlockY, blockX += pair.BlockX)
            {
                float* rowY = blockY, rowX = blockX;
                for (var row = part->Rows; row > 0; row--, rowY += pair.RowY, rowX += pair.RowX)
                {
                    float* y = rowY, x = rowX;
                    for (var n = part->Columns; n > 0; n--, y += LanePlanes.Lanes, x += step)
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
            }

            s00.Store(chain); s01.Store(chain + 16); s10.Store(chain + 64); s11.Store(chain + 80);
            s20.Store(chain + 128); s21.Store(chain + 144); s30.Store(chain + 192); s31.Store(chain + 208);
        }
    }

    /// <summary>Adds up the chains of one pair of tiles and writes the weights that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deliver(float* chains, float* result, ConvolutionShape shape, int outputs, int inputs)
    {
        nint taps = shape.Taps, next = shape.Inputs * taps;
        var sums = stackalloc float[TileOutputs * TileInputs];
        for (nint tap = 0; tap < taps; tap++, chains += TileFloats)
        {
            for (var k = 0; k < TileOutputs; k++)
            {
                var row = chains + (k * TileInputs * Lanes.Width);
                Lanes.Sums(Vector512.Load(row), Vector512.Load(row + 16), Vector512.Load(row + 32), Vector512.Load(row + 48)).Store(sums + (k * TileInputs));
            }

            for (nint k = 0; k < Math.Min(outputs, TileOutputs); k++)
            {
                var to = result + (k * next) + tap;
                for (nint c = 0; c < Math.Min(inputs, TileInputs); c++, to += taps) *to = sums[(k * TileInputs) + c];
            }
        }
    }

    /// <summary>Four outputs and four inputs: where their planes lie.</summary>
    /// <remarks>Channels that a tile has too many of repeat its last one, and their sums are dropped.</remarks>
    private readonly struct Pair(float* y, LanePlanes yPlanes, int outputs, float* x, LanePlanes xPlanes, int inputs, ConvolutionShape shape)
    {
        public readonly float* Y = y, X = x;

        public readonly nint Y1 = Plane(1, outputs, yPlanes), Y2 = Plane(2, outputs, yPlanes), Y3 = Plane(3, outputs, yPlanes);

        public readonly nint X1 = Plane(1, inputs, xPlanes), X2 = Plane(2, inputs, xPlanes), X3 = Plane(3, inputs, xPlanes);

        public readonly nint BlockY = yPlanes.BlockStride, BlockX = xPlanes.BlockStride;

        public readonly nint RowY = shape.OutputColumns * LanePlanes.Lanes, RowX = shape.InputColumns * shape.Window.Rows.Stride * LanePlanes.Lanes;

        /// <summary>Floats of the input from an output pixel to the next.</summary>
        public readonly nint PixelStep = shape.Window.Columns.Stride * LanePlanes.Lanes;

        private static nint Plane(int channel, int channels, LanePlanes planes) => (nint)Math.Min(channel, channels - 1) * planes.PlaneStride;
    }

    /// <summary>The output pixels of a chunk at which a tap meets the input.</summary>
    /// <param name="Y">Floats from a plane of dY to the first of them.</param>
    /// <param name="X">Floats from a plane of X to the pixel that the tap meets there.</param>
    /// <param name="Blocks">Blocks.</param>
    /// <param name="Rows">Rows in each block.</param>
    /// <param name="Columns">Pixels in each row.</param>
    /// <param name="Chain">Floats from a tile's chains to those of the tap.</param>
    /// <param name="Fresh">Whether the chains begin here.</param>
    private readonly record struct Part(int Y, int X, int Blocks, int Rows, int Columns, int Chain, bool Fresh);

    /// <summary>Output pixels cut into chunks, in order: several blocks of a small map, several rows, or a part of a row.</summary>
    private readonly struct Chunks
    {
        private readonly ConvolutionShape _shape;
        private readonly int _blocks, _blockStep, _rowStep, _columnStep, _rowParts, _columnParts;

        public Chunks(ConvolutionShape shape, int blocks)
        {
            (_shape, _blocks) = (shape, blocks);
            _columnParts = (shape.OutputColumns + ChunkPixels - 1) / ChunkPixels;
            _columnStep = (shape.OutputColumns + _columnParts - 1) / _columnParts;
            _rowStep = Math.Clamp(ChunkPixels / shape.OutputColumns, 1, shape.OutputRows);
            _rowParts = (shape.OutputRows + _rowStep - 1) / _rowStep;
            _blockStep = Math.Clamp(ChunkPixels / shape.OutputPixels, 1, blocks);
            Count = ((blocks + _blockStep - 1) / _blockStep) * _rowParts * _columnParts;
        }

        public int Count { get; }

        /// <summary>Output pixels of a chunk.</summary>
        public int Pixels => _blockStep * _rowStep * _columnStep;

        public Part Of(int chunk, int tap, LanePlanes gradientPlanes, LanePlanes inputPlanes)
        {
            var (r, s) = _shape.Tap(tap);
            var (rows, columns) = (_shape.Window.Rows, _shape.Window.Columns);
            var block = chunk / (_rowParts * _columnParts) * _blockStep;
            var (row, toRow) = Overlap(chunk / _columnParts % _rowParts * _rowStep, _rowStep, _shape.ValidRows(r));
            var (column, toColumn) = Overlap(chunk % _columnParts * _columnStep, _columnStep, _shape.ValidColumns(s));
            var pixel = (row * _shape.OutputColumns) + column;
            var meets = (((row * rows.Stride) + r - rows.Padding) * _shape.InputColumns) + (column * columns.Stride) + s - columns.Padding;
            return new Part(
                (block * gradientPlanes.BlockStride) + (pixel * LanePlanes.Lanes),
                (block * inputPlanes.BlockStride) + (meets * LanePlanes.Lanes),
                Math.Min(_blockStep, _blocks - block),
                toRow - row,
                toColumn - column,
                tap * TileFloats,
                chunk == 0);
        }

        private static (int From, int To) Overlap(int from, int count, (int From, int To) valid) =>
            (Math.Max(from, valid.From), Math.Max(Math.Max(from, valid.From), Math.Min(from + count, valid.To)));
    }
}
