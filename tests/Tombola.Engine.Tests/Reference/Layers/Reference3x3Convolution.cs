namespace Tombola.Engine.Tests.Reference;

/// <summary>3x3 convolution with stride 1 and padding 1 in float64, by its definition: one product of one input and one tap at a time.</summary>
/// <remarks>
/// Activations are dense here, [block][channel][row][column][32 lanes]; weights are [output][input][3][3]. Every pass returns the sums and the sums
/// of the sizes of their terms, to which a rounding error is proportional.
/// </remarks>
internal sealed class Reference3x3Convolution(int blocks, int inputs, int outputs, int rows, int columns)
{
    private const int Lanes = 32;

    public int InputLength => blocks * inputs * rows * columns * Lanes;

    public int OutputLength => blocks * outputs * rows * columns * Lanes;

    public int WeightLength => outputs * inputs * 9;

    public (double[] Values, double[] Sizes) Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        double[] values = new double[OutputLength], sizes = new double[OutputLength];
        foreach (var (input, weight, output) in Products())
        {
            for (var lane = 0; lane < Lanes; lane++) Add(values, sizes, output + lane, x[input + lane], w[weight]);
        }

        return (values, sizes);
    }

    public (double[] Values, double[] Sizes) InputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w)
    {
        double[] values = new double[InputLength], sizes = new double[InputLength];
        foreach (var (input, weight, output) in Products())
        {
            for (var lane = 0; lane < Lanes; lane++) Add(values, sizes, input + lane, dy[output + lane], w[weight]);
        }

        return (values, sizes);
    }

    public (double[] Values, double[] Sizes) WeightGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> dy)
    {
        double[] values = new double[WeightLength], sizes = new double[WeightLength];
        foreach (var (input, weight, output) in Products())
        {
            for (var lane = 0; lane < Lanes; lane++) Add(values, sizes, weight, x[input + lane], dy[output + lane]);
        }

        return (values, sizes);
    }

    private static void Add(double[] values, double[] sizes, int index, double a, double b)
    {
        values[index] += a * b;
        sizes[index] += Math.Abs(a * b);
    }

    /// <summary>Every triple that takes part, as places of its first lane.</summary>
    private IEnumerable<(int Input, int Weight, int Output)> Products()
    {
        for (var b = 0; b < blocks; b++)
        {
            for (var k = 0; k < outputs; k++)
            {
                for (var c = 0; c < inputs; c++)
                {
                    for (var tap = 0; tap < 9; tap++)
                    {
                        for (var h = Math.Max(0, 1 - (tap / 3)); h < Math.Min(rows, rows + 1 - (tap / 3)); h++)
                        {
                            for (var v = Math.Max(0, 1 - (tap % 3)); v < Math.Min(columns, columns + 1 - (tap % 3)); v++)
                            {
                                var input = ((((((b * inputs) + c) * rows) + h + (tap / 3) - 1) * columns) + v + (tap % 3) - 1) * Lanes;
                                yield return (input, (((k * inputs) + c) * 9) + tap, ((((((b * outputs) + k) * rows) + h) * columns) + v) * Lanes);
                            }
                        }
                    }
                }
            }
        }
    }
}
