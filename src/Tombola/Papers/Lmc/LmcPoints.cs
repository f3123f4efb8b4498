using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Lmc;

/// <summary>Numbers that Frankle et al. 2020 (arXiv 1912.05671) report, as fractions.</summary>
internal static class LmcPoints
{
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> Figures = new(() => PublishedRecord.Read("lmc"));
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> Accuracies = new(() => PublishedRecord.Read("lmc-table2"));
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> Onsets = new(() => PublishedRecord.Read("lmc-fig9-resnet20"));

    /// <summary>The curves of the figures, under the names that ours have.</summary>
    private static readonly Dictionary<string, string> Titles = new()
    {
        ["IMP"] = NetworkKinds.Imp.Title,
        ["IMP train"] = NetworkKinds.Imp.Title,
        ["random prune"] = NetworkKinds.RandomPruning.Title,
        ["random reinit"] = NetworkKinds.RandomReinitialisation.Title,
    };

    /// <summary>Points of a figure against k, in the order of the paper; empty where the paper has none.</summary>
    /// <param name="figure">Such as <c>lmc/fig6</c>; figures 3, 4, 6, 7 and 8 are here.</param>
    /// <param name="network">Such as <c>ResNet-20</c>.</param>
    /// <param name="variant"><c>standard</c>, <c>low</c> or <c>warmup</c>.</param>
    /// <param name="curve">Such as <c>test</c>, <c>IMP</c>, <c>random prune</c>, <c>random reinit</c>; null for all.</param>
    public static IReadOnlyList<PublishedPoint> Figure(string figure, string network, string variant = "standard", string? curve = null) =>
    [
        .. from record in Figures.Value
           where record["figure"] == figure && record["network"] == network && record["variant"] == variant
           where curve is null || record["curve"] == curve
           select new PublishedPoint(record["curve"], record.Number("k")!.Value, record["k_unit"],
               record.Fraction("mean_percent")!.Value, record.Fraction("sd_percent"), record.Fraction("density_percent")!.Value),
    ];

    /// <summary>Table 2 for a setting: accuracies at k = 0; null where the table has no such row.</summary>
    public static PublishedAccuracies? Table2(PublishedSetting? setting) =>
        (from record in Accuracies.Value
         where record["network"] == setting?.Network && record["variant"] == setting.Variant
         select new PublishedAccuracies(record.Fraction("density_percent")!.Value, record.Fraction("full")!.Value, record.Fraction("imp")!.Value,
             record.Fraction("random_pruning")!.Value, record.Fraction("random_reinitialisation")!.Value)).SingleOrDefault();

    /// <summary>Figure 9 for a setting: first stable and first matching k at every level; empty for other settings than the standard one of ResNet-20.</summary>
    public static IReadOnlyList<PublishedOnsets> Figure9(PublishedSetting? setting) => setting is not { Network: "ResNet-20", Variant: "standard" } ? [] :
    [
        .. from record in Onsets.Value
           select new PublishedOnsets(record.Fraction("density_percent")!.Value, record.Number("stable_imp"), record.Number("matching_imp"), record.Number("stable_random"), record.Number("matching_random")),
    ];

    /// <summary>The steps k of a study: where the paper shows the setting, those of its figure, or else of figure 6 or 3.</summary>
    public static long[] Steps(StudyContext context, string figure)
    {
        if (context.Preset.Published is not { } setting) return context.Steps();
        var points = new[] { figure, "lmc/fig6", "lmc/fig3" }.Select(name => Figure(name, setting.Network)).FirstOrDefault(points => points.Count > 0);
        return context.Steps(points?.Select(point => point.K).Distinct().Select(k => k / setting.Steps));
    }

    /// <summary>The figure with the published lines of the preset beside ours; as it is where the paper shows none.</summary>
    public static Figure WithPublished(this Figure ours, StudyContext context, string figure)
    {
        if (context.Preset.Published is not { } setting || Figure(figure, setting.Network, setting.Variant) is not { Count: > 0 } points) return ours;
        return ours with
        {
            Series = [.. ours.Series, .. points.GroupBy(point => point.Curve).Select(curve => AsSeries(Titles.GetValueOrDefault(curve.Key, curve.Key), curve))],
            Source = $"Frankle et al. 2020, figure {figure[^1]} (read off the plot)",
        };
    }

    /// <summary>A published series against k, with a band of one standard deviation, to stand beside our series named <paramref name="name"/>.</summary>
    public static Series AsSeries(string name, IEnumerable<PublishedPoint> points) => new(name,
        [.. points.Select(point => new SeriesPoint(point.K, point.Mean, point.Mean - point.StandardDeviation, point.Mean + point.StandardDeviation))])
    { Published = true };
}
