using System.Globalization;

namespace Tombola.Cli.Commands;

/// <summary>Numbers and sentences as a person reads them.</summary>
internal static class Words
{
    /// <summary>"1 worker", "3 workers".</summary>
    public static string Count(int number, string what) => Count(number, what, what + "s");

    /// <summary>"1 entry", "3 entries".</summary>
    public static string Count(int number, string one, string many) => $"{Text(number)} {(number == 1 ? one : many)}";

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"8 s", "12 min", "3.1 h", "4 days".</summary>
    public static string Duration(double seconds) => seconds switch
    {
        > 0 and < 0.5 => "< 1 s",
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:F0} days"),
    };

    /// <summary>The text, or as many of its words as fit, with an ellipsis.</summary>
    public static string Shortened(string text, int length) => text.Length <= length ? text : text[..(text.LastIndexOf(' ', length - 1) is var end and > 0 ? end : length - 1)].TrimEnd(',', ';', ':') + "…";
}
