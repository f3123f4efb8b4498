using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>How the curvature around the solutions of IMP changes from level to level.</summary>
internal static class SpectrumStudy
{
    /// <summary>Places at which a ridge is drawn.</summary>
    private const int Points = 240;

    /// <summary>Powers of ten of the density that the height of a ridge shows.</summary>
    private const double Decades = 6;

    public static Study Study { get; } = new(
        "unmasking/spectrum",
        "How curved is the training loss around the solutions of IMP, and in how many directions not at all?",
        "Paul et al. 2023, curvature along IMP",
        "lenet-mnist",
        Design);

    public static Measure<double> Largest { get; } = Of("largestEigenvalue", spectrum => spectrum.Largest[0].Value);

    public static Measure<double> MostNegative { get; } = Of("mostNegativeEigenvalue", spectrum => spectrum.Smallest[0].Value);

    /// <summary>Trace over the weights that may move.</summary>
    public static Measure<double> MeanCurvature { get; } = Of("meanCurvature", spectrum => spectrum.Trace.Value / spectrum.Dimension);

    public static Measure<double> Flat { get; } = Of("flatPart", spectrum => spectrum.FlatPart);

    public static Measure<double> Negative { get; } = Of("negativePart", spectrum => spectrum.NegativePart);

    private static Measure<double> Of(string name, Func<Spectrum, double> read) =>
        Measure.OfReplicates(name, (replicate, condition) => replicate.Spectrum(condition), result => read(result.Spectrum));

    private static StudyDesign Design(StudyContext context)
    {
        var step = UnmaskingPoints.Step(context);
        Condition[] levels = [Condition.Dense(step), .. Enumerable.Range(1, context.Preset.Levels).Select(level => new Condition(NetworkKinds.Imp, step, level))];
        return StudyDesign.Of(
            context,
            levels.Measured([Largest, MostNegative, MeanCurvature, Flat, Negative], copies: 1),
            rows =>
            {
                var examples = rows.Results.Of(context.Replicates[0].Spectrum(levels[0])).Examples;
                return new StudyOutcome(
                    Verdict(rows[0], rows[^1]),
                    rows,
                    [],
                    [Ridges(rows, levels), Line(rows, "largest", "Ends of the spectrum", "The largest and the most negative eigenvalue", "Eigenvalue", [("largest", Largest), ("most negative", MostNegative)]),
                        Line(rows, "mean-curvature", "Mean curvature", "Trace over the number of weights that may move", "Mean curvature of a weight", [("trace over weights", MeanCurvature)]),
                        Line(rows, "flat", "Flat directions", $"Fraction of the eigenvalues below {SpectrumSettings.Flat} of the largest in size, and of those that are more negative", "Eigenvalues", [("no curvature", Flat), ("negative", Negative)], ".0%")])
                {
                    Table = Table(rows),
                    Choices = [UnmaskingChoices.Step(step, context), .. SpectrumFigures.Choices(new CurvatureSettings(), CurvatureJobs.SpendingOf(context.Preset), examples)],
                };
            });
    }

    private static string Verdict(StudyRow first, StudyRow last)
    {
        if (last.Level == 0)
        {
            return $"No weight was pruned. At the dense solution the largest eigenvalue is {SpectrumFigures.Digits(first[Largest].Mean)}, the most negative {SpectrumFigures.Digits(first[MostNegative].Mean)}, and {InWords.Percent(first[Flat].Mean, 1)} of the weights are at no curvature.";
        }

        return $"From {InWords.Percent(first.Density, 1)} to {InWords.Percent(last.Density, 1)} of the weights the largest eigenvalue goes from {SpectrumFigures.Digits(first[Largest].Mean)} to {SpectrumFigures.Digits(last[Largest].Mean)}, the most negative from {SpectrumFigures.Digits(first[MostNegative].Mean)} to {SpectrumFigures.Digits(last[MostNegative].Mean)}, "
            + $"the mean curvature of a weight from {SpectrumFigures.Digits(first[MeanCurvature].Mean)} to {SpectrumFigures.Digits(last[MeanCurvature].Mean)}, and the part of the weights at no curvature from {InWords.Percent(first[Flat].Mean, 1)} to {InWords.Percent(last[Flat].Mean, 1)}.";
    }

    /// <summary>The densities of the first replicate, each from the height of its level on.</summary>
    private static Figure Ridges(StudyRows rows, Condition[] levels)
    {
        var replicate = rows.Context.Replicates[0];
        return new Figure(
            "spectra-by-level",
            "Spectra by level",
            $"Density of the eigenvalues of the Hessian at the solution of each level, by stochastic Lanczos quadrature, on a logarithmic scale of {InWords.Number(Decades)} powers of ten from the height of its level to the next; the first replicate.",
            new Axis("Eigenvalue"),
            new Axis("Level"))
        {
            Series = [.. levels.Select((level, i) => new Series($"level {InWords.Whole(i)}", Ridge(rows.Results.Of(replicate.Spectrum(level)).Spectrum, i)))],
        };
    }

    private static IReadOnlyList<SeriesPoint> Ridge(Spectrum spectrum, int height)
    {
        var density = SpectrumFigures.DensityOf(spectrum, Points);
        var highest = density.Max(point => point.Density);
        return [.. density.Select(point => new SeriesPoint(point.Value, height + (0.95 * Math.Max(0, 1 + (Math.Log10(Math.Max(point.Density / highest, double.Epsilon)) / Decades)))))];
    }

    private static Figure Line(StudyRows rows, string id, string title, string what, string axis, (string Name, Measure<double> Measure)[] measures, string? format = null) => new(
        id,
        title,
        $"{what} of the Hessian at the solution, against the fraction of weights that remain; mean over replicates with a band of one standard deviation.",
        Axis.Density,
        new Axis(axis, Format: format))
    {
        Series = [.. measures.Select(one => new Series(one.Name, [.. rows.Select(row => row[one.Measure].Point(row.Density))]))],
    };

    private static Table Table(StudyRows rows) => new(
        "spectra",
        "Curvature at the solutions, mean over replicates",
        [new("Level", true), new("Density %", true), new("Accuracy %", true), new("Largest", true), new("Most neg.", true), new("Trace / D", true), new("Flat %", true), new("Neg. %", true)],
        [.. rows.Select(row => (IReadOnlyList<string>)
        [
            InWords.Whole(row.Level),
            InWords.Fixed(row.Density * 100, 1),
            InWords.Fixed(row.TestAccuracy.Mean * 100, 2),
            SpectrumFigures.Digits(row[Largest].Mean),
            SpectrumFigures.Digits(row[MostNegative].Mean),
            SpectrumFigures.Digits(row[MeanCurvature].Mean),
            InWords.Fixed(row[Flat].Mean * 100, 1),
            InWords.Fixed(row[Negative].Mean * 100, 1),
        ])]);
}
