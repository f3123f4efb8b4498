using Tombola.Presets;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>The same measurement of the IMP ticket and of a random mask.</summary>
internal sealed record PublishedPair(double Imp, double Random);

/// <summary>Distances between trained tickets: L2, and angles in degrees; accuracies and density are fractions.</summary>
internal sealed record PublishedStability(double Density, PublishedPair OrderL2, PublishedPair PruningL2, PublishedPair OrderAngle, PublishedPair PruningAngle, PublishedPair Accuracy);

/// <summary>Numbers that Frankle et al. 2019 (arXiv 1903.01611) report.</summary>
internal static class StabilizingPoints
{
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> Stability = new(() => PublishedRecord.Read("scale-fig3"));

    /// <summary>Figure 3 for a setting: stability of tickets; null where the figure has no such row.</summary>
    public static PublishedStability? Figure3(PublishedSetting? setting)
    {
        if (setting is null) return null;

        // LeNet has one variant.
        string[] names = [setting.Network == "LeNet" ? "Lenet" : setting.Network, $"{setting.Network} {setting.Variant}"];
        return (from record in Stability.Value
                where names.Contains(record["network"])
                select new PublishedStability(record.Fraction("density_percent")!.Value,
                    Pair(record, "order_l2"), Pair(record, "pruning_l2"), Pair(record, "order_angle"), Pair(record, "pruning_angle"),
                    new(record.Fraction("accuracy_imp")!.Value, record.Fraction("accuracy_random")!.Value))).SingleOrDefault();
    }

    /// <summary>The level nearest to the density of figure 3, or the preset's own.</summary>
    public static int Level(StudyContext context) => Figure3(context.Preset.Published) is { } published ? context.LevelNear(published.Density) : context.Preset.StudiedLevel;

    private static PublishedPair Pair(PublishedRecord record, string column) => new(record.Number($"{column}_imp")!.Value, record.Number($"{column}_random")!.Value);
}
