namespace Tombola.Data;

/// <summary>A few of many things, evenly spaced, the same ones every time.</summary>
internal static class EvenSample
{
    /// <summary>Places i * count / most, rounded down, for i = 0 ... most - 1; all places if there are no more than that.</summary>
    public static IEnumerable<int> Of(int count, int most)
    {
        var chosen = Math.Min(count, most);
        return Enumerable.Range(0, chosen).Select(i => (int)((long)i * count / chosen));
    }
}
