using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>Means and standard deviations as a person writes them: <c>0.1307:0.3081</c>, or <c>0.485,0.456,0.406:0.229,0.224,0.225</c> channel by channel, for pixels in [0, 1].</summary>
internal static class GivenScale
{
    /// <summary>The numbers; null for a text of another form.</summary>
    public static ChannelStatistics[]? TryParse(string text)
    {
        if (text.Split(':') is not [var means, var deviations]) return null;
        var (mean, deviation) = (Numbers(means), Numbers(deviations));
        return mean is null || deviation is null || mean.Length != deviation.Length || deviation.Any(number => number <= 0) ? null : [.. mean.Zip(deviation, (m, d) => new ChannelStatistics(m, d))];
    }

    /// <summary>The scale for images of so many channels; one pair of numbers is for all of them.</summary>
    /// <exception cref="SettingException">There are more or fewer numbers than channels.</exception>
    public static PixelScale For(string text, int channels, string dataset)
    {
        var given = TryParse(text)!;
        if (given.Length == 1) given = [.. Enumerable.Repeat(given[0], channels)];
        return given.Length == channels ? PixelScale.Standard(given) : throw new SettingException(
            $"The pixel scale '{text}' has means and deviations for {given.Length} channels, but images of {dataset} have {channels}. Give {channels} of each, or one for all.");
    }

    private static double[]? Numbers(string text)
    {
        var words = text.Split(',');
        double[] numbers = [.. words.Select(word => Engine.Foreign.Numbers.TryParse<double>(word, out var number) && double.IsFinite(number) ? number : double.NaN)];
        return numbers.Any(double.IsNaN) ? null : numbers;
    }
}
