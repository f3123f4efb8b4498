namespace Tombola.Engine.Numerics;

/// <summary>
/// Functions whose bits must not depend on the C library or on the instruction set, because they shape weights. They use only
/// operations that IEEE 754 rounds in one way (and fused multiply-add, which it does too).
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Natural logarithm of a positive, finite, normal number, within 2 units in the last place.</summary>
    /// <remarks>x = 2^e m with m in [sqrt(1/2), sqrt 2); ln m = 2 atanh((m-1)/(m+1)) by its series.</remarks>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var series = 0.0;
        for (var k = 23; k >= 3; k -= 2) series = Math.FusedMultiplyAdd(series, square, 1.0 / k);
        series *= square;
        return Math.FusedMultiplyAdd(exponent, Ln2High, 2 * s) + Math.FusedMultiplyAdd(exponent, Ln2Low, 2 * s * series);
    }

    /// <summary>The standard normal quantile: the z below which a fraction <paramref name="p"/> in (0, 1) lies.</summary>
    /// <remarks>Wichura 1988, algorithm AS 241 (PPND16); about 16 digits.</remarks>
    public static double NormalQuantile(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var t = 0.180625 - (q * q);
            return q * Ratio(t, CentreNumerator, CentreDenominator);
        }

        var r = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        var z = r <= 5 ? Ratio(r - 1.6, MiddleNumerator, MiddleDenominator) : Ratio(r - 5, TailNumerator, TailDenominator);
        return q < 0 ? -z : z;
    }

    /// <summary>x to a whole power n >= 0, by repeated squaring.</summary>
    public static double Power(double x, long n)
    {
        var result = 1.0;
        for (; n > 0; n >>= 1, x *= x)
        {
            if ((n & 1) == 1) result *= x;
        }

        return result;
    }

    private static double Ratio(double x, ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator) =>
        Horner(x, numerator) / Math.FusedMultiplyAdd(Horner(x, denominator), x, 1);

    private static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        foreach (var c in coefficients) sum = Math.FusedMultiplyAdd(sum, x, c);
        return sum;
    }

    // Highest power first. The constant term 1 of each denominator is added in Ratio.
    private static ReadOnlySpan<double> CentreNumerator =>
    [
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
    ];

    private static ReadOnlySpan<double> CentreDenominator =>
    [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1,
    ];

    private static ReadOnlySpan<double> MiddleNumerator =>
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
    ];

    private static ReadOnlySpan<double> MiddleDenominator =>
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0,
    ];

    private static ReadOnlySpan<double> TailNumerator =>
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
    ];

    private static ReadOnlySpan<double> TailDenominator =>
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1,
    ];
}
