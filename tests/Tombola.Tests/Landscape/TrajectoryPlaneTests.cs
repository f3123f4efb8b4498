using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class TrajectoryPlaneTests
{
    private static readonly WeightSpace Space = new([("a.weight", [1, 4], true)]);

    [Fact]
    public void The_plane_of_three_states_has_all_three()
    {
        NetworkState[] states = [ToyResNet.Start(1), ToyResNet.Start(2), ToyResNet.Start(3)];
        for (var n = 0; n < states.Length; n++) states[n].Statistics.AsSpan().Fill(1 + n);
        var (plane, explained) = TrajectoryPlane.Of(states, states[^1]);
        Assert.Equal(1, explained.Sum(), 12);
        Assert.True(explained[0] >= explained[1]);
        foreach (var state in states)
        {
            var place = plane.PlaceOf(state);
            Assert.Equal(0, place.Distance);
            var point = plane.At(place.X, place.Y);
            for (var i = 0; i < state.Weights.Length; i++) Assert.Equal(state.Weights[i], point.Weights[i], 1e-7f);
            for (var i = 0; i < state.Statistics.Length; i++) Assert.Equal(state.Statistics[i], point.Statistics[i], 1e-6f);
        }
    }

    [Fact]
    public void Of_more_states_places_and_distances_are_the_ones_worked_out_by_hand()
    {
        // Ways from the last: 6 along the first axis, 3 and -3 along the second, and 1 along the third. The first two are the components.
        NetworkState[] states = [Of(7, 1, 1, 1), Of(1, 4, 1, 1), Of(1, -2, 1, 1), Of(1, 1, 2, 1), Of(1, 1, 1, 1)];
        var (plane, explained) = TrajectoryPlane.Of(states, states[^1]);
        Assert.Equal([36 / 55.0, 18 / 55.0], explained.Select(part => Math.Round(part, 12)), (a, b) => Math.Abs(a - b) < 1e-11);
        var places = states.Select(plane.PlaceOf).ToArray();
        Assert.Equal(6, places[0].X, 12);
        Assert.Equal([3, 3], places[1..3].Select(place => Math.Round(Math.Abs(place.Y), 12)));
        Assert.Equal(-places[1].Y, places[2].Y, 12);
        Assert.Equal([0, 0, 0, 1, 0], places.Select(place => Math.Round(place.Distance, 12)));
        Assert.Equal(new PlanePlace(0, 0, 0), places[4]);
    }

    [Fact]
    public void Distances_are_those_of_float64_over_all_weights()
    {
        NetworkState[] states = [.. Enumerable.Range(1, 6).Select(seed => Toy.Start((ulong)seed))];
        var (plane, _) = TrajectoryPlane.Of(states, states[2]);
        foreach (var state in states)
        {
            var place = plane.PlaceOf(state);
            var squares = 0.0;
            for (var i = 0; i < state.Weights.Length; i++)
            {
                var beside = state.Weights[i] - (states[2].Weights[i] + (place.X * plane.First.Weights[i]) + (place.Y * plane.Second.Weights[i]));
                squares += beside * beside;
            }

            Assert.Equal(Math.Sqrt(squares), place.Distance, 9);
        }

        Assert.Equal(1, plane.First.Length, 12);
        Assert.Equal(1, plane.Second.Length, 12);
        Assert.Equal(0, plane.First.Dot(plane.Second), 12);
        Assert.Equal(0, plane.PlaceOf(states[2]).Distance);
    }

    [Fact]
    public void No_other_plane_through_the_origin_is_nearer_to_the_states()
    {
        NetworkState[] states = [.. Enumerable.Range(1, 5).Select(seed => Toy.Start((ulong)seed))];
        var best = Squares(TrajectoryPlane.Of(states, states[4]).Plane);
        Assert.All(new[] { (0, 1), (1, 2), (0, 3) }, pair => Assert.True(best < Squares(Plane.Through(states[4], states[pair.Item1], states[pair.Item2]))));

        double Squares(Plane plane) => states.Sum(state => Math.Pow(plane.PlaceOf(state).Distance, 2));
    }

    [Fact]
    public void States_on_one_line_are_refused()
    {
        foreach (var states in new[] { new[] { Of(1, 0, 0, 0), Of(2, 0, 0, 0) }, [Of(1, 2, 3, 4)], [Of(1, 0, 0, 0), Of(2, 0, 0, 0), Of(5, 0, 0, 0)] })
        {
            Assert.Contains("span no plane", Assert.Throws<SettingException>(() => TrajectoryPlane.Of(states, states[^1])).Message, StringComparison.Ordinal);
        }
    }

    private static NetworkState Of(params float[] weights) => new(Space, weights);
}
