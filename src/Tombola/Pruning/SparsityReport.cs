using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>What a mask leaves of one layer.</summary>
/// <param name="Name">Name of the weight tensor.</param>
/// <param name="Remaining">Weights that remain.</param>
/// <param name="Count">Weights there were.</param>
public sealed record LayerSparsity(string Name, int Remaining, int Count)
{
    /// <summary>Fraction of the layer's weights that remain.</summary>
    public double Density => (double)Remaining / Count;
}

/// <summary>Density by layer.</summary>
internal static class SparsityReport
{
    /// <summary>The layers of a mask, in order.</summary>
    public static IReadOnlyList<LayerSparsity> Of(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return [.. mask.Space.Prunable.Select(parameter => new LayerSparsity(parameter.Name, mask.CountIn(parameter), parameter.Count))];
    }
}
