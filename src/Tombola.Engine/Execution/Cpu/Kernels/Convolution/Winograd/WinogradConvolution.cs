using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>3x3 convolution (stride 1, padding 1) by Winograd's F(4x4, 3x3): forwards, and backwards for the gradient of the input.</summary>
/// <remarks>
/// <para>36 multiplications stand for the 144 of a tile. What that is worth, on one core in multiples of its peak of multiply-adds (4 would be all):
/// 1.8 to 2.1 for 16 channels of 32 x 32, 2.8 for 32 of 16 x 16, 3.2 for 64 of 8 x 8 and 256 of 8 x 8, 2.7 for 64 of 32 x 32 and about 3 for 128 of
/// 16 x 16. Few channels are bound by the transforms, which wait for the third-level cache or memory; many by the product; 512 of 4 x 4 (2 to 2.9) by
/// the 38 MB of weights that stream from memory. With 3 inputs the output's transform is nearly all there is (0.8), and direct convolution is
/// faster.</para>
/// <para>Errors: on normal data, relative to the sum of the sizes of an output's terms, 1.6e-7 on average (root mean square) and 4e-6 at worst, for
/// 16 as for 512 channels, where a direct float32 sum has 2.8e-8 and 3e-7. The matrices' norms tell why: a term at position (i, j) has the variance
/// |G_i|^2 |B_i|^2 |G_j|^2 |B_j|^2, up to 42^2 times that of the data, most of which cancels in exact arithmetic. A tile's last row and column err
/// most.</para>
/// </remarks>
internal static unsafe class WinogradConvolution
{
    /// <summary>Computes tiles [<paramref name="from"/>, <paramref name="to"/>) of all output channels; any split gives the same bits.</summary>
    /// <param name="shape">The convolution; <see cref="WinogradShape.Backward"/> of it for the gradient of its input.</param>
    /// <param name="input">[block][channel][row][column][32 lanes].</param>
    /// <param name="inputLayout">Strides of the input.</param>
    /// <param name="packed">Weights as <see cref="WinogradWeights"/> packs them.</param>
    /// <param name="output">[block][channel][row][column][32 lanes]; not the input.</param>
    /// <param name="outputLayout">Strides of the output and the residual.</param>
    /// <param name="epilogue">What else is done to the outputs.</param>
    /// <param name="scratch"><see cref="WinogradShape.ScratchFloats"/> that no other thread uses.</param>
    /// <param name="from">First of <see cref="WinogradShape.Tiles"/>.</param>
    /// <param name="to">Tile after the last.</param>
    /// <param name="prefetch">Whether activations may lie in memory, so that it pays to ask for them in advance.</param>
    public static void Convolve(
        in WinogradShape shape,
        ReadOnlySpan<float> input,
        LanePlanes inputLayout,
        ReadOnlySpan<float> packed,
        Span<float> output,
        LanePlanes outputLayout,
        Epilogue epilogue,
        Span<float> scratch,
        int from,
        int to,
        bool prefetch = false)
    {
        Checked.That(from >= 0 && to <= shape.Tiles);
        Checked.Covers(input, 0, inputLayout.Floats(shape.Blocks, shape.Inputs, shape.Pixels));
        Checked.Covers(packed, 0, shape.PackedFloats);
        Checked.Covers(output, 0, outputLayout.Floats(shape.Blocks, shape.Outputs, shape.Pixels));
        Checked.Covers(scratch, 0, shape.ScratchFloats);
        Checked.CoversIfAny(epilogue.Bias, 0, shape.Outputs);
        Checked.CoversIfAny(epilogue.Gate, 0, outputLayout.Floats(shape.Blocks, shape.Outputs, shape.Pixels));
        Checked.CoversIfAny(epilogue.Residual, 0, outputLayout.Floats(shape.Blocks, shape.Outputs, shape.Pixels));
        fixed (float* x = input, u = packed, y = output, s = scratch, bias = epilogue.Bias, gate = epilogue.Gate, addend = epilogue.Residual)
        {
            for (var tile = from; tile < to; tile += shape.ChunkTiles)
            {
                var count = Math.Min(shape.ChunkTiles, to - tile);
                var next = prefetch ? Math.Min(shape.ChunkTiles, to - tile - count) : 0;
                if (Lanes.Wide)
                {
                    Chunk<WideVector>(shape, x, inputLayout, u, y, outputLayout, bias, gate, addend, epilogue.Rectify, s, tile, count, next, prefetch);
                }
                else
                {
                    Chunk<NarrowVector>(shape, x, inputLayout, u, y, outputLayout, bias, gate, addend, epilogue.Rectify, s, tile, count, next, prefetch);
                }
            }
        }
    }

