namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>
/// The part of a target that one call of <see cref="DirectKernel"/> computes: half-open ranges of sample blocks, of rows and of tiles of
/// <see cref="ConvolutionWeights.TileOutputs"/> outputs.
/// </summary>
internal readonly record struct DirectRange(int FromBlock, int ToBlock, int FromRow, int ToRow, int FromTile, int ToTile)
{
    /// <summary>All tiles and rows of <paramref name="blocks"/> blocks.</summary>
    public static DirectRange All(TapTable table, int blocks) => new(0, blocks, 0, table.Rows, 0, ConvolutionWeights.Tiles(table.Outputs));
}
