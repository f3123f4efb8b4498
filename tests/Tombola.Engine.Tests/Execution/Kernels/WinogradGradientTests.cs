using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>The gradient of the weights against the plain one in float64.</summary>
public class WinogradGradientTests
{
    /// <summary>
    /// Roundings between the data and a tap besides the sums: 4 in the input, 6 in the output's gradient, 10 on the way back, of which 2 for inexact
    /// thirds; a few more do for the terms of second order.
    /// </summary>
    private const int Roundings = 24;

    private const double Unit = 1.0 / (1 << 24);

    public static TheoryData<int, int, int, int, int> Shapes
    {
        get
        {
            var shapes = WinogradCase.Shapes;
            shapes.Add(4, 33, 40, 12, 4);
            shapes.Add(1, 8, 16, 16, 16);
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_is_the_plain_gradient(int blocks, int inputs, int outputs, int rows, int columns)
    {
        var c = new WinogradCase(blocks, inputs, outputs, rows, columns);
        var shape = new WinogradGradientShape(c.Shape);
        var sizes = ReferenceWinograd.WeightSizes(c.X, c.Dy, blocks, inputs, outputs, rows, columns);
        var (expected, actual) = (c.Twin.WeightGradient(c.X, c.Dy).Values, c.WeightGradient());
        var terms = (shape.ChunkTiles * 32) + shape.Chunks;
        for (var i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(actual[i] - expected[i]) <= (terms + Roundings) * Unit * sizes[i]) continue;
            Assert.Fail($"At {i}: expected {expected[i]:R}, got {actual[i]:R}.");
        }
    }

    [Theory]
    [InlineData(2, 5, 11, 9, 6)]
    [InlineData(4, 40, 8, 2, 2)]
    [InlineData(3, 17, 50, 12, 8)]
    public void Any_split_of_a_phase_gives_the_same_bits(int blocks, int inputs, int outputs, int rows, int columns)
    {
        var c = new WinogradCase(blocks, inputs, outputs, rows, columns);
        var whole = c.WeightGradient();
        Bits.Equal(whole, c.WeightGradient(1));
        Bits.Equal(whole, c.WeightGradient(2, 3, 7, 35));
        Bits.Equal(whole, c.WeightGradient([.. Enumerable.Range(1, 99)]));
    }

    [Fact]
    public void What_is_not_a_number_reaches_its_channels_only()
    {
        var c = new WinogradCase(1, 18, 20, 4, 4);
        c.X[(17 * 16 * 32) + 7] = float.NaN;
        c.Dy[(18 * 16 * 32) + 9] = float.NaN;
        var gradient = c.WeightGradient();
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(i / 9 / 18 == 18 || i / 9 % 18 == 17, float.IsNaN(gradient[i]));
    }

    /// <summary>Pinned, so that instruction sets agree: SHA-256 with a narrow last panel and without, over several chunks.</summary>
    [Fact]
    public void The_bits_are_the_same_on_every_machine()
    {
        var y = new WinogradCase(3, 20, 12, 5, 7).WeightGradient();
        Assert.Equal(
            (
                "c5007eb84a40c945d633d013173a702f9eb70abd55dfc8fa86e1166c3dbb2438",
                "3f05277ee57f416447275a5d1938ffcb879b54fae379e447cecf528efae70082"),
            (Bits.Fingerprint(y), Bits.Fingerprint(new WinogradCase(2, 3, 52, 9, 4).WeightGradient())));
    }

    /// <summary>
    /// The usual error on normal data, as for the convolution: a term of the sum at position (i, j) has the variance s_i s_j,
    /// s_i = |A_i|^2 |B_i|^2. The partial sums of a chunk of n terms add up to s_i s_j n^2 / 2 and those of the m chunks' sums to
    /// s_i s_j n m^2 / 2; the transforms add no more than 16 s_i s_j for every term. The way back squares its coefficients.
    /// </summary>
    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void The_usual_error_is_that_of_a_direct_sum_times_the_norms_of_the_matrices(int side)
    {
        var c = new WinogradCase(1, 16, 16, side, side);
        var shape = new WinogradGradientShape(c.Shape);
        WinogradCase.Normal(c.X);
        WinogradCase.Normal(c.Dy);
        var (values, _) = c.Twin.WeightGradient(c.X, c.Dy);
        var gradient = c.WeightGradient();
        var squares = new double[9];
        for (var i = 0; i < gradient.Length; i++) squares[i % 9] += Math.Pow(gradient[i] - values[i], 2) / 256;
        double terms = shape.ChunkTiles * 32, chunks = shape.Chunks;
        for (var tap = 0; tap < 9; tap++)
        {
            var variance = (chunks * terms * terms / 2) + (terms * chunks * chunks / 2) + (16 * terms * chunks);
            Assert.InRange(Math.Sqrt(squares[tap]), 0, Unit * Math.Sqrt(Gain(tap / 3) * Gain(tap % 3) * variance));
        }

        static double Gain(int tap) => Enumerable.Range(0, 6).Sum(i =>
        {
            double a = 0, b = 0;
            for (var j = 0; j < 4; j++) a += Math.Pow(ReferenceWinograd.OutputMatrix[j, i], 2);
            for (var j = 0; j < 6; j++) b += Math.Pow(ReferenceWinograd.InputMatrix[i, j], 2);
            return Math.Pow(ReferenceWinograd.WeightMatrix[i, tap], 2) * a * b;
        });
    }
}
