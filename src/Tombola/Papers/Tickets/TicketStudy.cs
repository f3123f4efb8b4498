using Tombola.Landscape;
using Tombola.Papers.Lmc;
using Tombola.Reporting;
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
        var asked = Enumerable.Range(0, context.Preset.Levels + 1).Select(level => new Condition(NetworkKinds.Imp, context.Rewind, level)).SelectMany(ticket => (IEnumerable<MeasuredCondition>)
        [
            ticket.Measured([.. Measures.Barriers, .. Measures.Distances], copies: 2),
            .. ticket.Level == 0 ? [] : Controls.Select(kind => ticket with { Kind = kind }).Measured(copies: 1),
        ]);
        return StudyDesign.Of(context, asked, rows => new StudyOutcome(Verdict(rows), rows, [.. ClaimsOf(rows)], [.. Figures(rows)]));
    }

    private static string Verdict(StudyRows rows)
    {
        var (dense, first) = (rows[0].TestAccuracy, rows[0].Title);
        var smallest = rows.LastOrDefault(row => row.Kind == NetworkKinds.Imp && row.Matching == Answer.Yes);
        if (smallest is null)
        {
            return rows.Count == 1
                ? $"{InWords.Capitalised(first)} networks reach {InWords.Percent(dense.Mean)}; nothing was pruned."
                : $"No winning tickets: no level matches the {first} networks' {InWords.Percent(dense.Mean)}.";
        }

        var stable = smallest.Stable switch { Answer.Yes => "stable", Answer.No => "not stable", _ => "perhaps stable" };
        return $"Winning tickets down to {InWords.Percent(smallest.Density, 1)} of the weights: {InWords.Percent(smallest.TestAccuracy.Mean)} against {InWords.Percent(dense.Mean)} {first}"
            + string.Concat(rows.Where(row => row.Level == smallest.Level && row.Kind != NetworkKinds.Imp).Select(row => $", {InWords.Percent(row.TestAccuracy.Mean)} for {row.Title}"))
            + $"; {stable} to SGD noise (barrier {InWords.Points(smallest[Measures.Barrier].Mean)}).";
    }

    private static IEnumerable<Claim> ClaimsOf(StudyRows rows)
    {
        var tickets = rows.Where(row => row.Kind == NetworkKinds.Imp && row.Level > 0).ToArray();
        if (tickets.Length == 0) yield break;
        yield return TicketFindings.Exist.Claim(tickets.Select(row => row.Matching!.Value).Any());
        var matching = tickets.Where(row => row.Matching == Answer.Yes).ToArray();
        if (matching.Length == 0) yield break;
        yield return TicketFindings.Stable.Claim(matching.Select(row => row.Stable!.Value).All());
        var smallest = matching[^1];
        foreach (var kind in Controls)
        {
            var control = rows.Single(row => row.Level == smallest.Level && row.Kind == kind);
            var difference = smallest.TestAccuracy.Mean - control.TestAccuracy.Mean;
            var noise = Math.Sqrt((Square(smallest.TestAccuracy.Sd) + Square(control.TestAccuracy.Sd)) / smallest.Replicates);
            Answer? beats = control.TestAccuracy.Sd is null || Math.Abs(difference) <= 2 * noise ? null : Answers.Of(difference > 0);
            yield return TicketFindings.BeatControls.Claim(beats, InWords.Percent(smallest.Density, 1), kind.Title, InWords.Points(difference));
        }

        static double Square(double? x) => x * x ?? 0;
    }

    private static IEnumerable<Figure> Figures(StudyRows rows)
    {
        var context = rows.Context;
        var published = PublishedAccuracy(context).ToArray();
        StudyRow[] tickets = [.. rows.Where(row => row.Kind == NetworkKinds.Imp)];
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
            Series = [new Series("IMP ticket", [.. tickets.Select(row => row[Measures.Barrier].Point(row.Density))])],
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
                level == 0 ? "dense" : InWords.Percent(tickets[level].Density, 1),
                [new Series("IMP ticket", rows.Curve(tickets[level], Measures.Path))]))],
        };
        if (context.Preset.Levels > 0) yield return LayerDensities(rows);
    }

    private static IEnumerable<Series> PublishedAccuracy(StudyContext context)
    {
        if (LmcPoints.Table2(context.Preset.Published) is not { } published) yield break;
        yield return At("IMP ticket", published.Imp);
        yield return At("random pruning", published.RandomPruning);
        yield return At("random reinitialisation", published.RandomReinitialisation);

        Series At(string name, double accuracy) => new(name, [new SeriesPoint(published.Density, accuracy)]) { Published = true };
    }

    private static Figure LayerDensities(StudyRows rows)
    {
        var results = Enumerable.Range(1, rows.Context.Preset.Levels).Select(level => rows.Results.Of(rows.Context.Replicates[0].Mask(rows.Context.Rewind, level)!)).ToArray();
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
