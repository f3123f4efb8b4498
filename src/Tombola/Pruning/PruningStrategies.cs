using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A way to prune.</summary>
/// <param name="Choose">Chooses the weights to remove: exactly <see cref="PruningInput.Remove"/> indices.</param>
public sealed record PruningStrategy(Func<PruningInput, IEnumerable<int>> Choose)
{
    /// <summary>Whether it looks at training examples.</summary>
    public bool NeedsExamples { get; init; }

    /// <summary>Forward and backward passes it takes: over the mini-batch if it needs one, else over a single example.</summary>
    public int Passes { get; init; }
}

/// <summary>The strategies by name. A new one is one function and one line here.</summary>
public static class PruningStrategies
{
    private static readonly SortedDictionary<string, PruningStrategy> Known = new(StringComparer.Ordinal)
    {
        ["grasp"] = new(GraspPruning.Global) { NeedsExamples = true, Passes = GraspPruning.Gradients },
        ["magnitude"] = new(MagnitudePruning.Global),
        ["magnitude-layerwise"] = new(MagnitudePruning.LayerWise),
        ["random"] = new(RandomPruning.Global),
        ["random-layerwise"] = new(RandomPruning.LayerWise),
        ["snip"] = new(SnipPruning.Global) { NeedsExamples = true, Passes = 1 },
        ["synflow"] = new(SynFlowPruning.Global) { Passes = SynFlowPruning.Rounds },
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <exception cref="ArgumentException">There is no such strategy; the message lists them.</exception>
    public static PruningStrategy Find(string name) => Known.TryGetValue(name, out var strategy)
        ? strategy
        : throw new ArgumentException($"There is no pruning strategy '{name}'. Strategies: {string.Join(", ", Names)}.");

    /// <summary>Prunes a fraction of the remaining weights: exactly round(fraction * remaining), ties to even, exempt layers counted but spared.</summary>
    /// <exception cref="ArgumentException">The layers that may be pruned have too few weights left, or the strategy needs training examples and has none.</exception>
    public static Mask Prune(PruningInput input, string strategy, double fraction)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (state, mask, known) = (input.State, input.Mask, Find(strategy));
        if (!(fraction is > 0 and < 1)) throw new ArgumentException(FormattableString.Invariant($"The pruning fraction is {fraction}; it must be above 0 and below 1."));
        if (known.NeedsExamples && input.Batch is null)
        {
            throw new ArgumentException($"The pruning strategy '{strategy}' looks at training examples, but there are none. Name the data set to draw them from.");
        }

        var remove = (int)Math.Round(fraction * mask.Remaining, MidpointRounding.ToEven);
        var available = state.Space.Prunable.Where(parameter => !input.Exempt.Contains(parameter.Layer)).Sum(mask.CountIn);
        if (remove > available)
        {
            throw new ArgumentException($"Pruning would remove {remove} weights, but the layers that are not exempt have {available} left. Use fewer levels.");
        }

        var removed = new HashSet<int>(known.Choose(input with { Remove = remove }));
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
