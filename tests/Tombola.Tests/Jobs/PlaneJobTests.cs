using Tombola.Data;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class PlaneJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_networks_of_a_plane_are_what_evaluate_says_of_them_to_the_bit()
    {
        // One of them is dense, so that the kernels of the plane are not those of the tickets.
        Job[] states = [Workshop.Ticket, Workshop.Train(Workshop.Prune, 3), Workshop.Dense];
        var store = new Store(_folder.FullPath);
        var plane = Of(PlaneDirections.Networks, states) with { Margin = 0.25, Columns = 3, Rows = 2 };
        EvaluateJob[] alone = [.. states.Select(state => Workshop.Evaluate with { State = state })];
        Workshop.Run(store, 2, [plane, .. alone]);
        var result = store.Result(plane);
        Assert.Equal(alone.Select(store.Result), result.Marks.Select(mark => new EvaluateResult(mark.Loss, mark.Error)));
        Assert.Equal((0, 0), (result.Marks[0].X, result.Marks[0].Y));
        Assert.Equal(0, result.Marks[1].Y);
        Assert.All(result.Marks, mark => Assert.Equal(0, mark.Distance));
        Assert.Equal((3, 2, 6), (result.X.Count, result.Y.Count, result.Points.Count));
        Assert.True(result.X[0] < result.Marks.Min(mark => mark.X) && result.X[^1] > result.Marks.Max(mark => mark.X));
    }

    [Fact]
    public void The_middle_of_a_random_plane_is_what_evaluate_says_of_the_network_to_the_bit()
    {
        var store = new Store(_folder.FullPath);
        var plane = Of(PlaneDirections.Random, [Workshop.Ticket]) with { Seed = 5, Range = new PathRange(-1, 1), Columns = 3, Rows = 3 };
        Workshop.Run(store, 2, plane, Workshop.Evaluate);
        var (result, alone) = (store.Result(plane), store.Result(Workshop.Evaluate));
        Assert.Equal(new PlanePoint(0, 0, alone.Loss, alone.Error), result.Points[4]);
        Assert.Equal(new PlaneMark(0, 0, 0, alone.Loss, alone.Error), Assert.Single(result.Marks));
        Assert.True(result.Points.Select(point => point.Loss).Distinct().Count() > 5);
    }

    [Fact]
    public void A_training_s_plane_starts_under_its_mask_and_ends_at_its_origin()
    {
        var store = new Store(_folder.FullPath);
        var half = Workshop.Ticket with { To = 50 };
        Job[] states = [Workshop.Initialise, half, Workshop.Ticket];
        var plane = Of(PlaneDirections.Trajectory, states) with { Mask = Workshop.Prune, Margin = 0.1, Columns = 2, Rows = 2 };
        var elsewhere = plane with { Origin = Workshop.Dense };
        Workshop.Run(store, 2, plane, elsewhere, Workshop.Evaluate);
        var result = store.Result(plane);
        Assert.Equal((0, 0), (result.Marks[2].X, result.Marks[2].Y));
        Assert.Equal(store.Result(Workshop.Evaluate), new EvaluateResult(result.Marks[2].Loss, result.Marks[2].Error));
        Assert.All(result.Marks, mark => Assert.Equal(0, mark.Distance));
        var start = store.State(Workshop.Initialise).Under(store.Reading(() => Engine.Networks.StateFile.ReadMask(store.FileOf(Workshop.Prune, PruneResult.FileName), Tests.Training.Toy.Space)));
        var way = PlaneAxis.Between(store.State(Workshop.Ticket), start).Length;
        Assert.Equal(way, Math.Sqrt(Math.Pow(result.Marks[0].X, 2) + Math.Pow(result.Marks[0].Y, 2)), 9);
        var other = store.Result(elsewhere);
        Assert.Equal((4, 0, 0), (other.Marks.Count, other.Marks[3].X, other.Marks[3].Y));
        Assert.Contains(other.Marks, mark => mark.Distance > 0);
    }

    [Fact]
    public void Whatever_changes_bits_changes_the_key()
    {
        var plane = Of(PlaneDirections.Random, [Workshop.Ticket]) with { Range = new PathRange(-1, 1) };
        PlaneJob[] variants =
        [
            plane, plane with { Seed = 1 }, plane with { Columns = 5 }, plane with { Rows = 5 }, plane with { Range = new PathRange(-1, 2) }, plane with { Margin = 0.5 }, plane with { OnTrainingSet = true },
            plane with { Recalibration = Recalibration.Default }, plane with { Kernels = "dense" }, plane with { Directions = PlaneDirections.Networks }, plane with { States = [Workshop.Dense] },
            plane with { Origin = Workshop.Dense }, plane with { Mask = Workshop.Prune }, plane with { Data = new DatasetSpec { Name = "glyphs" } },
        ];
        Assert.Equal(variants.Length, variants.Select(variant => variant.Key).Distinct().Count());
        Assert.Equal([Workshop.Ticket, Workshop.Dense, Workshop.Prune], (plane with { Origin = Workshop.Dense, Mask = Workshop.Prune }).Inputs);
    }

    public void Dispose() => _folder.Dispose();

    private static PlaneJob Of(string directions, Job[] states) => new() { Model = Workshop.Model, Directions = directions, States = states, Data = Workshop.Glyphs, Columns = 4, Rows = 4 };
}
