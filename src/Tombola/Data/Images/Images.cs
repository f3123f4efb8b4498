using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Unscaled images, in memory or in files of their own: <c>[image][channel, row, column]</c>. Immutable, so any number of threads may read at once.</summary>
internal abstract class Images(Shape shape, int count)
{
    public Shape Shape { get; } = shape;

    public int Count { get; } = count;

    /// <summary>Threads that should read ahead, since an image takes long; 0 if it is there at once.</summary>
    public virtual int Readers => 0;

    /// <summary>Decodes, moves and scales one image.</summary>
    /// <param name="index">Which image.</param>
    /// <param name="placement">Where it comes to lie. What it leaves uncovered is black, which the scale does not leave at zero.</param>
    /// <param name="scale">Gain and offset of each channel.</param>
    /// <param name="sample">Receives channel, row, column; may be longer than an image.</param>
    public void Read(int index, Placement placement, PixelScale scale, Span<float> sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ReadImage(index, placement, scale, sample[..Shape.Count]);
    }

    /// <summary>The images at these places, in this order.</summary>
    public abstract Images Choose(ReadOnlySpan<int> places);

    /// <summary>Mean and standard deviation of each channel, pixels in [0, 1].</summary>
    public abstract ChannelStatistics[] Statistics();

    /// <summary>One image that is there, into as many numbers as it has.</summary>
    protected abstract void ReadImage(int index, Placement placement, PixelScale scale, Span<float> sample);
}
