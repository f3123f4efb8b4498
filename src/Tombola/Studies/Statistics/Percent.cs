using System.Globalization;

namespace Tombola.Studies;

/// <summary>Fractions as percentages in sentences and tables.</summary>
internal static class Percent
{
    /// <summary>"98.12 %".</summary>
    public static string Of(double fraction, int digits = 2) => string.Create(CultureInfo.InvariantCulture, $"{(fraction * 100).ToString("F" + digits, CultureInfo.InvariantCulture)} %");

    /// <summary>"0.35 points".</summary>
    public static string Points(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:F2} points");
}
