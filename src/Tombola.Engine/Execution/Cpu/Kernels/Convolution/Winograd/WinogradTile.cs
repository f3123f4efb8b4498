namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Where one tile of 4 x 4 outputs lies, and how much of it and of its 6 x 6 inputs is on the map.</summary>
/// <param name="Block">Its lane block.</param>
/// <param name="Row">Row of its first output.</param>
/// <param name="Column">Column of its first output.</param>
/// <param name="Shape">The convolution.</param>
internal readonly record struct WinogradTile(int Block, int Row, int Column, WinogradShape Shape)
{
    /// <summary>The first of the 6 input columns that is on the map: 1 at the left edge, else 0.</summary>
    public int FirstInput => Column == 0 ? 1 : 0;

    /// <summary>The input column after the last on the map.</summary>
    public int EndInput => Math.Min(WinogradShape.Side, Shape.Columns - Column + 1);

    /// <summary>Output rows on the map, 1 to 4.</summary>
    public int OutputRows => Math.Min(WinogradShape.TileSide, Shape.Rows - Row);

    /// <summary>Output columns on the map, 1 to 4.</summary>
    public int OutputColumns => Math.Min(WinogradShape.TileSide, Shape.Columns - Column);

    /// <summary>Floats from the start of an activation to this tile's first output in plane 0.</summary>
    public nint Offset(LanePlanes layout) => ((nint)Block * layout.BlockStride) + ((((nint)Row * Shape.Columns) + Column) * LanePlanes.Lanes);

    /// <summary>The tile of a place in the list.</summary>
    public static WinogradTile At(in WinogradShape shape, int index)
    {
        var (rest, column) = Math.DivRem(index, shape.TileColumns);
        var (block, row) = Math.DivRem(rest, shape.TileRows);
        return new WinogradTile(block, row * WinogradShape.TileSide, column * WinogradShape.TileSide, shape);
    }

    /// <summary>True if input row <paramref name="i"/> of 6 is on the map.</summary>
    public bool HasInputRow(int i) => (uint)(Row - 1 + i) < (uint)Shape.Rows;
}
