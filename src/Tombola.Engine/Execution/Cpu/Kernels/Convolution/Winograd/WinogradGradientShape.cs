namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>How the gradient of the weights of one convolution is cut up: chunks of tiles; in a chunk, units to transform and then positions.</summary>
/// <param name="Convolution">The convolution forwards.</param>
/// <remarks>
/// Scratch holds V as [position][tile][input][32 lanes] and D as [position][panel of 32 outputs][tile, lane][output in the panel]; the sums are
/// [position][panel][input][output in the panel]. Inputs are rounded up to 8 and outputs to 16, so that the last panel may be 16 wide.
/// </remarks>
internal readonly record struct WinogradGradientShape(WinogradShape Convolution)
{
    /// <summary>Channels that one unit transforms, and outputs in a block of the end.</summary>
    public const int Group = 16;

    /// <summary>Outputs of a panel.</summary>
    public const int Panel = 32;

    private const int Lane = LanePlanes.Lanes;

    /// <summary>Tiles that are summed in one chain, before their sum is added to that of the chunks before.</summary>
    /// <remarks>Two keep scratch small; four where the sums themselves come from memory for every chunk.</remarks>
    public int ChunkTiles => Math.Min(Convolution.Tiles, WinogradShape.Positions * PaddedInputs * PaddedOutputs > 4 << 20 ? 4 : 2);

    /// <summary>Chunks to do one after another.</summary>
    public int Chunks => (Convolution.Tiles + ChunkTiles - 1) / ChunkTiles;

    /// <summary>Floats of scratch, shared by the threads.</summary>
    public int ScratchFloats => checked(WinogradShape.Positions * (InputStride + OutputStride));

    /// <summary>Floats of the sums, shared by the threads.</summary>
    public int SumFloats => checked(WinogradShape.Positions * SumStride);

    /// <summary>Blocks of 16 outputs whose gradients are written.</summary>
    public int OutputBlocks => PaddedOutputs / Group;

    internal int PaddedInputs => (Convolution.Inputs + 7) / 8 * 8;

    internal int PaddedOutputs => (Convolution.Outputs + Group - 1) / Group * Group;

    internal int InputGroups => (Convolution.Inputs + Group - 1) / Group;

    /// <summary>Floats of V from a position to the next.</summary>
    internal int InputStride => WinogradShape.OddLines(ChunkTiles * PaddedInputs * Lane);

    /// <summary>Floats of D from a position to the next.</summary>
    internal int OutputStride => WinogradShape.OddLines(ChunkTiles * PaddedOutputs * Lane);

    /// <summary>Floats of the sums from a position to the next.</summary>
    internal int SumStride => checked(WinogradShape.OddLines(PaddedInputs * PaddedOutputs));

    /// <summary>Tiles of a chunk; the last may have fewer.</summary>
    public int TilesOf(int chunk) => Math.Min(ChunkTiles, Convolution.Tiles - (chunk * ChunkTiles));

    /// <summary>Units of transforming in a chunk: a tile of 16 channels of the input or of the output's gradient each.</summary>
    public int Units(int chunk) => TilesOf(chunk) * (InputGroups + OutputBlocks);

    /// <summary>Outputs in the panel to which an output belongs: 32, or 16 at the end.</summary>
    internal int PanelWidth(int output) => Math.Min(Panel, PaddedOutputs - (output / Panel * Panel));
}
