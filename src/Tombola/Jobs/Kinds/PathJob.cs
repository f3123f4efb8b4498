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

    /// <summary>Evaluate on the training set (without augmentation) instead of the test set.</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>Estimate batch norm's running statistics anew at each point between the ends; null interpolates them.</summary>
    public Recalibration? Recalibration { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

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
        var (mask, kernels) = (Mask.OfRemaining([first, second]), KernelNames.Parse(Kernels));
        var examples = OnTrainingSet ? data.Train : data.Test;
        using var recalibrator = Recalibration is null ? null : new Recalibrator(network, Recalibration, data.Train, context.Team, mask, kernels, Backends.Find(Backend));
        using var evaluator = new Evaluator(network, examples, context.Team, mask, kernels, backend: Backends.Find(Backend));
        return new PathResult(LinearPath.Evaluate(
            first, second, Points, evaluator, recalibrator, seen => context.Advance((double)seen / Points / examples.Count), context.Cancellation));
    }
}

/// <param name="Points">Loss and error from the first state to the second.</param>
public sealed record PathResult(IReadOnlyList<PathPoint> Points)
{
    /// <summary>What the points say together.</summary>
    [JsonIgnore]
    public ErrorBarrier Barrier => new(Points);
}
