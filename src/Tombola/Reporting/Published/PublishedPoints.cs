using System.Globalization;

namespace Tombola.Reporting.Published;

/// <summary>Numbers that the papers report, as fractions. The files and their sources are described in this folder's README.</summary>
public static class PublishedPoints
{
    private static readonly Lazy<IReadOnlyList<Record>> Lmc = new(() => Read("lmc"));
    private static readonly Lazy<IReadOnlyList<Record>> Table2 = new(() => Read("lmc-table2"));
    private static readonly Lazy<IReadOnlyList<Record>> Figure9 = new(() => Read("lmc-fig9-resnet20"));
    private static readonly Lazy<IReadOnlyList<Record>> Scale = new(() => Read("scale-fig3"));

    /// <summary>Points of a figure against k, in the order of the paper; empty where the paper has none.</summary>
    /// <param name="figure">Such as <c>lmc/fig6</c>; figures 3, 4, 6, 7 and 8 are here.</param>
    /// <param name="network">Such as <c>ResNet-20</c>.</param>
    /// <param name="variant"><c>standard</c>, <c>low</c> or <c>warmup</c>.</param>
    /// <param name="curve">Such as <c>test</c>, <c>IMP</c>, <c>random prune</c>, <c>random reinit</c>; null for all.</param>
    public static IReadOnlyList<PublishedPoint> Figure(string figure, string network, string variant = "standard", string? curve = null) =>
    [
        .. from record in Lmc.Value
           where record["figure"] == figure && record["network"] == network && record["variant"] == variant
           where curve is null || record["curve"] == curve
           select new PublishedPoint(record["curve"], record.Number("k")!.Value, record["k_unit"],
               record.Fraction("mean_percent")!.Value, record.Fraction("sd_percent"), record.Fraction("density_percent")!.Value),
    ];

    /// <summary>Accuracies at k = 0 (paper A, table 2), or null where the table has no such row.</summary>
    public static PublishedAccuracies? LmcTable2(string network, string variant = "standard") =>
        (from record in Table2.Value
         where record["network"] == network && record["variant"] == variant
         select new PublishedAccuracies(record.Fraction("density_percent")!.Value, record.Fraction("full")!.Value, record.Fraction("imp")!.Value,
             record.Fraction("random_pruning")!.Value, record.Fraction("random_reinitialisation")!.Value)).SingleOrDefault();

    /// <summary>First stable and first matching k of ResNet-20 at every level (paper A, figure 9).</summary>
    public static IReadOnlyList<PublishedThresholds> LmcFigure9() =>
    [
        .. from record in Figure9.Value
           select new PublishedThresholds(record.Fraction("density_percent")!.Value, record.Number("stable_imp"), record.Number("matching_imp"),
               record.Number("stable_random"), record.Number("matching_random")),
    ];

    /// <summary>Stability of tickets (paper B, figure 3), or null where the figure has no such row.</summary>
    /// <param name="network">As the paper writes it: <c>Lenet</c>, <c>Resnet-18</c>, <c>VGG-19</c>.</param>
    /// <param name="variant"><c>standard</c>, <c>low</c> or <c>warmup</c>; LeNet has one.</param>
    public static PublishedStability? ScaleFigure3(string network, string variant = "standard")
    {
        string[] names = [network, $"{network} {variant}"];
        return (from record in Scale.Value
                where names.Contains(record["network"])
                select new PublishedStability(record.Fraction("density_percent")!.Value,
                    Pair(record, "order_l2"), Pair(record, "pruning_l2"), Pair(record, "order_angle"), Pair(record, "pruning_angle"),
                    new(record.Fraction("accuracy_imp")!.Value, record.Fraction("accuracy_random")!.Value))).SingleOrDefault();
    }

    /// <summary>A published series against k, with a band of one standard deviation, to stand beside our series named <paramref name="name"/>.</summary>
    public static Series AsSeries(string name, IEnumerable<PublishedPoint> points) => new(name,
        [.. points.Select(point => new SeriesPoint(point.K, point.Mean, point.Mean - point.StandardDeviation, point.Mean + point.StandardDeviation))])
    { Published = true };

    private static PublishedPair Pair(Record record, string column) =>
        new(record.Number($"{column}_imp")!.Value, record.Number($"{column}_random")!.Value);

    private static IReadOnlyList<Record> Read(string name)
    {
        using Stream stream = typeof(PublishedPoints).Assembly.GetManifestResourceStream($"published/{name}.csv")!;
        using StreamReader reader = new(stream);
        IReadOnlyList<IReadOnlyList<string>> rows = Csv.Read(reader);
        return [.. rows.Skip(1).Select(row => new Record(rows[0], row))];
    }

    private sealed record Record(IReadOnlyList<string> Header, IReadOnlyList<string> Fields)
    {
        public string this[string column] => Fields[Header.IndexOf(column)];

        public double? Number(string column) =>
            this[column] is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

        public double? Fraction(string column) => Number(column) / 100;
    }

    private static int IndexOf(this IReadOnlyList<string> header, string column) => header.ToList().IndexOf(column);
}
