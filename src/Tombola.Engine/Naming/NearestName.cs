namespace Tombola.Engine.Naming;

/// <summary>Helps a person who mistyped a name.</summary>
internal static class NearestName
{
    /// <summary>"Did you mean x? There are: x, y, z."</summary>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        var known = names.ToArray();
        var nearest = known.MinBy(name => Distance(typed, name));
        var close = nearest is not null && Distance(typed, nearest) <= Math.Max(2, typed.Length / 3);
        return $"{(close ? $"Did you mean {nearest}? " : "")}There are: {string.Join(", ", known)}.";
    }

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    private static int Distance(string x, string y)
    {
        var row = Enumerable.Range(0, y.Length + 1).ToArray();
        for (var i = 1; i <= x.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= y.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(x[i - 1]) == char.ToLowerInvariant(y[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
