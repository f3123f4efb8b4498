namespace Tombola.Pruning;

/// <summary>Splits a number of removals over layers in proportion to their sizes, exactly.</summary>
internal static class LayerShares
{
    /// <summary>Largest remainders first; of equal ones the earlier layer.</summary>
    public static int[] Of(int remove, int[] sizes)
    {
        var total = sizes.Sum(size => (long)size);
        if (total == 0) return new int[sizes.Length];
        var shares = sizes.Select(size => (int)(size * (long)remove / total)).ToArray();
        var byRemainder = Enumerable.Range(0, sizes.Length).OrderByDescending(i => sizes[i] * (long)remove % total).ThenBy(i => i);
        foreach (var i in byRemainder.Take(remove - shares.Sum())) shares[i]++;
        return shares;
    }
}
