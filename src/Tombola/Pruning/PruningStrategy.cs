using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A way to prune: a score ranks weights, a distribution says how many each layer loses.</summary>
/// <param name="Score">What a weight is worth.</param>
/// <param name="Distribution">How removals are shared out among layers.</param>
public sealed record PruningStrategy(PruningScore Score, PruningDistribution Distribution)
{
    /// <summary>Densities by layer, for a distribution that takes some.</summary>
    public IReadOnlyList<LayerDensity> Densities { get; init; } = [];

    /// <summary>Prunes a fraction of the remaining weights: exactly round(fraction * remaining), ties to even, exempt layers counted but spared.</summary>
    /// <exception cref="SettingException">The layers that may be pruned have too few weights left or cannot have their densities, or the score needs training examples and has none.</exception>
    /// <exception cref="InvalidOperationException">The score or the distribution did not give what it should.</exception>
    public Mask Prune(PruningInput input, double fraction)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!(fraction is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The pruning fraction is {fraction}; it must be above 0 and below 1."));
        if (Score.NeedsExamples && input.Batch is null)
        {
            throw new SettingException($"The pruning score '{Score.Name}' looks at training examples, but there are none. Name the data set to draw them from.");
        }

        var (mask, remove) = (input.Mask, CountOf(input.Mask.Remaining, fraction));
        var losses = Losses(mask.Space, input.Exempt, mask.CountIn, remove);
        if (remove == 0) return mask;
        Group[] groups = losses is null
            ? [new Group(mask.RemainingIn([.. input.Layers]), remove)]
            : [.. input.Layers.Zip(losses, (layer, loss) => new Group(mask.RemainingIn(layer), loss))];
        var (before, removed) = (mask.Remaining, 0);
        for (var round = 1; round <= Score.Rounds; round++)
        {
            input.Cancellation.ThrowIfCancellationRequested();
            var target = round == Score.Rounds ? remove : before - (int)Math.Round(before * Math.Pow((double)(before - remove) / before, (double)round / Score.Rounds), MidpointRounding.ToEven);
            if (target == removed) continue;
            var scores = Score.Of(input with { Mask = mask, Groups = [.. groups.Select(group => group.Candidates)] });
            if (scores.Length != input.State.Space.Count)
            {
                throw new InvalidOperationException($"The pruning score '{Score.Name}' should give {input.State.Space.Count} numbers, one for each weight; it gave {scores.Length}.");
            }

            // Groups go in step: each has lost the same part of what it will lose.
            mask = mask.Without([.. groups.SelectMany(group => group.Take(scores, (int)((long)group.Remove * target / remove)))]);
            removed = target;
        }

        return mask;
    }

    /// <summary>How many weights a fraction is.</summary>
    internal static int CountOf(int remaining, double fraction) => (int)Math.Round(fraction * remaining, MidpointRounding.ToEven);

    /// <summary>How many weights each layer that may be pruned loses; null if the scores decide.</summary>
    /// <exception cref="SettingException">There are too few weights, or densities that do not fit.</exception>
    internal int[]? Losses(WeightSpace space, IReadOnlySet<string> exempt, Func<Parameter, int> remaining, int remove)
    {
        var densities = DensitiesFor(space, exempt);
        LayerBudget[] layers =
        [
            .. space.Prunable.Where(parameter => !exempt.Contains(parameter.Layer))
                .Select((parameter, i) => new LayerBudget(parameter, remaining(parameter), densities.Count == 0 ? 1 : densities[i].Density)),
        ];
        var available = layers.Sum(layer => layer.Remaining);
        if (remove > available)
        {
            throw new SettingException($"Pruning would remove {remove} weights, but the layers that are not exempt have {available} left. Use fewer levels.");
        }

        var losses = Distribution.Split(new PruningBudget(layers, remove));

        // Anybody may register a distribution, and a wrong density would not be seen later.
        if (losses is not null && (losses.Length != layers.Length || losses.Where((loss, i) => loss < 0 || loss > layers[i].Remaining).Any() || losses.Sum(loss => (long)loss) != remove))
        {
            throw new InvalidOperationException($"The distribution '{Distribution.Name}' should share out {remove} weights among {layers.Length} layers, to none more than it has; it gave {string.Join(", ", losses)}.");
        }

        return losses;
    }

    /// <summary>A density for every layer that may be pruned, in their order, if the distribution takes some.</summary>
    /// <exception cref="SettingException">There are some but should not be, or none but should be, or they do not fit the network.</exception>
    internal IReadOnlyList<LayerDensity> DensitiesFor(WeightSpace space, IReadOnlySet<string> exempt)
    {
        if (Distribution.TakesDensities == (Densities.Count > 0)) return Densities.Count == 0 ? [] : LayerDensities.For(Densities, space, exempt);
        throw new SettingException(Distribution.TakesDensities
            ? $"The distribution '{Distribution.Name}' wants densities by layer, as a list or a file of such lists: {Distribution.Name}:conv=1,*=0.2, or {Distribution.Name}:FILE."
            : $"The distribution '{Distribution.Name}' takes no densities.");
    }

    /// <summary>Weights whose scores are compared with each other.</summary>
    private sealed class Group(int[] candidates, int remove)
    {
        private int _taken;

        public int[] Candidates { get; private set; } = candidates;

        public int Remove { get; } = remove;

        /// <summary>Takes the lowest out, until so many are taken altogether.</summary>
        public int[] Take(double[] scores, int target)
        {
            var lowest = LowestScores.Of(scores, Candidates, target - _taken);
            (Candidates, _taken) = (Without(Candidates, lowest), target);
            return lowest;
        }

        /// <summary>Ascending indices without some of them, ascending too.</summary>
        private static int[] Without(int[] indices, int[] some)
        {
            var rest = new int[indices.Length - some.Length];
            var (n, next) = (0, 0);
            foreach (var index in indices)
            {
                if (next < some.Length && some[next] == index) next++;
                else rest[n++] = index;
            }

            return rest;
        }
    }
}
