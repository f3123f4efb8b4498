using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>How often each channel of some images of bytes has each value: mean and deviation come of it exactly, whatever the order of the images.</summary>
internal sealed class PixelHistogram(Shape shape)
{
    private readonly long[,] _counts = new long[shape.Channels, 256];
    private long _images;

    /// <summary>Counts one image.</summary>
    /// <param name="image"><c>[channel][row, column]</c>.</param>
    public void Add(ReadOnlySpan<byte> image)
    {
        var plane = shape.Rows * shape.Columns;
        for (var c = 0; c < shape.Channels; c++)
        {
            foreach (var pixel in image.Slice(c * plane, plane)) _counts[c, pixel]++;
        }

        _images++;
    }

    /// <summary>Mean and standard deviation of each channel, pixels in [0, 1].</summary>
    public ChannelStatistics[] Statistics()
    {
        var statistics = new ChannelStatistics[shape.Channels];
        for (var c = 0; c < statistics.Length; c++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var value = 0; value < 256; value++)
            {
                sum += _counts[c, value] * (value / 255.0);
                squares += _counts[c, value] * (value / 255.0 * (value / 255.0));
            }

            statistics[c] = ChannelStatistics.FromSums((double)_images * shape.Rows * shape.Columns, sum, squares);
        }

        return statistics;
    }
}
