using System.Globalization;

namespace Tombola.Reporting;

/// <summary>Numbers as people read them, in sentences and tables, the same in every country.</summary>
public static class InWords
{
    /// <summary>"98.12 %" for a fraction.</summary>
    public static string Percent(double fraction, int digits = 2) => $"{Fixed(fraction * 100, digits)} %";

    /// <summary>"0.35 points" for a fraction.</summary>
    public static string Points(double fraction) => $"{Fixed(fraction * 100, 2)} points";

    /// <summary>With so many digits behind the point.</summary>
    public static string Fixed(double number, int digits) => number.ToString("F" + digits, CultureInfo.InvariantCulture);

    /// <summary>"23.3".</summary>
    public static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"24000".</summary>
    public static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"266,200": for terminal and page, where numbers are large.</summary>
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A cell of a column of numbers as people read it; files keep it as it is.</summary>
    internal static string Shown(string cell) => cell.Length > 3 && cell.All(char.IsAsciiDigit) && long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Grouped(number) : cell;

    /// <summary>"1 worker", "3 workers".</summary>
    public static string Count(int number, string what) => Count(number, what, what + "s");

    /// <summary>"1 entry", "3 entries".</summary>
    public static string Count(int number, string one, string many) => $"{Whole(number)} {(number == 1 ? one : many)}";

    /// <summary>"8 s", "12 min", "3.1 h", "4 days".</summary>
    public static string Duration(double seconds) => seconds switch
    {
        > 0 and < 0.5 => "< 1 s",
        < 90 => $"{Fixed(seconds, 0)} s",
        < 5400 => $"{Fixed(seconds / 60, 0)} min",
        < 172_800 => $"{Fixed(seconds / 3600, 1)} h",
        _ => $"{Fixed(seconds / 86_400, 0)} days",
    };

    /// <summary>The text, or as many of its words as fit, with an ellipsis.</summary>
    public static string Shortened(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..(text.LastIndexOf(' ', length - 1) is var end and > 0 ? end : length - 1)].TrimEnd(',', ';', ':') + "…";
    }

    /// <summary>The text with a capital at its start.</summary>
    public static string Capitalised(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
