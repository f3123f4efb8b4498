namespace Tombola.Studies;

/// <summary>A few of many.</summary>
internal static class EvenlySpaced
{
    /// <summary>All, or if they are more than <paramref name="most"/> (at least 2), so many of them: the first, the last, and others evenly between.</summary>
    public static T[] Of<T>(IReadOnlyList<T> all, int most) =>
        all.Count <= most ? [.. all] : [.. Enumerable.Range(0, most).Select(i => all[(int)Math.Round(i * (all.Count - 1) / (most - 1.0))])];
}
