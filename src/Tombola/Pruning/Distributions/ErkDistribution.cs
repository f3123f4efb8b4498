namespace Tombola.Pruning;

/// <summary>
/// Erdos-Renyi-Kernel: a layer's density is in proportion to the sum of its dimensions over their product (Evci et al. 2020, section 3: its sparsity scales with
/// 1 - (inputs + outputs + rows + columns) / (inputs * outputs * rows * columns)).
/// </summary>
/// <remarks>So the number of its weights is in proportion to the sum of its dimensions. A layer that would be denser than it is stays as it is, and the others share the rest.</remarks>
internal static class ErkDistribution
{
    public static int[] Split(PruningBudget budget) => budget.Leaving([.. budget.Layers.Select(layer => layer.Parameter.Shape.Sum(length => (long)length))]);
}
