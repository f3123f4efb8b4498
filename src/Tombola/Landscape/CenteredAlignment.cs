using System.Numerics.Tensors;

namespace Tombola.Landscape;

/// <summary>Linear centred kernel alignment of two networks' features over the same examples (Kornblith et al. 2019, section 3): 1 for features that differ by a rotation and a scale, near 0 for unrelated ones.</summary>
/// <remarks>CKA = |Y'X|^2 / (|X'X| |Y'Y|) in Frobenius norms, with the mean over examples taken off every feature.</remarks>
internal static class CenteredAlignment
{
    /// <param name="first">Features of the first network, one example after the other.</param>
    /// <param name="second">Features of the second.</param>
    /// <param name="examples">Number of examples.</param>
    /// <returns>From 0 to 1; not a number where all examples have the same features.</returns>
    public static double Of(float[] first, float[] second, int examples)
    {
        var (x, y) = (Centered(first, examples), Centered(second, examples));
        return Squares(x, y, examples) / Math.Sqrt(Squares(x, x, examples) * Squares(y, y, examples));
    }

    private static double[] Centered(float[] features, int examples)
    {
        var count = features.Length / examples;
        var (centered, mean) = (new double[features.Length], new double[count]);
        TensorPrimitives.ConvertChecked<float, double>(features, centered);
        for (var n = 0; n < examples; n++) TensorPrimitives.Add(mean, centered.AsSpan(n * count, count), mean);
        TensorPrimitives.Divide(mean, examples, mean);
        for (var n = 0; n < examples; n++) TensorPrimitives.Subtract(centered.AsSpan(n * count, count), mean, centered.AsSpan(n * count, count));
        return centered;
    }

    /// <summary>Squared Frobenius norm of X'Y.</summary>
    private static double Squares(double[] x, double[] y, int examples)
    {
        var (rows, columns) = (x.Length / examples, y.Length / examples);
        var (sum, product) = (0.0, new double[columns]);
        for (var row = 0; row < rows; row++)
        {
            Array.Clear(product);
            for (var n = 0; n < examples; n++) TensorPrimitives.MultiplyAdd(y.AsSpan(n * columns, columns), x[(n * rows) + row], product, product);
            sum += TensorPrimitives.SumOfSquares<double>(product);
        }

        return sum;
    }
}
