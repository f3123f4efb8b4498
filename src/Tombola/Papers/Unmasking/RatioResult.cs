using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>What was found of the solutions of one level, over replicates.</summary>
/// <param name="Title">As in tables.</param>
/// <param name="Eps">By how much the training loss may rise, nats.</param>
/// <param name="Spectrum">Of the first replicate.</param>
/// <param name="Magnitude">Pruning by magnitude.</param>
/// <param name="Random">Pruning at random.</param>
internal sealed record RatioResult(string Title, double Eps, IReadOnlyList<SpectralNode> Spectrum, WayResult Magnitude, WayResult Random)
{
    /// <summary>Points of a curve.</summary>
    public const int Points = 40;

    /// <summary>Curvature along what magnitude pruning takes away, over the mean curvature of a weight.</summary>
    public double Flatness => Magnitude.Flatness;

    public string Verdict =>
        $"{InWords.Capitalised(Title)}: at random {Part(Random)} can be pruned, and {InWords.Percent(Random.Projection, 0)} were foretold ({InWords.Percent(Random.Point, 0)} by the form of a point); by magnitude {Part(Magnitude)}, foretold {InWords.Percent(Magnitude.Projection, 0)} ({InWords.Percent(Magnitude.Point, 0)}); the directions that it takes away have {InWords.Fixed(Flatness, 2)} of the average curvature.";

    public static RatioResult Of(StudyRows rows, StudyRow row, double eps, Measure<SpectrumResult> spectra, Measure<PrunedWay> magnitude, Measure<PrunedWay> random)
    {
        SpectrumResult[] found = [.. rows.Samples(row, spectra).Select(samples => samples[0])];
        double[] losses = [.. rows.Samples(row, RatioStudy.TrainLoss).Select(samples => samples[0])];
        return new RatioResult(
            row.Level == 0 ? "dense" : $"level {InWords.Whole(row.Level)} ({InWords.Percent(row.Density, 1)})",
            eps,
            found[0].Spectrum.Nodes,
            WayResult.Of([.. rows.Samples(row, magnitude).Select(samples => samples[0])], found, losses, eps),
            WayResult.Of([.. rows.Samples(row, random).Select(samples => samples[0])], found, losses, eps));
    }

    /// <summary>A form of the bound by distance.</summary>
    public IEnumerable<SeriesPoint> Bound(Func<IReadOnlyList<SpectralNode>, double, double, double> form) =>
        Enumerable.Range(1, Points).Select(i => Magnitude.First.Norm * i / Points).Select(distance => new SeriesPoint(distance, form(Spectrum, Eps, distance)));

    private static string Part(WayResult way) => $"{(way.ReachesEnd ? "more than " : "")}{InWords.Percent(way.Measured, 0)}";
}

/// <summary>One way of pruning, over replicates.</summary>
/// <param name="Way">Name of the strategy.</param>
/// <param name="First">The first replicate.</param>
/// <param name="Point">The fraction that the form point foretells.</param>
/// <param name="Projection">That of the form projection.</param>
/// <param name="Measured">That after which retraining leads within eps.</param>
/// <param name="ReachesEnd">Whether the largest fraction that was tried still does, in some replicate.</param>
/// <param name="Flatness">Curvature along what is pruned over the mean curvature, mean over fractions up to a half.</param>
/// <param name="Rises">Rise of the training loss after retraining, by fraction.</param>
internal sealed record WayResult(
    string Way, PrunedWay First, double Point, double Projection, double Measured, bool ReachesEnd, double Flatness, IReadOnlyList<(double Fraction, double Rise)> Rises)
{
    /// <summary>Distance and fraction, from nothing pruned to everything.</summary>
    public IEnumerable<SeriesPoint> Path => Enumerable.Range(0, RatioResult.Points + 1).Select(i => (double)i / RatioResult.Points).Select(fraction => new SeriesPoint(First.DistanceAt(fraction), fraction));

    /// <summary>Where the measured fraction lies.</summary>
    public SeriesPoint Mark => new(First.DistanceAt(Measured), Measured);

    public static WayResult Of(PrunedWay[] ways, SpectrumResult[] spectra, double[] losses, double eps)
    {
        double[] measured = [.. ways.Select((way, i) => way.LargestWithin(losses[i], eps))];
        return new WayResult(
            ways[0].Way,
            ways[0],
            ways.Select((way, i) => PrunableFraction.PointAlong(spectra[i].Spectrum.Nodes, eps, way.DistanceAt)).Average(),
            ways.Select((way, i) => PrunableFraction.ProjectionAlong(spectra[i].Spectrum.Nodes, eps, way.DistanceAt)).Average(),
            measured.Average(),
            measured.Any(fraction => fraction >= PrunedFraction.Fractions[^1]),
            ways.Select((way, i) => way.Points.Where(point => point.Fraction <= 0.5).Average(point => point.Curvature) / (spectra[i].Spectrum.Trace.Value / spectra[i].Spectrum.Dimension)).Average(),
            [.. PrunedFraction.Fractions.Select((fraction, f) => (fraction, ways.Select((way, i) => way.Points[f].Loss - losses[i]).Average()))]);
    }
}
