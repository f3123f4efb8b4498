using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Asks for the elements of tiles before their turn, so that memory works while the multipliers do. It changes no value.</summary>
/// <remarks>
/// The transforms come in bursts between long products, and no prefetcher of the processor can know what comes after a product. In a training step of
/// ResNet-20, whose activations lie in memory or in a third-level cache that others use too, it takes an eighth off the whole time; a kernel alone
/// with its data in the cache loses a few per cent by the additional instructions.
/// </remarks>
internal static unsafe class WinogradPrefetch
{
    /// <summary>Asks for tiles of one share in 36 of the channels.</summary>
    /// <param name="tiles">Tiles.</param>
    /// <param name="count">How many.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="layout">Its strides.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="halo">1 for an input, 0 for an output.</param>
    /// <param name="share">Position whose product is about to run.</param>
    public static void Share(WinogradTile* tiles, int count, float* activation, LanePlanes layout, int channels, int halo, int share)
    {
        for (var t = 0; t < count; t++)
        {
            var origin = activation + tiles[t].Offset(layout);
            for (var c = channels * share / WinogradShape.Positions; c < channels * (share + 1) / WinogradShape.Positions; c++)
            {
                Tile(tiles[t], origin + ((nint)c * layout.PlaneStride), halo);
            }
        }
    }

    /// <summary>Asks for one tile of one channel, less what its neighbours above and to the left have read.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="origin">Its first output's place in the plane.</param>
    /// <param name="halo">1 to reach one row and one column further, and to leave out the first of each unless at the edge of the map.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(in WinogradTile tile, float* origin, int halo)
    {
        if (!Sse.IsSupported) return;
        nint row = tile.Shape.Columns * LanePlanes.Lanes;
        var rows = Math.Min(WinogradShape.TileSide + halo, tile.Shape.Rows - tile.Row);
        var columns = Math.Min(WinogradShape.TileSide + halo, tile.Shape.Columns - tile.Column);
        var first = tile.Column == 0 ? 0 : halo;
        for (var i = tile.Row == 0 ? 0 : halo; i < rows; i++)
        {
            for (var j = first * LanePlanes.Lanes; j < columns * LanePlanes.Lanes; j += 16) Sse.Prefetch1(origin + (i * row) + j);
        }
    }
}
