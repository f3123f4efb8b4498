using Tombola.Papers.Unmasking;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

/// <summary>How far pruning moves weights, and the largest fraction after which retraining leads back.</summary>
public sealed class PrunedWayTests
{
    private static readonly (double, double, double, double)[] Points = [(0.2, 1.0, 0.1, 0.5), (0.6, 3.0, 0.2, 0.7), (0.9, 5.0, 0.3, 1.1)];

    [Fact]
    public void By_magnitude_the_distance_lies_between_what_was_measured()
    {
        var way = new PrunedWay(PrunedFraction.Magnitude, Points, 8);
        Assert.Equal(0.5, way.DistanceAt(0.1), 1e-12);
        Assert.Equal(1.0, way.DistanceAt(0.2), 1e-12);
        Assert.Equal(2.0, way.DistanceAt(0.4), 1e-12);
        Assert.Equal(6.5, way.DistanceAt(0.95), 1e-12);
        Assert.Equal(8.0, way.DistanceAt(1), 1e-12);
    }

    [Fact]
    public void At_random_it_is_the_root_of_the_fraction() => Assert.Equal(4.0, new PrunedWay(PrunedFraction.Random, Points, 8).DistanceAt(0.25), 1e-12);

    [Theory]
    [InlineData(0.5, 0.1, 0.4)]
    [InlineData(0.4, 0.05, 0.1)]
    [InlineData(0.4, 0.5, 0.75)]
    [InlineData(1.0, 0.5, 0.9)]
    public void The_largest_fraction_is_where_the_loss_leaves_the_band(double solution, double eps, double expected) =>
        Assert.Equal(expected, new PrunedWay(PrunedFraction.Magnitude, Points, 8).LargestWithin(solution, eps), 1e-9);
}
