using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Reporting.Published;

namespace Tombola.Studies;

/// <summary>The main job: prune iteratively with rewinding, train the controls, and see whether tickets win and are stable.</summary>
internal static class TicketStudy
{
    private static readonly MaskKind[] Controls = [MaskKind.RandomPruning, MaskKind.RandomReinitialisation];

    public static Study Create(string name, string preset) => new(
        name,
        "Does iterative magnitude pruning find winning tickets here, and are they stable to SGD noise?",
        "Frankle and Carbin 2019, figure 1; Frankle et al. 2020, sections 3 and 4",
        preset,
        Design);

    private static StudyDesign Design(StudyContext context)
    {
        var levels = Enumerable.Range(0, context.Preset.Levels + 1).ToArray();
        var jobs = new List<Job>();
        foreach (var experiment in context.Replicates)
        {
            foreach (var level in levels)
            {
                jobs.Add(experiment.Path(MaskKind.Imp, context.Rewind, level));
                jobs.Add(experiment.Compare(MaskKind.Imp, context.Rewind, level));
                if (level > 0) jobs.AddRange(Controls.Select(kind => experiment.Copy(kind, context.Rewind, level, 0)));
            }
        }

        return new StudyDesign(jobs, store => Conclude(context, store, levels));
    }

    private static StudyOutcome Conclude(StudyContext context, Store store, int[] levels)
    {
        var measurement = new Measurement(context, store);
        var dense = measurement.Accuracy(MaskKind.Imp, context.Rewind, 0, 2);
        var rows = new List<StudyRow>();
        foreach (var level in levels)
        {
            rows.Add(measurement.Row(MaskKind.Imp, context.Rewind, level, 2, dense));
            if (level > 0) rows.AddRange(Controls.Select(kind => measurement.Row(kind, context.Rewind, level, 1, dense)));
        }

        var claims = Claims(rows);
        return new StudyOutcome(Verdict(rows, dense), rows, claims, [.. Figures(context, store, rows, dense)]);
    }

    private static string Verdict(List<StudyRow> rows, Spread dense)
    {
        var smallest = rows.LastOrDefault(row => row.Mask == "imp" && row.Level > 0 && row.Matching == true);
        if (smallest is null)
        {
            return rows.Count == 1
                ? $"Dense networks reach {Percent.Of(dense.Mean)}; nothing was pruned."
                : $"No winning tickets: no level matches the dense networks' {Percent.Of(dense.Mean)}.";
        }

        var stable = smallest.Stable == true ? "stable" : "not stable";
        return $"Winning tickets down to {Percent.Of(smallest.Density, 1)} of the weights: {Percent.Of(smallest.TestAccuracy)} against {Percent.Of(dense.Mean)} dense"
            + string.Concat(rows.Where(row => row.Level == smallest.Level && row.Mask != "imp").Select(row => $", {Percent.Of(row.TestAccuracy)} for {Measurement.Title(row.Mask)}"))
            + $"; {stable} to SGD noise (barrier {Percent.Points(smallest.Barrier!.Value)}).";
    }

    private static List<Claim> Claims(List<StudyRow> rows)
    {
        var tickets = rows.Where(row => row.Mask == "imp" && row.Level > 0).ToArray();
        if (tickets.Length == 0) return [];
        var smallest = tickets.LastOrDefault(row => row.Matching == true);
        var claims = new List<Claim> { new("Winning tickets exist: some sparse network that IMP finds matches the dense one.", smallest is not null) };
        if (smallest is null) return claims;
        claims.Add(new Claim("Tickets that match are stable to SGD noise (barrier below 2 points).", tickets.Where(row => row.Matching == true).All(row => row.Stable == true)));
        foreach (var mask in new[] { "random-pruning", "random-reinitialisation" })
        {
            var control = rows.Single(row => row.Level == smallest.Level && row.Mask == mask);
            var difference = smallest.TestAccuracy - control.TestAccuracy;
            var noise = Math.Sqrt((Square(smallest.TestAccuracySd) + Square(control.TestAccuracySd)) / smallest.Replicates);
            bool? holds = smallest.TestAccuracySd is null ? null : difference > 2 * noise ? true : difference < -2 * noise ? false : null;
            claims.Add(new Claim($"At {Percent.Of(smallest.Density, 1)} the ticket beats {Measurement.Title(mask)} (by {Percent.Points(difference)}).", holds));
        }

        return claims;

        static double Square(double? x) => x * x ?? 0;
    }

    private static IEnumerable<Figure> Figures(StudyContext context, Store store, List<StudyRow> rows, Spread dense)
    {
        var published = PublishedAccuracy(context).ToArray();
        var masks = rows.Select(row => row.Mask).Distinct().ToArray();
        yield return new Figure(
            "accuracy-by-density",
            "Accuracy against density",
            "Test accuracy at the end of training, mean over replicates with a band of one standard deviation, against the fraction of weights that remain.",
            Axis.Density,
            new Axis("Test accuracy", Format: ".1%"))
        {
            Series =
            [
                .. masks.Select(mask => new Series(Measurement.Title(mask), [.. rows.Where(row => row.Mask == mask).Select(row => Measurement.Point(row.Density, row.TestAccuracy, row.TestAccuracySd))])),
                new Series("dense", [new SeriesPoint(1, dense.Mean)]) { Reference = true },
                .. published,
            ],
            Source = published.Length > 0 ? "Frankle et al. 2020, table 2" : null,
        };
        yield return new Figure(
            "barrier-by-density",
            "Barrier between two copies of a ticket",
            "Error barrier on the test set between two copies of the ticket trained with different SGD noise: highest error on the straight line minus the mean error of its ends.",
            Axis.Density,
            new Axis("Error barrier", Format: ".2%"))
        {
            Series = [new Series("IMP ticket", [.. rows.Where(row => row.Barrier is not null).Select(row => Measurement.Point(row.Density, row.Barrier!.Value, row.BarrierSd))])],
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
                [new Series("IMP ticket", MeanPath.Of(context.Replicates.Select(experiment => store.Result(experiment.Path(MaskKind.Imp, context.Rewind, level)).Test)))]))],
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
    private static IEnumerable<int> PathLevels(int levels) => Enumerable.Range(0, 6).Select(i => (int)Math.Round(levels * i / 5.0)).Distinct();
}
