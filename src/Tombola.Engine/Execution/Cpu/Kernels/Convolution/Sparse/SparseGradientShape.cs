namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>How the gradient of a convolution's remaining weights is cut up: tiles of output pixels; in a tile, chunks of input channels; in a chunk, filters.</summary>
/// <remarks>
/// What a tile reads of a chunk stays in the first-level cache while all filters pass. There are two ways. With many remaining weights a window with its border of zeros
/// is copied out of the input, so that any remaining weights of a filter may be summed together, at the price of multiplying zeros. Where a copy would not be read often
/// enough to be worth it, where too much of a small map's window would be border, and where taps share no pixels, remaining weights of one tap are summed together over
/// the pixels at which it meets the map, in place.
/// </remarks>
internal readonly record struct SparseGradientShape
{
    /// <summary>Floats of input in use at a time, 36 KB: it leaves room in the first-level cache for the gradient that passes.</summary>
    private const int NearFloats = 9 << 10;

    /// <summary>Floats of input in use at a time when few weights remain, 160 KB: reading the second-level cache is then better than lists of one or two.</summary>
    private const int FarFloats = 40 << 10;

    /// <summary>Remaining weights of a list that are worth more than the first-level cache.</summary>
    private const int LongEnough = 6;

    /// <summary>Remaining weights of an input channel that make up for copying it, for each step of the stride (the window of a tile grows with it).</summary>
    private const int WorthCopying = 24;

    /// <param name="convolution">The convolution.</param>
    /// <param name="remaining">Weights that are left.</param>
    /// <param name="blocks">Lane blocks, at most.</param>
    public SparseGradientShape(ConvolutionShape convolution, int remaining, int blocks)
    {
        Convolution = convolution;
        var (rows, columns) = (convolution.Window.Rows, convolution.Window.Columns);
        var stride = Math.Max(rows.Stride, columns.Stride);
        long all = (long)convolution.OutputPixels * convolution.Taps, valid = 0;
        for (var tap = 0; tap < convolution.Taps; tap++) valid += ValidPixels(tap);
        ByTap = (rows.Kernel <= rows.Stride && columns.Kernel <= columns.Stride) || convolution.Taps == 1 || all * 10 > valid * 13 || remaining < (long)convolution.Inputs * WorthCopying * stride;

        // A window of a stride of 2 holds four times the pixels, so that its tiles are smaller.
        var (side, pixels) = ByTap || stride == 1 ? (8, 32) : (4, 16);
        TileColumns = Even(convolution.OutputColumns, side);
        TileRows = Even(convolution.OutputRows, pixels / TileColumns);
        TileBlocks = ByTap ? Math.Clamp(16 / convolution.OutputPixels, 1, blocks) : 1;
        (WindowRows, WindowColumns) = (((TileRows - 1) * rows.Stride) + rows.Kernel, ((TileColumns - 1) * columns.Stride) + columns.Kernel);
        var perChannel = ByTap ? TilePixels * LanePlanes.Lanes : WindowFloats;
        var perList = (double)remaining / convolution.Outputs / convolution.FilterInputs / Lists;
        var channels = Math.Max(NearFloats / perChannel, (int)Math.Min(FarFloats / perChannel, Math.Ceiling(LongEnough / perList)));
        ChunkChannels = Even(convolution.Inputs, Math.Max(1, channels));
    }

    public ConvolutionShape Convolution { get; }

    /// <summary>Whether remaining weights of one tap are summed together, in place.</summary>
    public bool ByTap { get; }

    /// <summary>Rows of output pixels in a tile; the last may have fewer.</summary>
    public int TileRows { get; }

    /// <summary>Columns of output pixels in a tile; the last may have fewer.</summary>
    public int TileColumns { get; }

    /// <summary>Lane blocks in a tile; the last may have fewer.</summary>
    public int TileBlocks { get; }

    /// <summary>Input channels in a chunk; the last may have fewer.</summary>
    public int ChunkChannels { get; }

    public int Chunks => (Convolution.Inputs + ChunkChannels - 1) / ChunkChannels;

    /// <summary>Rows of input pixels that a tile reads.</summary>
    public int WindowRows { get; }

    /// <summary>Columns of input pixels that a tile reads.</summary>
    public int WindowColumns { get; }

    /// <summary>Floats of the copied window of one channel.</summary>
    public int WindowFloats => WindowRows * WindowColumns * LanePlanes.Lanes;

    /// <summary>Lists of pixels in a tile.</summary>
    public int Lists => ByTap ? Convolution.Taps : 1;

    /// <summary>Pixels of a tile, at most.</summary>
    public int TilePixels => TileBlocks * TileRows * TileColumns;

    /// <summary>Floats of scratch memory for the windows of a chunk.</summary>
    public int ChunkFloats => ByTap ? 0 : ChunkChannels * WindowFloats;

    /// <summary>Output pixels that a remaining weight of a tap is summed over.</summary>
    public int PixelsOf(int tap) => ByTap ? ValidPixels(tap) : Convolution.OutputPixels;

    private int ValidPixels(int tap)
    {
        var (r, s) = Convolution.Tap(tap);
        var (rows, columns) = (Convolution.ValidRows(r), Convolution.ValidColumns(s));
        return Math.Max(0, rows.To - rows.From) * Math.Max(0, columns.To - columns.From);
    }

    /// <summary>The size of parts of <paramref name="count"/>, as even as may be, of which none is larger than <paramref name="most"/>.</summary>
    private static int Even(int count, int most)
    {
        var parts = (count + most - 1) / most;
        return (count + parts - 1) / parts;
    }
}
