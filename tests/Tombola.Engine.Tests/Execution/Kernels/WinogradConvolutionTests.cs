using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Forwards and backwards against the plain convolution in float64.</summary>
public class WinogradConvolutionTests
{
    /// <summary>
    /// Roundings between the data and an output besides the sum over the inputs: 9 in the weights (the factor, and in each direction three and that of
    /// the inexact thirds), 4 in the input, 6 in the output, 2 in the epilogue; a few more do for the terms of second order.
    /// </summary>
    private const int Roundings = 24;

    private const double Unit = 1.0 / (1 << 24);

    public static TheoryData<int, int, int, int, int> Shapes => WinogradCase.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forwards_it_is_the_plain_convolution(int blocks, int inputs, int outputs, int rows, int columns)
    {
        var c = new WinogradCase(blocks, inputs, outputs, rows, columns);
        var sizes = ReferenceWinograd.OutputSizes(c.X, c.Weights, blocks, inputs, outputs, rows, columns);
        Near(c.Twin.Forward(c.X, c.Weights).Values, c.Forward(), sizes, inputs);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backwards_it_is_the_gradient_of_the_input(int blocks, int inputs, int outputs, int rows, int columns)
    {
        var c = new WinogradCase(blocks, inputs, outputs, rows, columns);
        var turned = new float[c.Weights.Length];
        for (var i = 0; i < turned.Length; i++)
        {
            var (k, from, tap) = (i / 9 / inputs, i / 9 % inputs, i % 9);
            turned[(((from * outputs) + k) * 9) + 8 - tap] = c.Weights[i];
        }

        var sizes = ReferenceWinograd.OutputSizes(c.Dy, turned, blocks, outputs, inputs, rows, columns);
        Near(c.Twin.InputGradient(c.Dy, c.Weights).Values, c.Backward(), sizes, outputs);
    }

    [Fact]
    public void Factors_scale_the_weights_of_an_output_in_both_directions()
    {
        var c = new WinogradCase(1, 5, 11, 4, 4);
        var factors = Formula.Vector(11, 7);
        var scaled = new WinogradCase(1, 5, 11, 4, 4);
        for (var i = 0; i < scaled.Weights.Length; i++) scaled.Weights[i] *= factors[i / 45];
        Bits.Equal(scaled.Forward(), c.Forward(factors: factors));
        Bits.Equal(scaled.Backward(), c.Backward(factors: factors));
    }

    [Theory]
    [InlineData(2, 5, 11, 9, 6)]
    [InlineData(4, 3, 8, 2, 2)]
    [InlineData(3, 17, 3, 8, 8)]
    public void Any_split_of_the_tiles_gives_the_same_bits(int blocks, int inputs, int outputs, int rows, int columns)
    {
        var c = new WinogradCase(blocks, inputs, outputs, rows, columns);
        var whole = c.Forward();
        Bits.Equal(whole, c.Forward(cuts: [1]));
        Bits.Equal(whole, c.Forward(cuts: [c.Shape.Tiles - 1]));
        Bits.Equal(whole, c.Forward(cuts: [.. Enumerable.Range(1, c.Shape.Tiles - 1)]));
        Bits.Equal(c.Backward(), c.Backward(cuts: [2, 3]));
    }

    [Fact]
    public void Weights_are_packed_block_by_block()
    {
        var shape = new WinogradShape(1, 13, 20, 4, 4);
        var weights = Formula.Vector(13 * 20 * 9, 1);
        float[] whole = new float[shape.PackedFloats], parts = new float[shape.PackedFloats];
        WinogradWeights.PackForward(shape, weights, default, whole, 0, 3);
        WinogradWeights.PackForward(shape, weights, default, parts, 2, 3);
        WinogradWeights.PackForward(shape, weights, default, parts, 0, 2);
        Bits.Equal(whole, parts);
        Assert.Equal(20 * 13 * 36, whole.Count(value => value != 0));
    }

    [Theory]
    [InlineData(false, false, false, false, false)]
    [InlineData(false, false, false, false, true)]
    [InlineData(true, false, false, false, false)]
    [InlineData(true, false, false, false, true)]
    [InlineData(true, true, false, true, false)]
    [InlineData(true, true, false, true, true)]
    [InlineData(false, true, false, false, false)]
    [InlineData(false, true, false, false, true)]
    [InlineData(false, false, true, false, false)]
    [InlineData(false, false, true, false, true)]
    [InlineData(true, false, true, true, false)]
    [InlineData(true, false, true, true, true)]
    [InlineData(false, false, false, true, false)]
    [InlineData(false, false, false, true, true)]
    public void The_epilogue_adds_the_bias_passes_the_gate_adds_the_addend_and_rectifies(bool withBias, bool withResidual, bool accumulate, bool rectify, bool gated)
    {
        foreach (var (rows, columns) in new[] { (5, 7), (8, 4), (2, 1) })
        {
            var c = new WinogradCase(2, 3, 10, rows, columns);
            float[] bias = Formula.Vector(10, 8), other = Formula.Vector(c.Twin.OutputLength, 9), gate = Formula.Vector(c.Twin.OutputLength, 10), expected = c.Forward();
            for (var i = 0; i < expected.Length; i++)
            {
                if (withBias) expected[i] += bias[i / (rows * columns * 32) % 10];
                if (gated && gate[i] <= 0) expected[i] = 0;
                if (withResidual || accumulate) expected[i] += other[i];
                if (rectify) expected[i] = Math.Max(expected[i], 0);
            }

            var epilogue = new Epilogue
            {
                Bias = withBias ? bias : default,
                Gate = gated ? c.Lay(gate, c.OutputLayout) : default,
                Residual = withResidual ? c.Lay(other, c.OutputLayout) : default,
                Rectify = rectify,
            };
            Bits.Equal(expected, c.Forward(epilogue, accumulate ? other : null));
        }
    }

    [Fact]
    public void What_is_not_a_number_stays_in_its_lane_and_passes_the_rectifier()
    {
        var c = new WinogradCase(1, 2, 3, 4, 4);
        c.X[(5 * 32) + 7] = float.NaN;
        var y = c.Forward(new Epilogue { Rectify = true });
        for (var i = 0; i < y.Length; i++) Assert.False(float.IsNaN(y[i]) && i % 32 != 7);
        Assert.True(float.IsNaN(y[(5 * 32) + 7]));
    }

    /// <summary>Pinned, so that instruction sets agree: SHA-256 of output and input gradient.</summary>
    [Fact]
    public void The_bits_are_the_same_on_every_machine()
    {
        var c = new WinogradCase(3, 20, 12, 5, 7);
        var y = c.Forward(new Epilogue { Bias = Formula.Vector(12, 4), Rectify = true });
        Assert.Equal(
            (
                "e6aa5795ea7b66f5cf0f38d864ae1956381868993b3f35f99fe026bc6aaf1a7d",
                "439447235c5f8d70925e6ff2fffa23ba38ef4ca641dbfe6b94ca1c3ca6df2f19"),
            (Bits.Fingerprint(y), Bits.Fingerprint(c.Backward())));
    }

    /// <summary>
    /// The usual error, on normal data. A rounding is as good as independent of the others, and at most 2^-24 of its value, so errors add by squares.
    /// A term of the sum at position (i, j) has the variance g_i g_j, g_i = |G_i|^2 |B_i|^2; the partial sums of C of them add up to g_i g_j C^2 / 2,
    /// the transforms of the data to no more than 16 g_i g_j C. The output transform squares its coefficients.
    /// </summary>
    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(512)]
    public void The_usual_error_is_that_of_a_direct_sum_times_the_norms_of_the_matrices(int inputs)
    {
        const int Outputs = 4, Side = 8;
        var c = new WinogradCase(1, inputs, Outputs, Side, Side);
        WinogradCase.Normal(c.X);
        WinogradCase.Normal(c.Weights);
        var (values, _) = c.Twin.Forward(c.X, c.Weights);
        var y = c.Forward();
        double[] squares = new double[16], counts = new double[16];
        for (var i = 0; i < y.Length; i++)
        {
            var (row, column) = (i / 32 / Side % Side, i / 32 % Side);
            var place = (row % 4 * 4) + (column % 4);
            squares[place] += Math.Pow(y[i] - values[i], 2);
            counts[place]++;
        }

        for (var place = 0; place < 16; place++)
        {
            var bound = Unit * Math.Sqrt(Gain(place / 4) * Gain(place % 4) * inputs * ((inputs / 2.0) + 16));
            Assert.InRange(Math.Sqrt(squares[place] / counts[place]), 0, bound);
        }

        static double Gain(int row) => Enumerable.Range(0, 6).Sum(i =>
            Math.Pow(ReferenceWinograd.OutputMatrix[row, i], 2) * Square(ReferenceWinograd.WeightMatrix, i) * Square(ReferenceWinograd.InputMatrix, i));

        static double Square(double[,] matrix, int row) => Enumerable.Range(0, matrix.GetLength(1)).Sum(j => matrix[row, j] * matrix[row, j]);
    }

    private static void Near(double[] expected, float[] actual, double[] sizes, int terms)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(actual[i] - expected[i]) <= (terms + Roundings) * Unit * sizes[i]) continue;
            Assert.Fail($"At {i}: expected {expected[i]:R}, got {actual[i]:R}.");
        }
    }
}
