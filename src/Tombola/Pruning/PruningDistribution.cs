using Tombola.Engine.Naming;

namespace Tombola.Pruning;

/// <summary>How the weights to remove are shared out among layers.</summary>
/// <param name="Name">As in presets and on the command line.</param>
/// <param name="Description">Half a sentence for lists.</param>
/// <param name="Split">How many weights each layer of a budget loses, altogether <see cref="PruningBudget.Remove"/>; null if the scores decide, over all layers at once.</param>
public sealed record PruningDistribution(string Name, string Description, Func<PruningBudget, int[]?> Split)
{
    /// <summary>Whether somebody has to give it a density for every layer.</summary>
    public bool TakesDensities { get; init; }
}

/// <summary>The distributions by name. A new one is one function and one line here, or a line of <see cref="Registry"/> in a program that uses this library.</summary>
public static class PruningDistributions
{
    /// <summary>The one that nobody needs to name.</summary>
    public const string Global = "global";

    /// <summary>Those that there are.</summary>
    public static Registry<PruningDistribution> Registry { get; } = new("There is no distribution", distribution => distribution.Name,
    [
        new(Global, "whatever has the lowest score in the whole network", _ => null),
        new("layer-wise", "the same fraction of every layer", LayerWiseDistribution.Split),
        new("erk", "densities by the shapes of layers (Erdos-Renyi-Kernel)", ErkDistribution.Split),
        new("given", "densities that you give by layer, scaled to the total: given:conv=1,*=0.2, or given:FILE", GivenDistribution.Split) { TakesDensities = true },
    ]);
}
