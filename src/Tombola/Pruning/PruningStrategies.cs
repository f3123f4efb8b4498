using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Pruning;

/// <summary>What a strategy looks at.</summary>
/// <param name="State">Weights to judge.</param>
/// <param name="Mask">The mask so far.</param>
/// <param name="Remove">How many weights to remove.</param>
/// <param name="Exempt">Names of layers whose weights stay.</param>
/// <param name="Stream">Randomness, for strategies that want some.</param>
public sealed record PruningInput(NetworkState State, Mask Mask, int Remove, IReadOnlySet<string> Exempt, RandomStream Stream)
{
    /// <summary>Indices of the remaining weights that may be removed, one list for each layer, ascending.</summary>
    public IEnumerable<int[]> Candidates => State.Space.Prunable
        .Where(parameter => !Exempt.Contains(parameter.Layer))
        .Select(parameter => Enumerable.Range(parameter.Offset, parameter.Count).Where(index => Mask[index]).ToArray());
}

/// <summary>Chooses the weights to remove: exactly <see cref="PruningInput.Remove"/> indices.</summary>
public delegate IEnumerable<int> PruningStrategy(PruningInput input);

/// <summary>The strategies by name. A new one is one function and one line here.</summary>
public static class PruningStrategies
{
    private static readonly SortedDictionary<string, PruningStrategy> Known = new(StringComparer.Ordinal)
    {
        ["magnitude"] = MagnitudePruning.Global,
        ["magnitude-layerwise"] = MagnitudePruning.LayerWise,
        ["random"] = RandomPruning.Global,
        ["random-layerwise"] = RandomPruning.LayerWise,
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <exception cref="ArgumentException">There is no such strategy; the message lists them.</exception>
    public static PruningStrategy Find(string name) => Known.TryGetValue(name, out var strategy)
        ? strategy
        : throw new ArgumentException($"There is no pruning strategy '{name}'. Strategies: {string.Join(", ", Names)}.");

    /// <summary>Prunes a fraction of the remaining weights: exactly round(fraction * remaining), ties to even, exempt layers counted but spared.</summary>
    /// <exception cref="ArgumentException">The layers that may be pruned have too few weights left.</exception>
    public static Mask Prune(NetworkState state, Mask mask, string strategy, double fraction, IReadOnlySet<string> exempt, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(exempt);
        if (!(fraction is > 0 and < 1)) throw new ArgumentException(FormattableString.Invariant($"The pruning fraction is {fraction}; it must be above 0 and below 1."));
        var remove = (int)Math.Round(fraction * mask.Remaining, MidpointRounding.ToEven);
        var input = new PruningInput(state, mask, remove, exempt, stream);
        var available = state.Space.Prunable.Where(parameter => !exempt.Contains(parameter.Layer)).Sum(mask.CountIn);
        if (remove > available)
        {
            throw new ArgumentException($"Pruning would remove {remove} weights, but the layers that are not exempt have {available} left. Use fewer levels.");
        }

        var removed = new HashSet<int>(Find(strategy)(input));
        return new Mask(state.Space, index => mask[index] && !removed.Contains(index));
    }

    /// <summary>One-shot: the fraction to remove so that <paramref name="density"/> of all prunable weights remain.</summary>
    public static double FractionFor(Mask mask, double density)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (!(density > 0 && density < mask.Density))
        {
            throw new ArgumentException(FormattableString.Invariant($"The target density is {density}; it must be above 0 and below the present {mask.Density:0.####}."));
        }

        return 1 - (density * mask.Space.PrunableCount / mask.Remaining);
    }
}
