using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>Strategies by the names that presets and jobs have for them: that of a score, and that of a distribution.</summary>
public static class PruningStrategies
{
    /// <summary>Names of a score together with a distribution, from when there was one list of strategies: jobs keep them, and so their keys.</summary>
    private static readonly (string Name, string Score, string Distribution)[] Joint =
        [("magnitude-layerwise", "magnitude", "layer-wise"), ("random-layerwise", "random", "layer-wise")];

    /// <summary>What can be named as a strategy.</summary>
    public static IEnumerable<string> Names => PruningScores.Registry.Names.Concat(Joint.Select(joint => joint.Name));

    /// <summary>The strategy of a score and a distribution.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="distribution">One of <see cref="PruningDistributions"/>; null for the one that the name says, which is the global one unless it says another.</param>
    /// <exception cref="SettingException">One is not known, or there are two distributions.</exception>
    public static PruningStrategy Find(string name, string? distribution = null)
    {
        var joint = Array.Find(Joint, joint => joint.Name == name);
        var score = PruningScores.Registry.TryFind(joint.Score ?? name) ?? throw new SettingException($"There is no pruning strategy '{name}'. {NearestName.Hint(name, Names)}");
        if (joint.Distribution is not null && distribution is not null && distribution != joint.Distribution)
        {
            throw new SettingException($"The strategy '{name}' is '{joint.Score}' with the distribution '{joint.Distribution}', and cannot have '{distribution}' too. Choose pruning={joint.Score}.");
        }

        return new PruningStrategy(score, PruningDistributions.Registry.Find(distribution ?? joint.Distribution ?? PruningDistributions.Global));
    }

    /// <summary>The strategy that a person names; densities in a file are read.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="distribution">Name of a distribution; with a colon and densities behind it, or a file of some, if it takes them; null for the name's own.</param>
    /// <exception cref="SettingException">One is not known, or they do not go together.</exception>
    public static PruningStrategy Read(string name, string? distribution)
    {
        if (distribution is null) return Find(name);
        var words = distribution.Split(':', 2);
        return Find(name, words[0]) with { Densities = words.Length == 1 ? [] : LayerDensities.Parse(words[1]) };
    }

    /// <summary>The distribution of a strategy in the words that <see cref="Read"/> reads, without need of a file.</summary>
    internal static string Text(PruningStrategy strategy) => strategy.Densities.Count == 0 ? strategy.Distribution.Name : $"{strategy.Distribution.Name}:{LayerDensities.Text(strategy.Densities)}";

    /// <summary>The names that a job has for a strategy, the same however a person wrote it.</summary>
    internal static (string Strategy, string? Distribution) JobNames(PruningStrategy strategy)
    {
        var (score, distribution) = (strategy.Score.Name, strategy.Distribution.Name);
        return Array.Find(Joint, joint => (joint.Score, joint.Distribution) == (score, distribution)).Name is { } name
            ? (name, null)
            : (score, distribution == PruningDistributions.Global ? null : distribution);
    }

    /// <inheritdoc cref="PruningStrategy.Prune"/>
    public static Mask Prune(PruningInput input, string strategy, double fraction) => Find(strategy).Prune(input, fraction);

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
