using System.Runtime.Intrinsics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>
/// Weights as <see cref="DirectKernel"/> reads them: the eight outputs of a register tile side by side, <c>[tile][channel][tap][8]</c>, the last tile
/// filled up with zeros.
/// </summary>
internal static unsafe class ConvolutionWeights
{
    /// <summary>Outputs of a tile.</summary>
    public const int TileOutputs = 8;

    /// <summary>Tiles for so many outputs.</summary>
    public static int Tiles(int outputs) => (outputs + TileOutputs - 1) / TileOutputs;

    /// <summary>Floats that packed weights for a pass with so many channels to sum over and so many outputs take.</summary>
    public static int PackedFloats(int channels, int outputs, int taps) => checked(Tiles(outputs) * channels * taps * TileOutputs);

    /// <summary>For the forward pass: packs <c>[K][C][taps]</c> for tiles [<paramref name="fromTile"/>, <paramref name="toTile"/>) of K.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="factor">What each output's weights are multiplied with, K numbers; empty for 1.</param>
    /// <param name="packed">All packed weights; the tiles' part is written.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="fromTile">First tile.</param>
    /// <param name="toTile">Tile after the last.</param>
    public static void PackForward(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> factor, Span<float> packed, ConvolutionShape shape, int fromTile, int toTile)
    {
        var depth = shape.Inputs * shape.Taps;
        Checked.That(fromTile >= 0 && toTile <= Tiles(shape.Outputs));
        Checked.Covers(weights, 0, shape.Weights);
        Checked.CoversIfAny(factor, 0, shape.Outputs);
        Checked.Covers(packed, 0, (long)toTile * depth * TileOutputs);
        for (var tile = fromTile; tile < toTile; tile++)
        {
            var outputs = Math.Min(TileOutputs, shape.Outputs - (tile * TileOutputs));
            var target = packed.Slice(tile * depth * TileOutputs, depth * TileOutputs);
            if (outputs < TileOutputs) target.Clear();
            LaneKernels.Transpose(weights[(tile * TileOutputs * depth)..], depth, target, TileOutputs, outputs, 0, depth);
            if (!factor.IsEmpty) Scale(target, factor.Slice(tile * TileOutputs, outputs));
        }
    }

    /// <summary>For the data gradient, which sums over K: packs <c>[K][C][taps]</c> for tiles of C.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="packed">All packed weights; the tiles' part is written.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="fromTile">First tile.</param>
    /// <param name="toTile">Tile after the last.</param>
    public static void PackBackward(ReadOnlySpan<float> weights, Span<float> packed, ConvolutionShape shape, int fromTile, int toTile)
    {
        var (taps, step) = (shape.Taps, shape.Taps * TileOutputs);
        Checked.That(fromTile >= 0 && toTile <= Tiles(shape.Inputs));
        Checked.Covers(weights, 0, shape.Weights);
        Checked.Covers(packed, 0, (long)toTile * shape.Outputs * step);
        if (toTile * TileOutputs > shape.Inputs) packed.Slice((toTile - 1) * shape.Outputs * step, shape.Outputs * step).Clear();
        for (var k = 0; k < shape.Outputs; k++)
        {
            for (var tile = fromTile; tile < toTile; tile++)
            {
                var inputs = Math.Min(TileOutputs, shape.Inputs - (tile * TileOutputs));
                var source = weights.Slice(((k * shape.Inputs) + (tile * TileOutputs)) * taps, inputs * taps);
                LaneKernels.Transpose(source, taps, packed.Slice(((tile * shape.Outputs) + k) * step, step), TileOutputs, inputs, 0, taps);
            }
        }
    }

    private static void Scale(Span<float> tile, ReadOnlySpan<float> factor)
    {
        Span<float> filled = stackalloc float[TileOutputs];
        filled.Clear();
        factor.CopyTo(filled);
        fixed (float* p = tile, f = filled)
        {
            var by = Vector256.Load(f);
            for (var i = 0; i < tile.Length; i += TileOutputs) (Vector256.Load(p + i) * by).Store(p + i);
        }
    }
}
