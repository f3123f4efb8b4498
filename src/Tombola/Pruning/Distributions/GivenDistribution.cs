namespace Tombola.Pruning;

/// <summary>Densities in the proportion in which somebody gave them, so that every level of iterative pruning has them: one factor scales them to the total.</summary>
/// <remarks>Where the factor would make a layer denser than it is, it stays as it is, and the others share the rest. Densities count to nine decimals.</remarks>
internal static class GivenDistribution
{
    private const double Decimals = 1e9;

    public static int[] Split(PruningBudget budget) => budget.Leaving([.. budget.Layers.Select(layer => (long)Math.Round(layer.Density * Decimals) * layer.Parameter.Count)]);
}
