namespace Tombola.Pruning;

/// <summary>Every layer loses the same fraction of the weights that remain in it, to the nearest weight or the one beside it.</summary>
internal static class LayerWiseDistribution
{
    public static int[] Split(PruningBudget budget) => LayerShares.Of(budget.Remove, [.. budget.Layers.Select(layer => layer.Remaining)]);
}
