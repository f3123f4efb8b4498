namespace Tombola.Data;

/// <summary>What is done to a pixel of each channel once it is in [0, 1]: x becomes x * Gain + Offset, rounded once.</summary>
/// <param name="Gain">One factor a channel.</param>
/// <param name="Offset">One summand a channel.</param>
internal sealed record PixelScale(float[] Gain, float[] Offset)
{
    /// <summary>Leaves pixels as they are.</summary>
    public static PixelScale Unit(int channels)
    {
        var ones = new float[channels];
        Array.Fill(ones, 1f);
        return new PixelScale(ones, new float[channels]);
    }

    /// <summary>(x - mean) / deviation.</summary>
    public static PixelScale Standard(IReadOnlyList<ChannelStatistics> channels) => new(
        [.. channels.Select(channel => (float)(1 / channel.Deviation))],
        [.. channels.Select(channel => (float)(-channel.Mean / channel.Deviation))]);
}

/// <summary>Mean and standard deviation of one channel over a training set, pixels in [0, 1].</summary>
internal readonly record struct ChannelStatistics(double Mean, double Deviation)
{
    public static ChannelStatistics FromSums(double count, double sum, double sumOfSquares)
    {
        var mean = sum / count;
        return new ChannelStatistics(mean, Math.Sqrt(Math.Max(0, (sumOfSquares / count) - (mean * mean))));
    }
}
