using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Tests.Numerics;

public class PortableMathTests
{
    /// <summary>Two units in the last place are 4.4e-16 of a number; the C library's own logarithm may err by one more half.</summary>
    [Fact]
    public void Logarithm_agrees_with_the_C_library_within_two_units_in_the_last_place()
    {
        var normal = ArbMap.Default.ArbFor<ulong>().Generator.Select(bits => BitConverter.UInt64BitsToDouble(0x0010000000000000 + (bits % 0x7FE0000000000000)));
        var property = Prop.ForAll(normal.ToArbitrary(), x => Agrees(x));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), property);
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(2.2250738585072014e-308)]
    [InlineData(1.4142135623730951)]
    [InlineData(1.4142135623730954)]
    [InlineData(0.70710678118654757)]
    [InlineData(1 - 1.1102230246251565e-16)]
    [InlineData(1 + 2.2204460492503131e-16)]
    [InlineData(0.999)]
    [InlineData(1.001)]
    [InlineData(2)]
    [InlineData(10)]
    public void Logarithm_is_right_where_its_pieces_meet(double x) => Assert.True(Agrees(x), $"ln {x:R}: expected {Math.Log(x):R}, got {PortableMath.Log(x):R}.");

    [Fact]
    public void Logarithm_of_one_is_zero() => Assert.Equal(0, PortableMath.Log(1));

    /// <summary>Quantiles of the float64 numbers nearest to p, computed with 50 digits; the algorithm promises about 16.</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.75, 0.67448975019608174)]
    [InlineData(0.9, 1.2815515655446004)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.99, 2.3263478740408408)]
    [InlineData(0.999, 3.0902323061678133)]
    [InlineData(0.001, -3.0902323061678135)]
    [InlineData(1e-5, -4.2648907939228246)]
    [InlineData(1e-10, -6.3613409024040557)]
    [InlineData(1e-15, -7.9413453261709970)]
    [InlineData(1e-20, -9.2623400897984076)]
    [InlineData(1.1102230246251565e-16, -8.2095361516013869)]
    [InlineData(1e-100, -21.273453560965340)]
    public void Normal_quantile_meets_known_values(double p, double z) => Assert.Equal(z, PortableMath.NormalQuantile(p), 4e-15 * Math.Max(1, Math.Abs(z)));

    /// <summary>Halves of powers of two make p and 1 - p exact, so the two sides go through the same numbers.</summary>
    [Fact]
    public void Normal_quantile_is_odd_around_one_half() =>
        Prop.ForAll(Gen.Choose(1, (1 << 30) - 1).ToArbitrary(), i => PortableMath.NormalQuantile(i / (double)(1 << 30)) == -PortableMath.NormalQuantile(1 - (i / (double)(1 << 30))))
            .QuickCheckThrowOnFailure();

    /// <summary>Over steps of 2^-20 the quantile grows by 2.4e-6 at least, far above its errors, also where its three pieces meet.</summary>
    [Fact]
    public void Normal_quantile_grows_with_the_fraction()
    {
        const int Parts = 1 << 20;
        var last = double.NegativeInfinity;
        for (var i = 1; i < Parts; i++)
        {
            var z = PortableMath.NormalQuantile(i / (double)Parts);
            Assert.True(z > last + 2e-6, $"at {i}");
            last = z;
        }
    }

    [Theory]
    [InlineData(0.5, 0, 1)]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(0.5, 10, 0.0009765625)]
    [InlineData(-3, 5, -243)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 7, 0)]
    [InlineData(0.999, 1_000_000_000_000, 0)]
    public void Powers_are_exact_where_they_can_be(double x, long n, double power) => Assert.Equal(power, PortableMath.Power(x, n));

    /// <summary>Repeated squaring doubles its relative error with every doubling of n: at most about n units in the last place.</summary>
    [Fact]
    public void Powers_agree_with_the_C_library() =>
        Prop.ForAll(Gen.Choose(0, 5000).ToArbitrary(), n => Math.Abs((PortableMath.Power(0.999, n) / Math.Pow(0.999, n)) - 1) <= (n + 2) * 2.3e-16).QuickCheckThrowOnFailure();

    private static bool Agrees(double x) => Math.Abs(PortableMath.Log(x) - Math.Log(x)) <= 5.6e-16 * Math.Abs(Math.Log(x));
}
