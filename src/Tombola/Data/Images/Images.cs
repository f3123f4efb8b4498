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
        CheckIndex(index);
        var plane = Shape.Rows * Shape.Columns;
        for (var c = 0; c < Shape.Channels; c++) ReadPlane(index, c, scale.Gain[c], scale.Offset[c], sample.Slice(c * plane, plane));
    }

    /// <summary>Decodes, moves and scales one image.</summary>
    /// <param name="index">Which image.</param>
    /// <param name="placement">Where it comes to lie. What it leaves uncovered is black, which the scale does not leave at zero.</param>
    /// <param name="scale">Gain and offset of each channel.</param>
    /// <param name="sample">Receives channel, row, column; may be longer than an image.</param>
    public void Read(int index, Placement placement, PixelScale scale, Span<float> sample)
    {
        CheckIndex(index);
        var plane = Shape.Rows * Shape.Columns;
        for (var c = 0; c < Shape.Channels; c++) ReadPlane(index, c, placement, scale.Gain[c], scale.Offset[c], sample.Slice(c * plane, plane));
    }

    /// <summary>The images at these places, in this order.</summary>
    public abstract Images Choose(ReadOnlySpan<int> places);

    /// <summary>Mean and standard deviation of each channel, summed in float64 in the order of the images.</summary>
    public abstract ChannelStatistics[] Statistics();

    /// <summary>One channel of one image.</summary>
    protected abstract void ReadPlane(int image, int channel, float gain, float offset, Span<float> target);

    /// <summary>One channel of one image that lies elsewhere on a black ground.</summary>
    protected abstract void ReadPlane(int image, int channel, Placement placement, float gain, float offset, Span<float> target);

    private void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }
}
