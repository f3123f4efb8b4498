using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>What a distribution shares out.</summary>
/// <param name="Layers">The layers that may be pruned, in the order of the network.</param>
/// <param name="Remove">Weights to remove from them, altogether.</param>
public sealed record PruningBudget(IReadOnlyList<LayerBudget> Layers, int Remove)
{
    /// <summary>Weights that remain in these layers when the others are removed.</summary>
    public int Remain => Layers.Sum(layer => layer.Remaining) - Remove;

    /// <summary>The losses that leave layers with weights in proportion to some numbers. A layer that would need more than it has keeps all, and the others share the rest in the same proportion.</summary>
    /// <param name="parts">One number from 0 up for each layer.</param>
    /// <returns>For each layer the weights it loses, exactly <see cref="Remove"/> altogether; what is left of rounding goes to the largest remainders, of equal ones to the earlier layer.</returns>
    /// <exception cref="SettingException">Layers with a number above 0 have fewer weights than should remain.</exception>
    public int[] Leaving(IReadOnlyList<long> parts)
    {
        var remaining = LayerShares.Of(Remain, parts, [.. Layers.Select(layer => layer.Remaining)]) ?? throw new SettingException(
            $"{Remain} weights should remain, but layers of a density above 0 have {Layers.Where((_, i) => parts[i] > 0).Sum(layer => layer.Remaining)} altogether. Give more layers a density above 0.");
        return [.. Layers.Zip(remaining, (layer, remain) => layer.Remaining - remain)];
    }
}

/// <summary>A layer that may be pruned.</summary>
/// <param name="Parameter">Its weights.</param>
/// <param name="Remaining">How many of them remain so far.</param>
/// <param name="Density">The density that somebody gave for it, 1 if nobody did.</param>
public sealed record LayerBudget(Parameter Parameter, int Remaining, double Density = 1);
