using System.Text.Json.Serialization;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Walks the straight line between two states and evaluates the points.</summary>
public sealed record PathJob : Job<PathResult>
{
    /// <inheritdoc/>
    public override string Kind => "path";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the first state.</summary>
    public required Job First { get; init; }

    /// <summary>The job that made the second state.</summary>
    public required Job Second { get; init; }

    /// <summary>The data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Equally spaced points, the ends included.</summary>
    public required int Points { get; init; }

    /// <summary>The part of the line to walk; null for that between the states. The states themselves are measured wherever it lies.</summary>
    public PathRange? Range { get; init; }

    /// <summary>Evaluate on the training set (without augmentation) instead of the test set.</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>Estimate batch norm's running statistics anew at each point between the ends; null interpolates them.</summary>
    public Recalibration? Recalibration { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    // 2: the ends are measured as EvaluateJob does.
    /// <inheritdoc/>
    public override int Bits => 2;

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [First, Second];

    /// <inheritdoc/>
    public override string Title => $"walk the path between two copies of {Model}";

    /// <inheritdoc/>
    public override double Cost
    {
        get
        {
            var (train, test) = Datasets.ExpectedSize(Data);
            return Points * Arithmetic.Forward(Model) * ((OnTrainingSet ? train : test) + (Recalibration?.Examples ?? 0));
        }
    }

    /// <inheritdoc/>
    protected internal override PathResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var (first, second) = (context.State(First, network.Space), context.State(Second, network.Space));
        FiniteWeights.Demand(first, "The first network");
        FiniteWeights.Demand(second, "The second network");
        var (mask, kernels) = (Mask.OfRemaining([first, second]), KernelNames.Parse(Kernels));
        var examples = OnTrainingSet ? data.Train : data.Test;
        double[] places = [.. (Range ?? PathRange.Between).Places(Points).Union([0, 1]).Order()];
        foreach (var place in places.Where(place => Recalibration is null && (place is < 0 or > 1))) RunningVariances.Demand(network.Space, LinearPath.At(first, second, place).Statistics, $"{place:G3}");
        using var recalibrator = Recalibration is null ? null : new Recalibrator(network, Recalibration, data.Train, context.Team, mask, kernels, Backends.Find(Backend));
        using var evaluator = new Evaluator(network, examples, context.Team, mask, kernels, backend: Backends.Find(Backend));
        var all = ((double)places.Length * examples.Count) + (places.Count(place => place is not (0 or 1)) * (recalibrator?.Examples ?? 0));
        var points = LinearPath.Evaluate(first, second, places, evaluator, recalibrator, seen => context.Advance(seen / all), context.Cancellation);
        return new PathResult([.. points.Select(point => point.Alpha switch { 0 => Alone(point, first), 1 => Alone(point, second), _ => point })]);

        // Where the other network has more weights, its kernels add up in another order; an end is to be what it is by itself.
        PathPoint Alone(PathPoint point, NetworkState end)
        {
            var own = Mask.OfRemaining([end]);
            if (own.Equals(mask)) return point;
            using var alone = new Evaluator(network, examples, context.Team, own, kernels, backend: Backends.Find(Backend));
            var loss = alone.Evaluate(end, context.Cancellation);
            return new PathPoint(point.Alpha, loss.Loss, loss.Error);
        }
    }
}

/// <param name="Points">Loss and error along the line; the first state is at 0, the second at 1.</param>
public sealed record PathResult(IReadOnlyList<PathPoint> Points)
{
    /// <summary>What the points from one state to the other say together.</summary>
    [JsonIgnore]
    public ErrorBarrier Barrier => new([.. Points.Where(point => point.Alpha is >= 0 and <= 1)]);
}