    /// <summary>
    /// The three stages for a few tiles. Scratch has 37 slots, [tile][channel][32 lanes] each: V at position p lies in slot p + 1 and M in slot p, whose V
    /// has done its work by then, so that both together need hardly more cache than one of them. The tiles of the <paramref name="next"/> chunk follow
    /// those of this one, to be asked for in advance.
    /// </summary>
    private static void Chunk<T>(
        in WinogradShape shape,
        float* x,
        LanePlanes inputLayout,
        float* u,
        float* y,
        LanePlanes outputLayout,
        float* bias,
        float* gate,
        float* addend,
        bool rectify,
        float* scratch,
        int first,
        int count,
        int next,
        bool prefetch)
        where T : struct, ILaneVector<T>
    {
        const int Lane = LanePlanes.Lanes, Block = WinogradShape.OutputBlock;
        int inputs = shape.Inputs, blocks = shape.OutputBlocks;
        nint slot = shape.SlotStride, position = shape.PackedStride;
        var tiles = stackalloc WinogradTile[count + next];
        for (var t = 0; t < count + next; t++) tiles[t] = WinogradTile.At(shape, first + t);

        var zeros = stackalloc float[WinogradInput.ZeroFloats];
        for (var c = 0; c < inputs; c++)
        {
            for (var t = 0; t < count; t++)
            {
                var origin = x + tiles[t].Offset(inputLayout) + ((nint)c * inputLayout.PlaneStride);
                WinogradInput.Transform<T>(tiles[t], origin, zeros, scratch + slot + ((((nint)t * inputs) + c) * Lane), slot);
            }
        }

        for (var p = 0; p < WinogradShape.Positions; p++)
        {
            if (prefetch)
            {
                WinogradPrefetch.Share(tiles, count, y, outputLayout, shape.Outputs, 0, p);
                if (gate is not null) WinogradPrefetch.Share(tiles, count, gate, outputLayout, shape.Outputs, 0, p);
                if (addend is not null && addend != y) WinogradPrefetch.Share(tiles, count, addend, outputLayout, shape.Outputs, 0, p);
                WinogradPrefetch.Share(tiles + count, next, x, inputLayout, inputs, 1, p);
            }

            var v = scratch + ((p + 1) * slot);
            var m = scratch + (p * slot);
            for (var block = 0; block < blocks; block++)
            {
                var panel = u + (p * position) + ((nint)block * inputs * Block);
                for (var t = 0; t < count; t++)
                {
                    WinogradProduct.Multiply(panel, v + ((nint)t * inputs * Lane), m + ((((nint)t * blocks) + block) * Block * Lane), inputs);
                }
            }
        }

        for (var k = 0; k < shape.Outputs; k++)
        {
            var placed = new WinogradEpilogue(bias is null ? 0 : bias[k], gate is null ? null : (nint)(gate - y), addend is null ? null : (nint)(addend - y), rectify);
            for (var t = 0; t < count; t++)
            {
                var offset = tiles[t].Offset(outputLayout) + ((nint)k * outputLayout.PlaneStride);
                var source = scratch + ((((nint)t * blocks * Block) + k) * Lane);
                WinogradOutput.Transform<T>(tiles[t], source, slot, y + offset, placed);
            }
        }
    }
}
