using System.Globalization;

namespace Tombola.Engine.Foreign;

/// <summary>Lists words from outside in a sentence: the first few, each made printable, and how many more there are.</summary>
internal static class Listing
{
    private const int MostWords = 8, MostCharacters = 160;

    /// <summary>"a, b, c", "a, b and 12 more", or "none".</summary>
    public static string Of(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var (shown, characters, count) = (new List<string>(), 0, 0);
        foreach (var word in words)
        {
            // The first is shown whatever its length.
            if (shown.Count == count && count < MostWords && Printable.Name(word) is var name && (count == 0 || characters + name.Length <= MostCharacters))
            {
                shown.Add(name);
                characters += name.Length;
            }

            count++;
        }

        if (count == 0) return "none";
        var rest = count - shown.Count;
        return rest == 0 ? string.Join(", ", shown) : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", shown)} and {rest} more");
    }

    /// <summary>A shape such as [64, 3, 7, 7].</summary>
    public static string OfShape<T>(IReadOnlyCollection<T> shape)
        where T : struct, IFormattable
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Count == 0 ? "[]" : $"[{Of(shape.Select(size => size.ToString(null, CultureInfo.InvariantCulture)))}]";
    }
}
