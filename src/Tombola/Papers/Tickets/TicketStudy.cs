using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Reporting.Published;
using Tombola.Studies;

namespace Tombola.Papers.Tickets;

/// <summary>The main job: prune iteratively with rewinding, train the controls, and see whether tickets win and are stable.</summary>
internal static class TicketStudy
{
    private static readonly NetworkKind[] Controls = [NetworkKinds.RandomPruning, NetworkKinds.RandomReinitialisation];

    public static Study Create(string name, string preset) => new(
        name,
        "Does iterative magnitude pruning find winning tickets here, and are they stable to SGD noise?",
        "Frankle and Carbin 2019, figure 1; Frankle et al. 2020, sections 3 and 4",
        preset,
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        // The copy that the next mask is made from, and one more for the barrier; a control needs no second one.
        const Measures measures = Measures.Barrier | Measures.Distances;
        Probe[] tickets = [.. Enumerable.Range(0, context.Preset.Levels + 1).Select(level => new Probe(new Condition(NetworkKinds.Imp, context.Rewind, level), measures, Copies: 2))];
        Probe[] probes =
        [
            .. from ticket in tickets
               from probe in new[] { ticket }.Concat(Controls.Take(ticket.Condition.Level == 0 ? 0 : Controls.Length).Select(kind => new Probe(ticket.Condition with { Kind = kind }, Copies: 1)))
               select probe,
        ];
        return StudyDesign.Of(context, probes, (store, rows) => new StudyOutcome(Verdict(rows), rows, Claims(rows), [.. Figures(context, store, tickets, rows)]));
    }

    private static string Verdict(IReadOnlyList<StudyRow> rows)
    {
        var dense = rows[0].TestAccuracy;
        var smallest = rows.LastOrDefault(row => row.Mask == NetworkKinds.Imp.Name && row.Matching == Answer.Yes);
        if (smallest is null)
        {
            return rows.Count == 1
                ? $"Dense networks reach {Percent.Of(dense.Mean)}; nothing was pruned."
                : $"No winning tickets: no level matches the dense networks' {Percent.Of(dense.Mean)}.";
        }

        var stable = smallest.Stable switch { Answer.Yes => "stable", Answer.No => "not stable", _ => "perhaps stable" };
        return $"Winning tickets down to {Percent.Of(smallest.Density, 1)} of the weights: {Percent.Of(smallest.TestAccuracy.Mean)} against {Percent.Of(dense.Mean)} dense"
            + string.Concat(rows.Where(row => row.Level == smallest.Level && row.Mask != NetworkKinds.Imp.Name).Select(row => $", {Percent.Of(row.TestAccuracy.Mean)} for {StepFigure.Title(row)}"))
            + $"; {stable} to SGD noise (barrier {Percent.Points(smallest.Barrier!.Mean)}).";
    }

    private static List<Claim> Claims(IReadOnlyList<StudyRow> rows)
    {
        var tickets = rows.Where(row => row.Mask == NetworkKinds.Imp.Name && row.Level > 0).ToArray();
        if (tickets.Length == 0) return [];
        var matching = tickets.Where(row => row.Matching == Answer.Yes).ToArray();
        var claims = new List<Claim>
        {
            new("Winning tickets exist: some sparse network that IMP finds matches the dense one.", matching.Length > 0 ? true : tickets.Any(row => row.Matching == Answer.Undecided) ? null : false),
        };
        if (matching.Length == 0) return claims;
        claims.Add(new Claim("Tickets that match are stable to SGD noise (barrier below 2 points).", matching.Select(row => row.Stable!.Value.AsClaim()).AllHold()));
        var smallest = matching[^1];
        foreach (var kind in Controls)
        {
            var control = rows.Single(row => row.Level == smallest.Level && row.Mask == kind.Name);
            var difference = smallest.TestAccuracy.Mean - control.TestAccuracy.Mean;
            var noise = Math.Sqrt((Square(smallest.TestAccuracy.Sd) + Square(control.TestAccuracy.Sd)) / smallest.Replicates);
            bool? holds = control.TestAccuracy.Sd is null ? null : difference > 2 * noise ? true : difference < -2 * noise ? false : null;
            claims.Add(new Claim($"At {Percent.Of(smallest.Density, 1)} the ticket beats {kind.Title} (by {Percent.Points(difference)}).", holds));
        }

        return claims;

        static double Square(double? x) => x * x ?? 0;
    }

    private static IEnumerable<Figure> Figures(StudyContext context, Store store, Probe[] tickets, IReadOnlyList<StudyRow> rows)
    {
        var published = PublishedAccuracy(context).ToArray();
        var measurement = new Measurement(context);
        yield return DensityFigure.Accuracy with
        {
            Series = [.. DensityFigure.Lines(rows), .. published],
            Source = published.Length > 0 ? "Frankle et al. 2020, table 2" : null,
        };
        yield return new Figure(
            "barrier-by-density",
            "Barrier between two copies of a ticket",
            "Error barrier on the test set between two copies of the ticket trained with different SGD noise: highest error on the straight line minus the mean error of its ends.",
            Axis.Density,
            new Axis("Error barrier", Format: ".2%"))
        {
            Series = [new Series("IMP ticket", [.. rows.Where(row => row.Barrier is not null).Select(row => Measurement.Point(row.Density, row.Barrier!))])],
            Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "stable below 2 %"),
        };
        yield return new Figure(
            "paths",
            "Paths between the copies",
            "Test error along the straight line from the first copy (0) to the second (1), mean over replicates with a band of one standard deviation, at some levels.",
            new Axis("Place on the line"),
            new Axis("Test error", Format: ".1%"))
        {
            Panels = [.. PathLevels(context.Preset.Levels).Select(level => new Panel(
                level == 0 ? "dense" : Percent.Of(rows.First(row => row.Level == level).Density, 1),
                [new Series("IMP ticket", measurement.MeanPath(store, tickets[level]))]))],
        };
        if (context.Preset.Levels > 0) yield return LayerDensities(context, store);
    }

    private static IEnumerable<Series> PublishedAccuracy(StudyContext context)
    {
        if (context.Preset.Published is not { } setting || PublishedPoints.LmcTable2(setting.Network, setting.Variant) is not { } published) yield break;
        yield return At("IMP ticket", published.Imp);
        yield return At("random pruning", published.RandomPruning);
        yield return At("random reinitialisation", published.RandomReinitialisation);

        Series At(string name, double accuracy) => new(name, [new SeriesPoint(published.Density, accuracy)]) { Published = true };
    }

    private static Figure LayerDensities(StudyContext context, Store store)
    {
        var results = Enumerable.Range(1, context.Preset.Levels).Select(level => store.Result(context.Replicates[0].Mask(context.Rewind, level)!)).ToArray();
        return new Figure(
            "density-by-layer",
            "Density by layer",
            "Fraction of each layer's weights that remain in the IMP mask of the first replicate, against that of the whole network.",
            Axis.Density,
            new Axis("Density of the layer", Logarithmic: true, Format: ".1%"))
        {
            Series = [.. results[0].Layers.Select(layer => new Series(
                layer.Name, [new SeriesPoint(1, 1), .. results.Select(result => new SeriesPoint(result.Density, result.Layers.Single(other => other.Name == layer.Name).Density))]))],
        };
    }

    /// <summary>The dense network, the last level, and up to four between.</summary>
    private static int[] PathLevels(int levels) => EvenlySpaced.Of([.. Enumerable.Range(0, levels + 1)], 6);
}
