using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Stability of the ticket and of a random mask at one density: to the data order, and to pruning.</summary>
internal static class StabilityTableStudy
{
    /// <summary>A ticket this close to random pruning is no more stable: the paper's distances are all below 0.85 of random pruning's, or above 0.97.</summary>
    private const double HardlyLess = 0.9;

    public static Study Study { get; } = new(
        "scale/fig3",
        "Is the IMP ticket more stable than a random mask: do two data orders, and training with and without pruning, lead to weights that are nearer to each other?",
        "Frankle et al. 2019, figure 3",
        "lenet-mnist",
        Design);

    private static readonly Distance[] Distances =
    [
        new("L2 between two data orders", Measures.L2, published => published.OrderL2),
        new("L2 to the dense network", Measures.PruningL2, published => published.PruningL2),
        new("Angle between two data orders", Measures.Angle, published => published.OrderAngle),
        new("Angle to the dense network", Measures.PruningAngle, published => published.PruningAngle),
    ];

    private static StudyDesign Design(StudyContext context)
    {
        var level = StabilizingPoints.Level(context);
        Condition[] conditions = [new(NetworkKinds.Imp, context.Rewind, level), new(NetworkKinds.RandomPruning, context.Rewind, level)];
        return StudyDesign.Of(
            context,
            [Condition.Dense().Measured(), .. conditions.Measured([.. Measures.Distances, .. Measures.Pruning])],
            rows =>
            {
                // Figure 3 resets to step 0.
                var published = context.Rewind == 0 ? StabilizingPoints.Figure3(context.Preset.Published) : null;
                var (dense, ticket, random) = (rows.Dense, rows[conditions[0]], rows[conditions[1]]);
                return new StudyOutcome(Verdict(dense, ticket, random), rows, level == 0 || published is null ? [] : Claims(published, ticket, random), level == 0 ? [] : [Figure(published, ticket, random)])
                {
                    Table = Table(published, ticket, random),
                    Choices = [new Choice("Noise of two data orders", "data order and augmentation", "Copies differ in both, where the recipe augments; the network and its dense counterpart differ in neither.")],
                };
            });
    }

    private static string Verdict(StudyRow dense, StudyRow ticket, StudyRow random)
    {
        return ticket.Level == 0
            ? "No weight was pruned."
            : $"At {InWords.Percent(ticket.Density, 1)} of the weights two data orders lead the IMP ticket {Apart(ticket, Measures.L2, Measures.Angle)} apart, random pruning {Apart(random, Measures.L2, Measures.Angle)}; "
                + $"from the dense network the ticket ends {Apart(ticket, Measures.PruningL2, Measures.PruningAngle)} away, random pruning {Apart(random, Measures.PruningL2, Measures.PruningAngle)}. "
                + $"Accuracy: {InWords.Percent(ticket.TestAccuracy.Mean)} and {InWords.Percent(random.TestAccuracy.Mean)}, dense {InWords.Percent(dense.TestAccuracy.Mean)}.";

        static string Apart(StudyRow row, Measure<double> l2, Measure<double> angle) => $"{InWords.Fixed(row[l2].Mean, 1)} ({InWords.Fixed(row[angle].Mean, 1)}°)";
    }

    /// <summary>For each distance that the ticket is nearer, or hardly nearer, whichever the paper's numbers say.</summary>
    internal static IReadOnlyList<Claim> Claims(PublishedStability published, StudyRow ticket, StudyRow random) =>
    [
        .. from distance in Distances
           let pair = distance.Published(published)
           let nearer = pair.Imp < HardlyLess * pair.Random
           let finding = new Finding("scale/fig3", "nearer", nearer, null, null, "{0}: the IMP ticket's is {1} random pruning's (published: {2} and {3}).", pair.Imp, "figure 3")
           select finding.Claim(
               ticket[distance.Ours].Below(random[distance.Ours], nearer ? 1 : HardlyLess), distance.Title, nearer ? "smaller than" : "no smaller than nine tenths of", pair.Imp, pair.Random),
    ];

    /// <summary>The paper's columns as rows, so that ours stand beside the published ones on a terminal.</summary>
    private static Table Table(PublishedStability? published, StudyRow ticket, StudyRow random)
    {
        (string Title, Measure<double> Ours, Func<PublishedStability, PublishedPair> Published, double Factor)[] lines =
            [.. Distances.Select(distance => (distance.Title, distance.Ours, distance.Published, 1.0)), ("Test accuracy %", Measures.TestAccuracy, accuracies => accuracies.Accuracy, 100)];
        return new Table(
            "stability",
            FormattableString.Invariant($"At {ticket.Density:0.0 %} of the weights, mean with one standard deviation{(published is null ? "" : $"; published at {published.Density:0.0 %}")}"),
            published is null
                ? [new TableColumn("Measured"), new TableColumn("IMP ticket", true), new TableColumn("Random pruning", true)]
                : [new TableColumn("Measured"), new TableColumn("IMP ticket", true), new TableColumn("Published", true), new TableColumn("Random pruning", true), new TableColumn("Published", true)],
            [.. lines.Select(line => (IReadOnlyList<string>)(published is null
                ? [line.Title, Ours(ticket[line.Ours], line.Factor), Ours(random[line.Ours], line.Factor)]
                :
                [
                    line.Title,
                    Ours(ticket[line.Ours], line.Factor),
                    InWords.Fixed(line.Published(published).Imp * line.Factor, 1),
                    Ours(random[line.Ours], line.Factor),
                    InWords.Fixed(line.Published(published).Random * line.Factor, 1),
                ]))]);

        static string Ours(SampleStatistic value, double factor) => value.Sd is { } sd ? $"{InWords.Fixed(value.Mean * factor, 1)} ± {InWords.Fixed(sd * factor, 1)}" : InWords.Fixed(value.Mean * factor, 1);
    }

    private static Figure Figure(PublishedStability? published, StudyRow ticket, StudyRow random)
    {
        const string name = "IMP ticket over random pruning";
        return new Figure(
            "ratio",
            "Stability of the ticket beside that of random pruning",
            "Mean distance of the IMP ticket divided by that of random pruning, both on the mask; 1 L2 between two data orders, 2 L2 to the dense network, 3 and 4 the angles of the same.",
            new Axis("Distance (1, 2 L2: data orders, to dense; 3, 4 angle: data orders, to dense)"),
            new Axis("Ticket's over random pruning's"))
        {
            Series =
            [
                new Series(name, [.. Distances.Select((distance, i) => new SeriesPoint(i + 1, ticket[distance.Ours].Mean / random[distance.Ours].Mean))]),
                .. published is null ? Array.Empty<Series>() : [new Series(name, [.. Distances.Select((distance, i) => new SeriesPoint(i + 1, distance.Published(published).Imp / distance.Published(published).Random))]) { Published = true }],
            ],
            Threshold = new Threshold(1, "no difference"),
            Source = published is null ? null : "Frankle et al. 2019, figure 3",
        };
    }

    private sealed record Distance(string Title, Measure<double> Ours, Func<PublishedStability, PublishedPair> Published);
}
