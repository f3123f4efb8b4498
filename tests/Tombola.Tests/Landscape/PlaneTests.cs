using FsCheck.Fluent;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class PlaneTests
{
    private static readonly WeightSpace Normed = new([("conv.weight", [2, 1], true), ("bn.weight", [1], false)], [("bn.running_mean", 1, 0), ("bn.running_var", 1, 1)]);

    private static readonly Plane Triangle = Plane.Through(Of([1, 0, 5], 0, 1), Of([4, 4, 5], 2, 3), Of([1, 10, 5], 4, 2));

    [Fact]
    public void Coordinates_are_the_ones_worked_out_by_hand()
    {
        // u = (3, 4), of length 5; c = (0, 10), of which 8 lie along u and 6 at a right angle.
        Assert.Equal(new PlanePlace(0, 0, 0), Triangle.PlaceOf(Triangle.Origin));
        AssertNear(new PlanePlace(5, 0, 0), Triangle.PlaceOf(Of([4, 4, 5], 9, 9)));
        AssertNear(new PlanePlace(8, 6, 0), Triangle.PlaceOf(Of([1, 10, 5], 9, 9)));
        AssertNear(new PlanePlace(8, 6, 7), Triangle.PlaceOf(Of([1, 10, -2], 9, 9)));
    }

    [Fact]
    public void At_the_places_of_three_networks_the_plane_has_their_weights_and_statistics()
    {
        NetworkState[] networks = [ToyResNet.Start(1), ToyResNet.Start(2), ToyResNet.Start(3)];
        for (var n = 0; n < networks.Length; n++) networks[n].Statistics.AsSpan().Fill(1 + n);
        var plane = Plane.Through(networks[0], networks[1], networks[2]);
        Assert.True(Toy.SameBits(networks[0], plane.At(0, 0)));
        foreach (var network in networks)
        {
            var place = plane.PlaceOf(network);
            Assert.Equal(0, place.Distance);
            var point = plane.At(place.X, place.Y);
            for (var i = 0; i < network.Weights.Length; i++) Assert.Equal(network.Weights[i], point.Weights[i], 1e-7f);
            for (var i = 0; i < network.Statistics.Length; i++) Assert.Equal(network.Statistics[i], point.Statistics[i], 1e-6f);
        }
    }

    [Fact]
    public void Statistics_are_combined_with_the_coefficients_of_the_weights()
    {
        // A third of each: the middle of the triangle.
        var middle = Triangle.At((5 + 8) / 3.0, 6 / 3.0);
        Assert.Equal([2, 14 / 3f, 5], middle.Weights);
        Assert.Equal([2, 2], middle.Statistics);
    }

    [Fact]
    public void What_three_networks_prune_stays_pruned_on_their_plane()
    {
        var plane = Plane.Through(Toy.Start(1).Under(Toy.Mask), Toy.Start(2).Under(Toy.Mask), Toy.Start(3).Under(Toy.Mask));
        foreach (var (x, y) in new[] { (0.1, -0.2), (30.0, 40.0), (-7.0, 3.0) }) Assert.True(Toy.Mask.HoldsFor(plane.At(x, y).Weights));
    }

    [Fact]
    public void Networks_on_one_line_span_no_plane()
    {
        var (first, second) = (Toy.Start(1), Toy.Start(2));
        foreach (var third in new[] { first.Clone(), second.Clone(), LinearPath.At(first, second, 0.5), LinearPath.At(first, second, 3) })
        {
            Assert.Contains("span no plane", Assert.Throws<SettingException>(() => Plane.Through(first, second, third)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_point_of_which_a_variance_is_negative_is_refused_unless_it_is_estimated_anew()
    {
        // Along x the variances of this plane fall from 1 by 1 a step.
        var origin = ToyResNet.Start();
        var falls = new PlaneAxis(new double[origin.Weights.Length], [.. origin.Space.Statistics.SelectMany(part => Enumerable.Repeat(part.Initial == 1 ? -1.0 : 0, part.Count))]);
        var plane = new Plane(origin, falls, new PlaneAxis([.. origin.Weights.Select(weight => (double)weight)], new double[origin.Statistics.Length]));
        using var evaluator = new Evaluator(ToyResNet.Network, ToyResNet.Data.Test);
        Assert.Equal(6, PlaneSurface.Evaluate(plane, new PlaneGrid([0, 0.5, 1], [0, 0.1]), evaluator).Count);
        var refusal = Assert.Throws<SettingException>(() => PlaneSurface.Evaluate(plane, new PlaneGrid([0, 1.5], [0, 0.1]), evaluator));
        Assert.Contains("At (1.5, 0) the interpolated", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(".running_var would be negative", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--batch-norm recalibrate", refusal.Message, StringComparison.Ordinal);
        using var recalibrator = new Recalibrator(ToyResNet.Network, new Recalibration(32), ToyResNet.Data.Train);
        Assert.All(PlaneSurface.Evaluate(plane, new PlaneGrid([0, 1.5], [0, 0.1]), evaluator, recalibrator), point => Assert.True(double.IsFinite(point.Loss)));
    }

    [Fact]
    public void Points_have_the_bits_of_single_evaluations_and_examples_are_decoded_once()
    {
        var plane = FilterNormalisedDirection.PlaneOf(Toy.Start(), 1);
        var grid = PlaneGrid.Over(new PathRange(-1, 1), 3, 5);
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Test);
        var points = PlaneSurface.Evaluate(plane, grid, evaluator);
        Assert.Equal(Toy.Data.Test.Count, evaluator.Decoded);
        Assert.Equal(grid.Points, points.Select(point => (point.X, point.Y)));
        foreach (var point in points)
        {
            var alone = evaluator.Evaluate(plane.At(point.X, point.Y));
            Assert.Equal((alone.Loss, alone.Error), (point.Loss, point.Error));
        }

        var own = evaluator.Evaluate(Toy.Start());
        Assert.Contains(new PlanePoint(0, 0, own.Loss, own.Error), points);
    }

    [Fact]
    public void A_grid_goes_beyond_all_places_by_a_part_of_the_larger_extent()
    {
        var grid = PlaneGrid.Around([new(0, 0, 0), new(8, 1, 0), new(2, -3, 0)], 0.25, 5, 3);
        Assert.Equal([-2, 1, 4, 7, 10], grid.X);
        Assert.Equal([-5, -1, 3], grid.Y);
        Assert.Equal((1.0, -5.0), grid.Points[1]);
        Assert.Throws<SettingException>(() => PlaneGrid.Around([new(0, 0, 0), new(1, 1, 0)], -1, 5, 5));
        Assert.Throws<SettingException>(() => PlaneGrid.Around([new(0, 0, 0), new(1, 1, 0)], 0, 1, 5));
    }

    private static NetworkState Of(float[] weights, float mean, float variance) => new(Normed, weights, [mean, variance]);

    private static void AssertNear(PlanePlace expected, PlanePlace place)
    {
        Assert.Equal(expected.X, place.X, 12);
        Assert.Equal(expected.Y, place.Y, 12);
        Assert.Equal(expected.Distance, place.Distance, 12);
    }
}
