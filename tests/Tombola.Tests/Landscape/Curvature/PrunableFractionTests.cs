using MathNet.Numerics.LinearAlgebra;
using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Xunit;

namespace Tombola.Tests.Landscape;

/// <summary>The largest prunable fraction of quadratics whose spectrum is known, against linear algebra.</summary>
public sealed class PrunableFractionTests
{
    private const int Size = 90, Draws = 12;
    private const double Eps = 0.01;

    private static readonly double[] Spectrum = [.. Enumerable.Range(0, Size).Select(i => Math.Pow(10, 2 - (5.0 * i / (Size - 1))))];

    private static readonly SpectralNode[] Nodes = [.. Spectrum.Select(value => new SpectralNode(value, 1.0 / Size))];

    /// <summary>Pruning a fraction of random weights at the minimum moves them by the root of the fraction times their length.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(1.0)]
    public void The_form_of_the_projection_is_within_a_tenth_of_what_can_be_pruned(double length)
    {
        var found = PrunableFraction.ProjectionAlong(Nodes, Eps, p => length * Math.Sqrt(p));
        var exact = Enumerable.Range(0, Draws).Average(draw => Prunable(length, (ulong)draw));
        Assert.InRange(exact, 0.2, 0.65);
        Assert.Equal(exact, found, 0.1 * exact);
    }

    [Fact]
    public void A_fixed_point_is_one()
    {
        foreach (var distance in new[] { 0.1, 0.2, 0.4 })
        {
            var p = PrunableFraction.Projection(Nodes, Eps, distance);
            Assert.InRange(p, 0.01, 0.99);
            var square = distance * distance * (1 - p) / p;
            Assert.Equal(p, Spectrum.Average(value => (2 * Eps / value) / ((2 * Eps / value) + square)), 1e-6);
            Assert.Equal(Spectrum.Average(value => (2 * Eps / value) / ((2 * Eps / value) + (distance * distance))), PrunableFraction.Point(Nodes, Eps, distance), 1e-12);
        }
    }

    [Fact]
    public void The_ends_are_no_exceptions()
    {
        Assert.Equal(1, PrunableFraction.Point(Nodes, Eps, 0));
        Assert.Equal(1, PrunableFraction.Projection(Nodes, Eps, 0), 1e-9);
        Assert.Equal(1, PrunableFraction.Point([new SpectralNode(0, 1)], Eps, 10));
        Assert.Contains("rise by 0 nats", Assert.Throws<SettingException>(() => PrunableFraction.Point(Nodes, 0, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<SettingException>(() => PrunableFraction.Projection(Nodes, double.NaN, 1));
        Assert.Throws<SettingException>(() => PrunableFraction.Projection(Nodes, Eps, -1));
    }

    /// <summary>The largest fraction of coordinates of a random point of a quadratic's minimum that can be set to zero, the others making up for it, within eps.</summary>
    private static double Prunable(double length, ulong seed)
    {
        var turn = GivenMatrix.Rotation(Size, seed + 100);
        var hessian = turn * Matrix<double>.Build.DenseOfDiagonalArray(Spectrum) * turn.Transpose();
        var stream = new RandomStream(seed, RandomStream.Data);
        var weights = Vector<double>.Build.Dense(Size, i => stream.Normal(1, (ulong)i, 0)).Normalize(2) * length;
        var most = 0;
        for (var pruned = 1; pruned < Size; pruned++)
        {
            // Least of (H d, d) / 2 with d = -w on the pruned: Schur's complement.
            var (a, b, c) = (hessian.SubMatrix(0, pruned, 0, pruned), hessian.SubMatrix(0, pruned, pruned, Size - pruned), hessian.SubMatrix(pruned, Size - pruned, pruned, Size - pruned));
            var w = weights.SubVector(0, pruned);
            if (0.5 * w.DotProduct((a - (b * c.Solve(b.Transpose()))) * w) <= Eps) most = pruned;
        }

        return (double)most / Size;
    }
}
