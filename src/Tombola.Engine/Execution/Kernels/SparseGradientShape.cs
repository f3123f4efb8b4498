namespace Tombola.Engine.Execution.Kernels;

/// <summary>How the gradient of a convolution's surviving weights is cut up: tiles of output pixels; in a tile, chunks of input channels; in a chunk, filters.</summary>
/// <remarks>
/// What a tile reads of a chunk stays in the first-level cache while all filters pass. There are two ways. Usually a window with its border of zeros is copied
/// out of the input, so that any survivors of a filter may be summed together, at the price of multiplying zeros. Where too much of a small map's window would be
/// border, and where taps share no pixels anyway, survivors of one tap are summed together over the pixels that meet the map, in place.
/// </remarks>
internal readonly record struct SparseGradientShape
{
    /// <summary>Floats of input in use at a time, 36 KB: it leaves room in the first-level cache for the gradient that passes.</summary>
    private const int NearFloats = 9 << 10;

    /// <summary>Floats of input in use at a time when few weights survive, 160 KB: then reading it from the second-level cache is better than short lists.</summary>
    private const int FarFloats = 40 << 10;

    /// <summary>Survivors of a filter in a chunk that are worth more than the first-level cache.</summary>
    private const double LongEnough = 6;

    public SparseGradientShape(ConvolutionShape convolution, int survivors, int blocks)
    {
        Convolution = convolution;
        var (kernel, stride) = (convolution.Kernel, convolution.Stride);
        long all = (long)convolution.OutputPixels * convolution.Taps, valid = 0;
        for (var tap = 0; tap < convolution.Taps; tap++) valid += ValidPixels(tap);
        ByTap = kernel <= stride || kernel == 1 || all * 10 > valid * 13;
        var side = stride == 1 || ByTap ? 8 : 4;
        TileColumns = Even(convolution.OutputColumns, side);
        TileRows = Even(convolution.OutputRows, Math.Max(1, (stride == 1 || ByTap ? 32 : 16) / TileColumns));
        TileBlocks = ByTap ? Math.Clamp(32 / convolution.OutputPixels, 1, blocks) : 1;
        (WindowRows, WindowColumns) = (((TileRows - 1) * stride) + kernel, ((TileColumns - 1) * stride) + kernel);
        var perChannel = ByTap ? TileRows * TileColumns * TileBlocks * LanePlanes.Lanes : WindowFloats;
        var perFilter = (double)survivors / convolution.Outputs / convolution.Inputs / (ByTap ? convolution.Taps : 1);
        var channels = Math.Max(NearFloats / perChannel, Math.Min(FarFloats / perChannel, (int)Math.Ceiling(LongEnough / Math.Max(perFilter, 1e-6))));
        ChunkChannels = Even(convolution.Inputs, Math.Max(1, channels));
    }

    public ConvolutionShape Convolution { get; }

    /// <summary>Whether survivors of one tap are summed together, in place.</summary>
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

    /// <summary>Output pixels that a survivor of a tap is summed over.</summary>
    public int PixelsOf(int tap) => ByTap ? ValidPixels(tap) : Convolution.OutputPixels;

    private int ValidPixels(int tap)
    {
        var (rows, columns) = (
            Convolution.Valid(tap / Convolution.Kernel, Convolution.InputRows, Convolution.OutputRows),
            Convolution.Valid(tap % Convolution.Kernel, Convolution.InputColumns, Convolution.OutputColumns));
        return Math.Max(0, rows.To - rows.From) * Math.Max(0, columns.To - columns.From);
    }

    /// <summary>The size of parts of <paramref name="count"/>, as even as may be, of which none is larger than <paramref name="most"/>.</summary>
    private static int Even(int count, int most)
    {
        var parts = (count + most - 1) / most;
        return (count + parts - 1) / parts;
    }
}
