using System.Globalization;
using System.Text;

namespace Tombola.Engine.Foreign;

/// <summary>Makes text that somebody else wrote fit for a message: no control characters, and not too long.</summary>
/// <remarks>
/// A file can name a tensor with an escape sequence that clears the screen, or with a million letters. Whatever takes a word from a file into a sentence
/// takes it through <see cref="Name"/>; whatever shows a finished sentence shows it through <see cref="Sentence"/>.
/// </remarks>
internal static class Printable
{
    /// <summary>Characters of a name in a sentence, and of a sentence.</summary>
    public const int LongestName = 80, LongestSentence = 500;

    private const string Cut = " … ";

    /// <summary>A word from outside: control characters as escapes, cut in the middle beyond <see cref="LongestName"/> characters.</summary>
    public static string Name(string? text) => Short(text ?? "", LongestName);

    /// <summary>A whole message: control characters as escapes, cut in the middle beyond <see cref="LongestSentence"/> characters, so that its beginning and its remedy stay.</summary>
    public static string Sentence(string? text) => Short(text ?? "", LongestSentence);

    /// <summary>Text of any length and any number of lines: control characters but line ends as escapes.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EnumerateRunes().Any(rune => rune.Value != '\n' && IsUnprintable(rune)) && !text.Contains('\uFFFD', StringComparison.Ordinal)) return text;
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n') shown.Append('\n');
            else Append(shown, rune);
        }

        return shown.ToString();
    }

    private static string Short(string text, int longest)
    {
        // What is cut off need not be looked at: a name may have a hundred million letters.
        var keep = (longest - Cut.Length) / 2;
        if (text.Length > 2 * longest) text = text[..longest] + text[^longest..];
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes()) Append(shown, rune);
        return shown.Length <= longest ? shown.ToString() : $"{shown.ToString(0, Whole(shown, keep))}{Cut}{shown.ToString(Whole(shown, shown.Length - keep), shown.Length - Whole(shown, shown.Length - keep))}";
    }

    /// <summary>A place that does not part the two halves of a character.</summary>
    private static int Whole(StringBuilder text, int place) => char.IsLowSurrogate(text[place]) ? place + 1 : place;

    private static void Append(StringBuilder shown, Rune rune)
    {
        if (!IsUnprintable(rune)) shown.Append(rune.ToString());
        else if (rune.Value <= 0xFFFF) shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else shown.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
    }

    /// <summary>Control characters, those that turn the direction of writing or join lines, and code points that are no characters.</summary>
    private static bool IsUnprintable(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;
}
