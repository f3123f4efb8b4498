using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A way to prune.</summary>
/// <param name="Name">As in presets and on the command line.</param>
/// <param name="Choose">Chooses the weights to remove: exactly <see cref="PruningInput.Remove"/> indices.</param>
public sealed record PruningStrategy(string Name, Func<PruningInput, IEnumerable<int>> Choose)
{
    /// <summary>Whether it looks at training examples.</summary>
    public bool NeedsExamples { get; init; }

    /// <summary>Forward and backward passes it takes: over the mini-batch if it needs one, else over a single example.</summary>
    public int Passes { get; init; }
}

/// <summary>The strategies by name. A new one is one function and one line here, or a line of <see cref="Registry"/> in a program that uses this library.</summary>
public static class PruningStrategies
{
    /// <summary>Those that there are.</summary>
    public static Registry<PruningStrategy> Registry { get; } = new("There is no pruning strategy", strategy => strategy.Name,
    [
        new("grasp", GraspPruning.Global) { NeedsExamples = true, Passes = GraspPruning.Gradients },
        new("magnitude", MagnitudePruning.Global),
        new("magnitude-layerwise", MagnitudePruning.LayerWise),
        new("random", RandomPruning.Global),
        new("random-layerwise", RandomPruning.LayerWise),
        new("snip", SnipPruning.Global) { NeedsExamples = true, Passes = 1 },
        new("synflow", SynFlowPruning.Global) { Passes = SynFlowPruning.Rounds },
    ]);

    /// <inheritdoc cref="Registry{T}.Names"/>
    public static IEnumerable<string> Names => Registry.Names;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static PruningStrategy Find(string name) => Registry.Find(name);

    /// <summary>Prunes a fraction of the remaining weights: exactly round(fraction * remaining), ties to even, exempt layers counted but spared.</summary>
    /// <exception cref="ArgumentException">The layers that may be pruned have too few weights left, or the strategy needs training examples and has none.</exception>
    public static Mask Prune(PruningInput input, string strategy, double fraction) => Prune(input, Find(strategy), fraction);

    /// <inheritdoc cref="Prune(PruningInput, string, double)"/>
    /// <exception cref="InvalidOperationException">The strategy chose other weights than it should, or too few.</exception>
    public static Mask Prune(PruningInput input, PruningStrategy strategy, double fraction)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(strategy);
        var (state, mask) = (input.State, input.Mask);
        if (!(fraction is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The pruning fraction is {fraction}; it must be above 0 and below 1."));
        if (strategy.NeedsExamples && input.Batch is null)
        {
            throw new SettingException($"The pruning strategy '{strategy.Name}' looks at training examples, but there are none. Name the data set to draw them from.");
        }

        var remove = (int)Math.Round(fraction * mask.Remaining, MidpointRounding.ToEven);
        var available = state.Space.Prunable.Where(parameter => !input.Exempt.Contains(parameter.Layer)).Sum(mask.CountIn);
        if (remove > available)
        {
            throw new SettingException($"Pruning would remove {remove} weights, but the layers that are not exempt have {available} left. Use fewer levels.");
        }

        var removed = new HashSet<int>(strategy.Choose(input with { Remove = remove }));
        var allowed = new bool[state.Space.Count];
        foreach (var parameter in state.Space.Prunable.Where(parameter => !input.Exempt.Contains(parameter.Layer))) allowed.AsSpan(parameter.Offset, parameter.Count).Fill(true);

        // Anybody may register a strategy, and a wrong density would not be seen later.
        if (removed.Count != remove || removed.Any(index => (uint)index >= (uint)allowed.Length || !allowed[index] || !mask[index]))
        {
            throw new InvalidOperationException($"The pruning strategy '{strategy.Name}' should choose {remove} of the candidates, each once; it chose {removed.Count}, or others.");
        }

        return new Mask(state.Space, index => mask[index] && !removed.Contains(index));
    }

    /// <summary>One-shot: the fraction to remove so that <paramref name="density"/> of all prunable weights remain.</summary>
    public static double FractionFor(Mask mask, double density)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (!(density > 0 && density < mask.Density))
        {
            throw new SettingException(FormattableString.Invariant($"The target density is {density}; it must be above 0 and below the present {mask.Density:0.####}."));
        }

        return 1 - (density * mask.Space.PrunableCount / mask.Remaining);
    }
}
