using Tombola.Engine.Naming;
using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>A way to come by the weights that a sparse network starts from.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">Half a sentence for help and reports.</param>
/// <param name="Of">The state at step k; the mask is still to be applied.</param>
public sealed record WeightSource(string Name, string Description, Func<Replicate, long, StateRef> Of);

/// <summary>The sources of weights by name. A new one is a line here.</summary>
public static class WeightSources
{
    public static WeightSource Rewound { get; } = new("rewound", "the dense network's weights at step k", (replicate, step) => replicate.At(step));

    /// <summary>Drawn anew, then trained densely to step k: the control starts at the same step as the ticket.</summary>
    public static WeightSource Reinitialised { get; } = new("reinitialised", "newly drawn weights, trained densely to step k", (replicate, step) => replicate.Reinitialised(step));

    /// <summary>Frankle et al. 2020 ask what of the weights matters; this leaves each layer its magnitudes and its number of negative signs.</summary>
    public static WeightSource ShuffledSigns { get; } = new("shuffled-signs", "the weights of step k with their signs shuffled within each layer", (replicate, step) => replicate.ShuffledSigns(step));

    public static IReadOnlyList<WeightSource> All { get; } = [Rewound, Reinitialised, ShuffledSigns];

    /// <exception cref="ArgumentException">There is no such source; the message lists them.</exception>
    public static WeightSource Find(string name) => All.FirstOrDefault(source => source.Name == name)
        ?? throw new ArgumentException($"There are no weights '{name}'. {NearestName.Hint(name, All.Select(source => source.Name))}");
}
