using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Numerics;

public class LanesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(784, 784)]
    public void Rounding_up_gives_whole_vectors(int count, int rounded) => Assert.Equal(rounded, Lanes.RoundUp(count));

    /// <summary>The order is part of the contract: halves onto halves, since any other would change weights.</summary>
    [Fact]
    public void The_sum_folds_halves_onto_halves()
    {
        for (var salt = 0u; salt < 100; salt++)
        {
            var x = Formula.Vector(16, salt);
            var folded = x.ToArray();
            for (var half = 8; half >= 1; half /= 2)
            {
                for (var i = 0; i < half; i++) folded[i] += folded[i + half];
            }

            Bits.Equal([folded[0]], [Lanes.Sum(Vector512.Create(x))]);
        }
    }

    [Fact]
    public void Four_sums_at_once_have_the_bits_of_each()
    {
        for (var salt = 0u; salt < 100; salt++)
        {
            var (a, b, c, d) = (Vector(4 * salt), Vector((4 * salt) + 1), Vector((4 * salt) + 2), Vector((4 * salt) + 3));
            var sums = Lanes.Sums(a, b, c, d);
            float[] found = [sums.GetElement(0), sums.GetElement(1), sums.GetElement(2), sums.GetElement(3)];
            Bits.Equal([Lanes.Sum(a), Lanes.Sum(b), Lanes.Sum(c), Lanes.Sum(d)], found);
        }

        static Vector512<float> Vector(uint salt) => Vector512.Create(Formula.Vector(16, salt));
    }
}
