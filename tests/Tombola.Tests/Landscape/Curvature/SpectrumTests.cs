using Tombola.Engine.Naming;
using Tombola.Landscape;
using Xunit;

namespace Tombola.Tests.Landscape;

/// <summary>Spectra from products against eigen-decompositions of the whole matrix.</summary>
public sealed class SpectrumTests
{
    private const int Size = 60;

    /// <summary>Some large, some negative, most near zero: the shape of a Hessian.</summary>
    private static double[] HessianLike => [.. Enumerable.Range(0, Size).Select(i => i < 5 ? 10.0 / (i + 1) : i < 9 ? -2.0 / (i - 3) : 0.01 * (i - 30))];

    [Fact]
    public void Both_ends_are_found_and_lie_within_their_residuals()
    {
        var matrix = GivenMatrix.With(HessianLike, 1);
        var expected = matrix.Eigenvalues;
        var lanczos = new Lanczos(matrix, 7, 0);
        var (largest, smallest) = ExtremeEigenvalues.Find(lanczos, Size, 6, 1e-4, 200);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(expected[^(i + 1)], largest[i].Value, 1e-5 + largest[i].Residual);
            Assert.Equal(expected[i], smallest[i].Value, 1e-5 + smallest[i].Residual);
            Assert.True(largest[i].Residual <= 1e-4 * largest[i].Value);
        }

        Assert.True(matrix.Products <= Size);
    }

    [Fact]
    public void The_most_negative_may_be_the_largest_in_size()
    {
        var matrix = GivenMatrix.With([.. Enumerable.Range(0, Size).Select(i => i == 0 ? -50.0 : i == 1 ? 3.0 : 0.001 * i)], 2);
        var (largest, smallest) = ExtremeEigenvalues.Find(new Lanczos(matrix, 7, 0), Size, 1, 1e-4, 200);
        Assert.Equal(3.0, largest[0].Value, 1e-3);
        Assert.Equal(-50.0, smallest[0].Value, 1e-3);
    }

    [Fact]
    public void Eigenvalues_that_come_several_times_come_several_times()
    {
        var matrix = GivenMatrix.With([.. Enumerable.Range(0, Size).Select(i => i < 3 ? 5.0 : i < 5 ? -4.0 : 0.0)], 3);
        var lanczos = new Lanczos(matrix, 7, 0);
        while (!lanczos.IsComplete) lanczos.Step();
        double[] values = [.. lanczos.Values().Select(value => value.Value)];
        Assert.Equal(Size, values.Length);
        for (var i = 0; i < Size; i++) Assert.Equal(matrix.Eigenvalues[i], values[i], 1e-4);
    }

    [Fact]
    public void Quadrature_has_the_moments_of_the_spectrum()
    {
        var matrix = GivenMatrix.With(HessianLike, 4);
        var spectrum = Spectrum.Of(matrix, [new CurvatureLayer("first", 0, 20), new CurvatureLayer("second", 20, 40)], new SpectrumSettings { Count = 4, Runs = 40, Steps = 20, TraceProducts = 30 }, 5);
        var (trace, square) = (matrix.Matrix.Trace(), (matrix.Matrix * matrix.Matrix).Trace());
        Within(trace, [.. spectrum.Runs.Select(run => Size * run.Sum(node => node.Weight * node.Value))]);
        Within(square, [.. spectrum.Runs.Select(run => Size * run.Sum(node => node.Weight * node.Value * node.Value))]);
        Assert.All(spectrum.Runs, run => Assert.Equal(1, run.Sum(node => node.Weight), 1e-6));
        Assert.Equal(trace, spectrum.Trace.Value, 4 * spectrum.Trace.Error);
        for (var layer = 0; layer < 2; layer++)
        {
            var (first, count) = (20 * layer, 20 * (layer + 1));
            Assert.Equal(matrix.Matrix.Diagonal().SubVector(first, count).Sum(), spectrum.Layers[layer].Trace, 4 * spectrum.Layers[layer].Error!.Value);
        }

        Assert.Equal(matrix.Products, spectrum.Products);
        Assert.Equal(matrix.Eigenvalues.Count(value => Math.Abs(value) <= 0.01) / (double)Size, spectrum.FlatPart, 0.08);
        Assert.Equal(matrix.Eigenvalues.Count(value => value < -0.01) / (double)Size, spectrum.NegativePart, 0.1);
    }

    [Fact]
    public void The_trace_is_exact_where_the_rank_is_low()
    {
        var low = GivenMatrix.With([.. Enumerable.Range(0, Size).Select(i => i < 4 ? 3.0 + i : 0.0)], 6);
        var trace = TraceEstimate.Of(low, 18, 1, 0);
        Assert.Equal(18.0, trace.Value, 1e-4);
        Assert.True(trace.Error < 1e-4);
        Assert.Equal(-1.5, TraceEstimate.Of(GivenMatrix.With([1, -2.5, 0, 0, 0, 0, 0, 0], 6), 24, 1, 0).Value, 1e-5);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var matrix = GivenMatrix.With([1, 2, 3], 1);
        var asked = Assert.Throws<SettingException>(() => Spectrum.Of(matrix, [], new SpectrumSettings { Count = 2 }, 1));
        Assert.Contains("there are 3 in all", asked.Message, StringComparison.Ordinal);
        Assert.Throws<SettingException>(() => Spectrum.Of(matrix, [], new SpectrumSettings { Runs = 0 }, 1));
        Assert.Throws<SettingException>(() => Spectrum.Of(matrix, [], new SpectrumSettings { Tolerance = double.NaN }, 1));
        Assert.Throws<SettingException>(() => Spectrum.Of(matrix, [], new SpectrumSettings { TraceProducts = 2 }, 1));
    }

    /// <summary>The mean of draws lies within four standard errors.</summary>
    private static void Within(double expected, double[] draws)
    {
        var mean = draws.Average();
        Assert.Equal(expected, mean, 4 * Math.Sqrt(draws.Sum(draw => (draw - mean) * (draw - mean)) / (draws.Length - 1) / draws.Length));
    }
}
