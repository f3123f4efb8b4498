namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Sizes of one 3x3 convolution (stride 1, padding 1) of a mini-batch, and how the Winograd kernels cut it up.</summary>
/// <param name="Blocks">Blocks of 32 lanes.</param>
/// <param name="Inputs">Channels read.</param>
/// <param name="Outputs">Channels written.</param>
/// <param name="Rows">Rows of input and output.</param>
/// <param name="Columns">Columns of input and output.</param>
/// <remarks>
/// The work is a list of tiles of 4 x 4 outputs, ordered by block, tile row and tile column. Everything here depends on the shape alone:
/// the machine and the threads have no say, so that they cannot change a result.
/// </remarks>
internal readonly record struct WinogradShape(int Blocks, int Inputs, int Outputs, int Rows, int Columns)
{
    /// <summary>Outputs a side of a tile.</summary>
    public const int TileSide = 4;

    /// <summary>Elements a side of a transformed tile.</summary>
    public const int Side = TileSide + 2;

    /// <summary>Elements of a transformed tile; each is a product of matrices of its own.</summary>
    public const int Positions = Side * Side;

    /// <summary>Outputs that one product tile computes together.</summary>
    public const int OutputBlock = 8;

    private const int Megafloat = 1 << 20;

    /// <summary>Pixels of a map.</summary>
    public int Pixels => Rows * Columns;

    public int TileRows => (Rows + TileSide - 1) / TileSide;

    public int TileColumns => (Columns + TileSide - 1) / TileSide;

    /// <summary>Length of the list of tiles.</summary>
    public int Tiles => Blocks * TileRows * TileColumns;

    /// <summary>
    /// Floating-point operations of any of the three passes: for each tile and lane 36 products a pair of channels, 12 one-dimensional transforms of about 12
    /// operations an input, 10 of about 10 an output.
    /// </summary>
    public double Executed => ((2.0 * Positions * Inputs * Outputs) + (144.0 * Inputs) + (100.0 * Outputs)) * LanePlanes.Lanes * Tiles;

    /// <summary>Blocks of 8 outputs, the last one perhaps not full: the unit in which weights are packed.</summary>
    public int OutputBlocks => (Outputs + OutputBlock - 1) / OutputBlock;

    /// <summary>Floats of the packed weights.</summary>
    public int PackedFloats => checked(Positions * PackedStride);

    /// <summary>Floats of a chunk's scratch.</summary>
    public int ScratchFloats => checked((Positions + 1) * SlotStride);

    /// <summary>Tiles that go through the three stages together.</summary>
    /// <remarks>
    /// Few, so that scratch stays in the second-level cache: two up to 32 channels (147 KB each), one where two would take half of it. But the weights
    /// are read once for every chunk, and when they come from the third-level cache, let alone from memory, more tiles must share them.
    /// </remarks>
    public int ChunkTiles => Math.Min(Tiles, (Inputs * OutputBlocks * OutputBlock * Positions) switch
    {
        > 4 * Megafloat => 4,
        > Megafloat => 2,
        _ => Math.Max(Inputs, Outputs) <= 32 ? 2 : 1,
    });

    /// <summary>Floats of packed weights from a position to the next.</summary>
    internal int PackedStride => checked(OddLines(OutputBlocks * Inputs * OutputBlock));

    /// <summary>Floats of scratch from a position to the next.</summary>
    internal int SlotStride => OddLines(ChunkTiles * Math.Max(Inputs, OutputBlocks * OutputBlock) * LanePlanes.Lanes);

    /// <summary>The convolution that carries a gradient back: from the outputs to the inputs.</summary>
    public WinogradShape Backward() => this with { Inputs = Outputs, Outputs = Inputs };

    /// <summary>
    /// Rounds up to an odd number of cache lines. The elements of one transformed tile lie a stride apart; were the stride a multiple of 4 KB, as
    /// powers of two make it, all 36 would compete for the 12 ways of one set of the first-level cache.
    /// </summary>
    internal static int OddLines(int floats) => (((floats + 15) / 16) | 1) * 16;
}
