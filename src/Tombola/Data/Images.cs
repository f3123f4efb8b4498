using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images as their file holds them: <c>[image][channel, row, column]</c>. Immutable.</summary>
internal abstract class Images(Shape shape, int count)
{
    public Shape Shape { get; } = shape;

    public int Count { get; } = count;

    /// <summary>Decodes and scales one image.</summary>
    /// <param name="index">Which image.</param>
    /// <param name="scale">Gain and offset of each channel.</param>
    /// <param name="sample">Receives channel, row, column; may be longer than an image.</param>
    public void Read(int index, PixelScale scale, Span<float> sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var plane = Shape.Rows * Shape.Columns;
        for (var c = 0; c < Shape.Channels; c++)
        {
            ReadPlane((index * (long)Shape.Channels) + c, plane, scale.Gain[c], scale.Offset[c], sample.Slice(c * plane, plane));
        }
    }

    /// <summary>The images at these places, in this order.</summary>
    public abstract Images Choose(ReadOnlySpan<int> places);

    /// <summary>Mean and standard deviation of each channel, summed in float64 in the order of the images.</summary>
    public abstract ChannelStatistics[] Statistics();

    /// <summary>Plane number <paramref name="plane"/> of all the planes of <paramref name="length"/> pixels that lie one after the other.</summary>
    protected abstract void ReadPlane(long plane, int length, float gain, float offset, Span<float> target);
}
