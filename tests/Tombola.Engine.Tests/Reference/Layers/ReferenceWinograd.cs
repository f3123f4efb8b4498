namespace Tombola.Engine.Tests.Reference;

/// <summary>F(4x4, 3x3) in float64 with matrices and data that are as large as the true ones but never negative: how far rounding errors can spread.</summary>
/// <remarks>
/// Every rounding on the way errs by at most 2^-24 of its value, and no value is larger than its twin here, nor does anything cancel here.
/// So the error of a result with n roundings in sequence is at most n 2^-24 times the twin's result.
/// </remarks>
internal static class ReferenceWinograd
{
    public static readonly double[,] InputMatrix =
    {
        { 4, 0, -5, 0, 1, 0 }, { 0, -4, -4, 1, 1, 0 }, { 0, 4, -4, -1, 1, 0 }, { 0, -2, -1, 2, 1, 0 }, { 0, 2, -1, -2, 1, 0 }, { 0, 4, 0, -5, 0, 1 },
    };

    public static readonly double[,] WeightMatrix =
    {
        { 1 / 4.0, 0, 0 }, { -1 / 6.0, -1 / 6.0, -1 / 6.0 }, { -1 / 6.0, 1 / 6.0, -1 / 6.0 },
        { 1 / 24.0, 1 / 12.0, 1 / 6.0 }, { 1 / 24.0, -1 / 12.0, 1 / 6.0 }, { 0, 0, 1 },
    };

    public static readonly double[,] OutputMatrix =
    {
        { 1, 1, 1, 1, 1, 0 }, { 0, 1, -1, 2, -2, 0 }, { 0, 1, 1, 4, 4, 0 }, { 0, 1, -1, 8, -8, 1 },
    };

    /// <summary>What the error of each output of a convolution is proportional to. All arrays are dense, as in <see cref="Reference3x3Convolution"/>.</summary>
    public static double[] OutputSizes(float[] x, float[] w, int blocks, int inputs, int outputs, int rows, int columns)
    {
        double[,] b = Absolute(InputMatrix), g = Absolute(WeightMatrix), a = Absolute(OutputMatrix);
        var u = new double[outputs * inputs][,];
        for (var i = 0; i < u.Length; i++)
        {
            var taps = new double[3, 3];
            for (var tap = 0; tap < 9; tap++) taps[tap / 3, tap % 3] = Math.Abs((double)w[(i * 9) + tap]);
            u[i] = Sandwich(g, taps);
        }

        var sizes = new double[blocks * outputs * rows * columns * 32];
        foreach (var (block, top, left) in Tiles(blocks, rows, columns))
        {
            for (var lane = 0; lane < 32; lane++)
            {
                var v = new double[inputs][,];
                for (var c = 0; c < inputs; c++) v[c] = Sandwich(b, Patch(x, (block * inputs) + c, top - 1, left - 1, 6, rows, columns, lane));
                for (var k = 0; k < outputs; k++)
                {
                    var m = new double[6, 6];
                    for (var c = 0; c < inputs; c++) Accumulate(m, u[(k * inputs) + c], v[c]);
                    var y = Sandwich(a, m);
                    for (var i = 0; i < 4 && top + i < rows; i++)
                    {
                        for (var j = 0; j < 4 && left + j < columns; j++)
                        {
                            sizes[((((((block * outputs) + k) * rows) + top + i) * columns) + left + j) * 32 + lane] = y[i, j];
                        }
                    }
                }
            }
        }

        return sizes;
    }

    /// <summary>What the error of each weight's gradient is proportional to.</summary>
    public static double[] WeightSizes(float[] x, float[] dy, int blocks, int inputs, int outputs, int rows, int columns)
    {
        double[,] b = Absolute(InputMatrix), g = Transposed(Absolute(WeightMatrix)), a = Transposed(Absolute(OutputMatrix));
        var sums = new double[outputs * inputs][,];
        for (var i = 0; i < sums.Length; i++) sums[i] = new double[6, 6];
        foreach (var (block, top, left) in Tiles(blocks, rows, columns))
        {
            for (var lane = 0; lane < 32; lane++)
            {
                var v = new double[inputs][,];
                for (var c = 0; c < inputs; c++) v[c] = Sandwich(b, Patch(x, (block * inputs) + c, top - 1, left - 1, 6, rows, columns, lane));
                for (var k = 0; k < outputs; k++)
                {
                    var d = Sandwich(a, Patch(dy, (block * outputs) + k, top, left, 4, rows, columns, lane));
                    for (var c = 0; c < inputs; c++) Accumulate(sums[(k * inputs) + c], d, v[c]);
                }
            }
        }

        var sizes = new double[sums.Length * 9];
        for (var i = 0; i < sums.Length; i++)
        {
            var taps = Sandwich(g, sums[i]);
            for (var tap = 0; tap < 9; tap++) sizes[(i * 9) + tap] = taps[tap / 3, tap % 3];
        }

        return sizes;
    }

    private static IEnumerable<(int Block, int Top, int Left)> Tiles(int blocks, int rows, int columns)
    {
        for (var block = 0; block < blocks; block++)
        {
            for (var top = 0; top < rows; top += 4)
            {
                for (var left = 0; left < columns; left += 4) yield return (block, top, left);
            }
        }
    }

    private static double[,] Patch(float[] x, int plane, int top, int left, int side, int rows, int columns, int lane)
    {
        var patch = new double[side, side];
        for (var i = 0; i < side; i++)
        {
            for (var j = 0; j < side; j++)
            {
                var (row, column) = (top + i, left + j);
                if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                patch[i, j] = Math.Abs((double)x[(((plane * rows) + row) * columns + column) * 32 + lane]);
            }
        }

        return patch;
    }

    private static void Accumulate(double[,] sums, double[,] x, double[,] y)
    {
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < 6; j++) sums[i, j] += x[i, j] * y[i, j];
        }
    }

    /// <summary>T x T'.</summary>
    private static double[,] Sandwich(double[,] t, double[,] x) => Product(Product(t, x), Transposed(t));

    private static double[,] Product(double[,] x, double[,] y)
    {
        var product = new double[x.GetLength(0), y.GetLength(1)];
        for (var i = 0; i < product.GetLength(0); i++)
        {
            for (var k = 0; k < y.GetLength(0); k++)
            {
                for (var j = 0; j < product.GetLength(1); j++) product[i, j] += x[i, k] * y[k, j];
            }
        }

        return product;
    }

    private static double[,] Absolute(double[,] x)
    {
        var y = (double[,])x.Clone();
        for (var i = 0; i < y.GetLength(0); i++)
        {
            for (var j = 0; j < y.GetLength(1); j++) y[i, j] = Math.Abs(y[i, j]);
        }

        return y;
    }

    private static double[,] Transposed(double[,] x)
    {
        var y = new double[x.GetLength(1), x.GetLength(0)];
        for (var i = 0; i < y.GetLength(0); i++)
        {
            for (var j = 0; j < y.GetLength(1); j++) y[i, j] = x[j, i];
        }

        return y;
    }
}
