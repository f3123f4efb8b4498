using System.Globalization;
using Tombola.Landscape;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>How reports show spectra and name what was chosen.</summary>
internal static class SpectrumFigures
{
    private const int Points = 400;

    /// <summary>Width of the Gaussians over the extent of a spectrum.</summary>
    private const double Width = 0.005;

    /// <summary>Less than this part of the highest density is not drawn: the Gaussians' tails say nothing.</summary>
    private const double Least = 1e-7;

    /// <summary>The densities of some spectra.</summary>
    /// <param name="id">Name of the figure.</param>
    /// <param name="spectra">The spectra by name.</param>
    /// <param name="matrix">Of what they are.</param>
    public static Figure Density(string id, IReadOnlyList<(string Name, Spectrum Spectrum)> spectra, string matrix) => new(
        id,
        "Density of the spectrum",
        $"How many of the eigenvalues of the {matrix} of the mean training loss lie at a value, by stochastic Lanczos quadrature; each node is a Gaussian with a standard deviation of {InWords.Percent(Width, 1)} of the spectrum's extent.",
        new Axis("Eigenvalue"),
        new Axis("Density", Logarithmic: true))
    {
        Series = [.. spectra.Select(one => new Series(one.Name, PointsOf(one.Spectrum)))],
    };

    /// <summary>What a reader should know of how a spectrum was taken.</summary>
    public static IEnumerable<Choice> Choices(CurvatureSettings settings, SpectrumSettings spending, int examples) =>
    [
        new("Examples of curvature", $"{InWords.Whole(examples)} training examples, drawn once, without augmentation", "The papers do not say; follow-ups take the whole training set."),
        new("Weights that move", settings.AllParameters ? "all that remain, with biases and batch norm" : "prunable ones that remain", "Those that pruning ranks, and that a mask fixes at zero."),
        new("Batch norm of curvature", settings.BatchStatistics ? "statistics of mini-batches, as in training" : "running statistics, as in evaluation", "The loss is then a mean over examples, each for itself."),
        new("Spectrum", $"Lanczos with full reorthogonalisation, quadrature of {InWords.Count(spending.Runs, "run")} ({spending.Steps} steps each, the first until the ends are found), Hutch++ with {spending.TraceProducts} products",
            $"An end counts as found at a residual of {spending.Tolerance} of its size; no curvature means less than {SpectrumSettings.Flat} of the largest eigenvalue."),
    ];

    /// <summary>Four digits that say something.</summary>
    public static string Digits(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>The smoothed density at so many places.</summary>
    public static IReadOnlyList<(double Value, double Density)> DensityOf(Spectrum spectrum, int points)
    {
        var nodes = spectrum.Nodes;
        var extent = nodes.Max(node => node.Value) - nodes.Min(node => node.Value);
        return SpectralDensity.Of(nodes, Math.Max(Width * extent, double.Epsilon), points);
    }

    private static IReadOnlyList<SeriesPoint> PointsOf(Spectrum spectrum)
    {
        var density = DensityOf(spectrum, Points);
        var highest = density.Max(point => point.Density);
        return [.. density.Select(point => new SeriesPoint(point.Value, point.Density < Least * highest ? double.NaN : point.Density))];
    }
}
