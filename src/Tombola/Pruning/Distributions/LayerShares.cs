namespace Tombola.Pruning;

/// <summary>Splits a number of weights over layers in proportion, exactly.</summary>
internal static class LayerShares
{
    /// <summary>In proportion to sizes, which are what layers can take at most.</summary>
    public static int[] Of(int total, int[] sizes) => Of(total, [.. sizes.Select(size => (long)size)], sizes)!;

    /// <param name="total">The number to split.</param>
    /// <param name="parts">What shares are in proportion to, from 0 up.</param>
    /// <param name="limits">The most that each can take: whoever would get more gets that, and the others share the rest in proportion.</param>
    /// <returns>Shares that add up to the total: quotients rounded down, then one more for the largest remainders, of equal ones for the earlier layer; null if the limits do not allow it.</returns>
    public static int[]? Of(int total, IReadOnlyList<long> parts, int[] limits)
    {
        // In whole numbers of 128 bits, so that no rounding decides. Whoever is full first, at the lowest total for its part, comes first.
        var shares = new int[limits.Length];
        var order = Enumerable.Range(0, limits.Length).Where(i => parts[i] > 0).ToArray();
        Array.Sort(order, (x, y) => ((Int128)limits[x] * parts[y]).CompareTo((Int128)limits[y] * parts[x]) is var sign and not 0 ? sign : x.CompareTo(y));
        var (left, sum, full) = ((Int128)total, order.Aggregate(Int128.Zero, (sum, i) => sum + parts[i]), 0);
        for (; full < order.Length && limits[order[full]] * sum <= parts[order[full]] * left; full++)
        {
            var i = order[full];
            shares[i] = limits[i];
            (left, sum) = (left - limits[i], sum - parts[i]);
        }

        if (full == order.Length) return left == 0 ? shares : null;
        var others = order[full..];
        foreach (var i in others) shares[i] = (int)(parts[i] * left / sum);
        var missing = (int)(left - others.Sum(i => (long)shares[i]));
        foreach (var i in others.OrderByDescending(i => parts[i] * left % sum).ThenBy(i => i).Take(missing)) shares[i]++;
        return shares;
    }
}
