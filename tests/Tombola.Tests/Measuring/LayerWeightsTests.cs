using Tombola.Engine.Networks;
using Tombola.Measuring;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Measuring;

public sealed class LayerWeightsTests
{
    private static readonly WeightSpace Space = new([("a.weight", [2, 2], true), ("a.bias", [2], false), ("b.weight", [1, 3], true)]);

    [Fact]
    public void Sizes_are_the_ones_worked_out_by_hand()
    {
        var state = new NetworkState(Space, [1, -3, 0, 0, 50, 60, 0, 0, 0]);
        var layers = LayerWeights.Of(state, MagnitudeBins.For([state]));
        Assert.Equal(["a", "b", "all"], layers.Select(layer => layer.Layer));
        var first = layers[0];
        Assert.Equal((4, 2, 0.5), (first.Weights, first.Remaining, first.Density));
        Assert.Equal((2.0, 2.0, 3.0), (first.MeanMagnitude, first.Deviation, first.Largest));
        Assert.Equal((3, 0, 0.0), (layers[1].Weights, layers[1].Remaining, layers[1].Density));
        Assert.Equal((null, null, null), ((double?, double?, double?))(layers[1].MeanMagnitude, layers[1].Deviation, layers[1].Largest));

        // A bias is no weight that pruning may touch.
        Assert.Equal((7, 2, 3.0), (layers[2].Weights, layers[2].Remaining, layers[2].Largest));
    }

    [Fact]
    public void Bins_are_in_equal_ratios_up_to_the_largest_weight()
    {
        var state = new NetworkState(Space, [1, -3, 1e-30f, 0, 50, 60, 3e-3f, -3e-3f, 0]);
        var bins = MagnitudeBins.For([state]);
        Assert.Equal(MagnitudeBins.Count + 1, bins.Bounds.Count);
        Assert.All(bins.Bounds.Zip(bins.Bounds.Skip(1)), pair => Assert.Equal(Math.Pow(10, 1 / 8.0), pair.Second / pair.First, 12));
        Assert.InRange(3, bins.Bounds[^2], bins.Bounds[^1]);
        var counts = LayerWeights.Of(state, bins)[^1].Counts;
        Assert.Equal(5, counts.Sum());
        Assert.Equal(1, counts[0]);
        Assert.Equal(1, counts[^1]);
        var (of1, ofMilli) = (Bin(1), Bin(3e-3));
        Assert.Equal((1, 2), (counts[of1], counts[ofMilli]));

        int Bin(double magnitude) => Enumerable.Range(0, MagnitudeBins.Count).Single(bin => bins.Bounds[bin] <= magnitude * 1.0000001 && magnitude * 1.0000001 < bins.Bounds[bin + 1]);
    }

    [Fact]
    public void Every_weight_that_remains_is_in_one_bin()
    {
        var state = Toy.Start().Under(Toy.Mask);
        var layers = LayerWeights.Of(state, MagnitudeBins.For([state]));
        Assert.All(layers, layer => Assert.Equal(layer.Remaining, layer.Counts.Sum()));
        Assert.Equal(Toy.Mask.Remaining, layers[^1].Remaining);
        Assert.Equal(layers[^1].Counts, Enumerable.Range(0, MagnitudeBins.Count).Select(bin => layers.SkipLast(1).Sum(layer => layer.Counts[bin])));
    }

    [Fact]
    public void Networks_of_nothing_or_of_no_numbers_have_bins_all_the_same()
    {
        var state = new NetworkState(Space, [float.NaN, float.PositiveInfinity, 0, 0, 0, 0, 0, 0, 0]);
        var layers = LayerWeights.Of(state, MagnitudeBins.For([state]));
        Assert.Equal((2, 0, null), (layers[0].Remaining, layers[0].Counts.Sum(), layers[0].MeanMagnitude));
    }
}
