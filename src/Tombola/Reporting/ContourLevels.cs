using System.Globalization;

namespace Tombola.Reporting;

/// <summary>Round numbers between the lowest and the highest value.</summary>
internal static class ContourLevels
{
    private const int Most = 9;

    private static readonly int[] Steps = [1, 2, 5, 10];

    /// <param name="values">Finite values.</param>
    /// <param name="logarithmic">Whether the levels should be in equal ratios.</param>
    public static IReadOnlyList<double> Of(IReadOnlyCollection<double> values, bool logarithmic)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) return [];
        var (low, high) = (values.Min(), values.Max());
        return !(low < high) ? [] : logarithmic ? Ratios(low, high) : Differences(low, high);
    }

    /// <summary>1, 2 and 5 in every power of ten while they are few; powers of ten, or every so many of them, where they are not.</summary>
    private static double[] Ratios(double low, double high)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)));
        double[] fine = Between([1, 2, 5], 1);
        return fine.Length <= Most ? fine : Between([1], Math.Max(1, (int)Math.Ceiling((last - first) / (double)Most)));

        // Parsed, so that 0.1 is the number which is written 0.1.
        double[] Between(int[] digits, int every) =>
        [
            .. Enumerable.Range(first, last - first + 1).Where(power => power % every == 0)
                .SelectMany(power => digits.Select(digit => double.Parse($"{digit}e{power}", CultureInfo.InvariantCulture))).Where(level => level > low && level < high),
        ];
    }

    /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
    private static double[] Differences(double low, double high)
    {
        var power = (int)Math.Floor(Math.Log10((high - low) / Most));
        var step = Steps.Select(digit => digit * Math.Pow(10, power)).First(step => (high - low) / step <= Most);
        var start = (long)Math.Floor(low / step) + 1;
        return [.. Enumerable.Range(0, Most + 1).Select(i => Math.Round((start + i) * step, Math.Clamp(-power, 0, 15))).Where(level => level > low && level < high)];
    }
}
