using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Evaluates a grid of networks on a plane in weight space, and the networks that the plane was laid through.</summary>
public sealed record PlaneJob : Job<PlaneResult>
{
    /// <inheritdoc/>
    public override string Kind => "plane";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>One of <see cref="PlaneDirections"/>.</summary>
    public required string Directions { get; init; }

    /// <summary>The jobs that made the states: three to lay a plane through, one to start from in random directions, or those of a training from its start on.</summary>
    public required IReadOnlyList<Job> States { get; init; }

    /// <summary>The job that made the state at (0, 0) of a training's plane; null for the training's last.</summary>
    public Job? Origin { get; init; }

    /// <summary>The mask that the training kept to, under which its start is looked at; null for none.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>Seed of random directions.</summary>
    public ulong Seed { get; init; }

    /// <summary>The data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Points from left to right.</summary>
    public required int Columns { get; init; }

    /// <summary>Points from bottom to top.</summary>
    public required int Rows { get; init; }

    /// <summary>How far the grid goes beyond the states on every side, as a part of their larger extent.</summary>
    public double Margin { get; init; }

    /// <summary>The part of both random directions to look at; null for a grid around the states.</summary>
    public PathRange? Range { get; init; }

    /// <summary>Evaluate on the training set (without augmentation) instead of the test set.</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>Estimate batch norm's running statistics anew at each point but (0, 0); null lets them move along with the weights.</summary>
    public Recalibration? Recalibration { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [.. States, .. Origin is null ? [] : new[] { Origin }, .. Mask is null ? [] : new Job[] { Mask }];

    /// <inheritdoc/>
    public override string Title => $"evaluate {Columns} x {Rows} points of a plane of {Model}";

    /// <inheritdoc/>
    public override double Cost
    {
        get
        {
            var (train, test) = Datasets.ExpectedSize(Data);
            return ((double)Columns * Rows * Arithmetic.Forward(Model) * ((OnTrainingSet ? train : test) + (Recalibration?.Examples ?? 0)))
                + (States.Count * Arithmetic.Forward(Model) * (OnTrainingSet ? train : test));
        }
    }

    /// <inheritdoc/>
    protected internal override PlaneResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var networks = NetworksOf(context, network.Space);
        var (plane, explained) = PlaneOf(networks);
        PlanePlace[] places = [.. networks.Select(plane.PlaceOf)];
        var grid = Range is null ? PlaneGrid.Around(places, Margin, Columns, Rows) : PlaneGrid.Over(Range, Columns, Rows);
        var (mask, kernels, backend, examples) = (Engine.Networks.Mask.OfRemaining(networks), KernelNames.Parse(Kernels), Backends.Find(Backend), OnTrainingSet ? data.Train : data.Test);
        using var recalibrator = Recalibration is null ? null : new Recalibrator(network, Recalibration, data.Train, context.Team, mask, kernels, backend);
        var all = ((double)examples.Count * (grid.Points.Count + networks.Count)) + ((double)grid.Points.Count * (recalibrator?.Examples ?? 0));
        IReadOnlyList<PlanePoint> points;
        using (var evaluator = new Evaluator(network, examples, context.Team, mask, kernels, backend))
        {
            points = PlaneSurface.Evaluate(plane, grid, evaluator, recalibrator, seen => context.Advance(seen / all), context.Cancellation);
        }

        return new PlaneResult(grid.X, grid.Y, points, [.. networks.Zip(places, Alone)], explained);

        // Where other networks have more weights, kernels add up in another order; a network is to be what it is by itself.
        PlaneMark Alone(NetworkState state, PlanePlace place)
        {
            using var alone = new Evaluator(network, examples, context.Team, Engine.Networks.Mask.OfRemaining([state]), kernels, backend);
            var loss = alone.Evaluate(state, context.Cancellation);
            return new PlaneMark(place.X, place.Y, place.Distance, loss.Loss, loss.Error);
        }
    }

    /// <summary>The states, and the origin after them where it is none of them.</summary>
    private IReadOnlyList<NetworkState> NetworksOf(JobContext context, WeightSpace space)
    {
        var mask = context.Mask(Mask, space);
        return
        [
            .. States.Select(job => context.State(job, space)).Select(state => mask is null ? state : state.Under(mask)),
            .. Origin is null ? [] : new[] { context.State(Origin, space) },
        ];
    }

    private (Plane Plane, IReadOnlyList<double>? Explained) PlaneOf(IReadOnlyList<NetworkState> networks)
    {
        switch (Directions, networks)
        {
            case (PlaneDirections.Networks, [var first, var second, var third]):
                return (Plane.Through(first, second, third), null);
            case (PlaneDirections.Random, [var only]):
                return (FilterNormalisedDirection.PlaneOf(only, Seed), null);
            case (PlaneDirections.Trajectory, [.., var last]):
                var found = TrajectoryPlane.Of([.. networks.Take(States.Count)], last);
                return (found.Plane, found.Explained);
            default:
                throw new SettingException($"A plane of the directions '{Directions}' cannot be laid through {networks.Count} networks. There are {PlaneDirections.Networks} (of three), {PlaneDirections.Random} (from one) and {PlaneDirections.Trajectory}.");
        }
    }
}

/// <param name="X">Places of the columns.</param>
/// <param name="Y">Places of the rows.</param>
/// <param name="Points">Loss and error of the grid, row by row from the lowest.</param>
/// <param name="Marks">The states, in the job's order; and its origin last, where it has one.</param>
/// <param name="Explained">Of a training's plane: the fractions of the squared ways from the origin to the states that lie along x and along y; else null.</param>
public sealed record PlaneResult(IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<PlanePoint> Points, IReadOnlyList<PlaneMark> Marks, IReadOnlyList<double>? Explained);

/// <summary>A network that a plane was laid through, or by, evaluated as it is.</summary>
/// <param name="X">Of the nearest point of the plane.</param>
/// <param name="Y">Of the same.</param>
/// <param name="Distance">From that point, in weight space.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Error">Fraction of examples misclassified.</param>
public sealed record PlaneMark(double X, double Y, double Distance, double Loss, double Error);
