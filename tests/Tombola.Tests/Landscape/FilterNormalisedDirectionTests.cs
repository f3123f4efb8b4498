using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class FilterNormalisedDirectionTests
{
    private static readonly WeightSpace Small = new([("conv.weight", [3, 2, 2, 1], true), ("conv.bias", [3], false), ("fc.weight", [2, 3], true)], [("bn.running_mean", 2, 0), ("bn.running_var", 2, 1)]);

    /// <summary>Networks of which many weights are zero, filters as a whole among them.</summary>
    private static readonly Arbitrary<NetworkState> Networks = Gen.Choose(-1000, 1000).Select(x => x % 3 == 0 ? 0 : x / 97f).ArrayOf(Small.Count).Select(weights => new NetworkState(Small, weights)).ToArbitrary();

    [Fact]
    public void Each_filter_of_the_direction_has_the_norm_of_the_network_s() => Prop.ForAll(Networks, Gen.Choose(0, 100).ToArbitrary(), (network, seed) =>
    {
        var direction = FilterNormalisedDirection.Draw(network, (ulong)seed, 0);
        return Small.Prunable.All(parameter => Enumerable.Range(0, parameter.Shape[0]).All(filter =>
        {
            var range = Enumerable.Range(parameter.Offset + (filter * parameter.FanIn), parameter.FanIn).ToArray();
            var (own, drawn) = (Norm(range.Select(i => (double)network.Weights[i])), Norm(range.Select(i => direction.Weights[i])));
            return Math.Abs(own - drawn) <= 1e-12 * own;
        }));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Weights_that_are_zero_biases_and_batch_norm_stay_as_they_are() => Prop.ForAll(Networks, network =>
    {
        var (plane, bias) = (FilterNormalisedDirection.PlaneOf(network, 1), Small["conv.bias"]);
        var point = plane.At(0.7, -1.3);
        return Enumerable.Range(0, Small.Count).All(i => (network.Weights[i] == 0) == (point.Weights[i] == 0))
            && point[bias].SequenceEqual(network[bias])
            && point.Statistics.SequenceEqual(network.Statistics);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_directions_of_a_seed_and_those_of_two_seeds_differ()
    {
        double[] Drawn(ulong seed, uint index) => FilterNormalisedDirection.Draw(Toy.Start(), seed, index).Weights;
        Assert.Equal(Drawn(1, 0), Drawn(1, 0));
        Assert.NotEqual(Drawn(1, 0), Drawn(1, 1));
        Assert.NotEqual(Drawn(1, 0), Drawn(2, 0));
    }

    [Fact]
    public void A_direction_is_as_likely_to_rise_as_to_fall()
    {
        var drawn = FilterNormalisedDirection.Draw(Toy.Start(), 3, 0).Weights.Where(number => number != 0).ToArray();
        Assert.InRange(drawn.Count(number => number > 0) / (double)drawn.Length, 0.48, 0.52);
    }

    private static double Norm(IEnumerable<double> numbers) => Math.Sqrt(numbers.Sum(number => number * number));
}
