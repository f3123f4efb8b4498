using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Tests.Numerics;

public class RandomStreamTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Uniform_lies_strictly_between_zero_and_one() =>
        Prop.ForAll<uint, ulong, uint>((epoch, sample, draw) => new RandomStream(3, RandomStream.Order).Uniform(epoch, sample, draw) is > 0 and < 1).QuickCheckThrowOnFailure();

    /// <summary>The standard errors of mean, variance and of a bin's share are 0.0009, 0.0002 and 0.0009; five of them are allowed.</summary>
    [Fact]
    public void Uniform_draws_are_spread_evenly()
    {
        var stream = new RandomStream(1, RandomStream.Augment);
        var draws = Enumerable.Range(0, Draws).Select(i => stream.Uniform(2, (ulong)i, 3)).ToArray();
        var mean = draws.Average();
        Assert.Equal(0.5, mean, 0.0046);
        Assert.Equal(1 / 12.0, draws.Average(x => (x - mean) * (x - mean)), 0.0012);
        for (var bin = 0; bin < 10; bin++) Assert.Equal(0.1, draws.Count(x => (int)(x * 10) == bin) / (double)Draws, 0.0048);
    }

    /// <summary>Standard errors of the first four moments at this many draws: 0.0032, 0.0045, 0.0122, 0.031; five of them are allowed.</summary>
    [Fact]
    public void Normal_draws_have_the_moments_of_the_normal_distribution()
    {
        var stream = new RandomStream(1, RandomStream.Init);
        var draws = Enumerable.Range(0, Draws).Select(i => stream.Normal(0, (ulong)i, 0)).ToArray();
        Assert.Equal(0, draws.Average(), 0.016);
        Assert.Equal(1, draws.Average(z => z * z), 0.023);
        Assert.Equal(0, draws.Average(z => z * z * z), 0.061);
        Assert.Equal(3, draws.Average(z => z * z * z * z), 0.155);
    }

    /// <summary>Correlation of independent draws has standard error 0.0032; five of them are allowed.</summary>
    [Theory]
    [InlineData(1, RandomStream.Init, 1, RandomStream.Reinit)]
    [InlineData(1, RandomStream.Init, 2, RandomStream.Init)]
    [InlineData(0, RandomStream.Order, 0, RandomStream.Augment)]
    public void Streams_of_other_names_or_seeds_are_unrelated(ulong seed, string name, ulong otherSeed, string otherName)
    {
        var (stream, other) = (new RandomStream(seed, name), new RandomStream(otherSeed, otherName));
        var correlation = Enumerable.Range(0, Draws).Average(i => (stream.Uniform(0, (ulong)i, 0) - 0.5) * (other.Uniform(0, (ulong)i, 0) - 0.5)) * 12;
        Assert.Equal(0, correlation, 0.016);
    }

    /// <summary>Of 4096 32-bit values, 2 coincide by chance in 0.2 % of all streams; in these none do.</summary>
    [Fact]
    public void Epoch_sample_and_draw_each_choose_another_value()
    {
        var stream = new RandomStream(5, RandomStream.Augment);
        var seen = new HashSet<uint>();
        for (var i = 0u; i < 4096; i++) seen.Add(stream.Bits(i >> 8, ((i >> 4) & 15) * 0x1_0000_0001UL, i & 15));
        Assert.Equal(4096, seen.Count);
    }

    [Fact]
    public void A_value_does_not_depend_on_what_was_drawn_before()
    {
        static uint Draw(int i) => new RandomStream(8, RandomStream.Probe).Bits((uint)i % 3, (ulong)i, (uint)i % 7);
        var forwards = Enumerable.Range(0, 500).Select(Draw).ToArray();
        var backwards = Enumerable.Range(0, 500).Reverse().Select(Draw).Reverse().ToArray();
        var parallel = Enumerable.Range(0, 500).AsParallel().AsOrdered().Select(Draw).ToArray();
        Assert.Equal(forwards, backwards);
        Assert.Equal(forwards, parallel);
    }

    /// <summary>Pinned, from a second implementation: a change of the key or of the counter's layout would silently give every experiment other numbers.</summary>
    [Fact]
    public void Values_stay_what_they_were()
    {
        var stream = new RandomStream(1, RandomStream.Init);
        Assert.Equal([1562783458u, 362941876u, 4071661654u, 3905741510u, 386809385u, 2792183496u], Enumerable.Range(0, 6).Select(draw => stream.Bits(2, 3, (uint)draw)));
        Assert.Equal(1.625834851035741, stream.Normal(2, 3, 1));
    }

    [Fact]
    public void A_permutation_holds_every_number_once() =>
        Prop.ForAll(Gen.Choose(0, 300).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (length, epoch) =>
        {
            var order = new int[length];
            new RandomStream(4, RandomStream.Order).Permutation(order, (uint)epoch);
            return order.Order().SequenceEqual(Enumerable.Range(0, length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Permutations_of_other_epochs_are_others()
    {
        var stream = new RandomStream(4, RandomStream.Order);
        int[] first = new int[100], again = new int[100], second = new int[100];
        stream.Permutation(first, 0);
        stream.Permutation(second, 1);
        stream.Permutation(again, 0);
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    /// <summary>All 24 orders of four things, 12,000 times: 23 degrees of freedom, chi-squared above 58 has a chance of 1 in 10,000.</summary>
    [Fact]
    public void Every_order_is_equally_likely()
    {
        var stream = new RandomStream(6, RandomStream.Order);
        var counts = new Dictionary<int, int>();
        Span<int> order = stackalloc int[4];
        for (var epoch = 0u; epoch < 12_000; epoch++)
        {
            stream.Permutation(order, epoch);
            var key = (order[0] * 64) + (order[1] * 16) + (order[2] * 4) + order[3];
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.True(counts.Values.Sum(n => (n - 500.0) * (n - 500.0) / 500) < 58);
    }

    [Fact]
    public void Whole_numbers_lie_below_their_bound_and_reach_both_ends()
    {
        var stream = new RandomStream(6, RandomStream.Data);
        for (var bound = 1; bound <= 12; bound++)
        {
            var seen = Enumerable.Range(0, 1000).Select(i => stream.Below(bound, 0, (ulong)i, 0)).Distinct().Order();
            Assert.Equal(Enumerable.Range(0, bound), seen);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Below(0, 0, 0, 0));
    }
}
