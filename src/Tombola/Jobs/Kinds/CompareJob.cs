using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Compares two states: distances of their weights, and of what they do on the test set.</summary>
public sealed record CompareJob : Job<CompareResult>
{
    /// <inheritdoc/>
    public override string Kind => "compare";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the first state.</summary>
    public required Job First { get; init; }

    /// <summary>The job that made the second state.</summary>
    public required Job Second { get; init; }

    /// <summary>Compare the weights that remain under this mask; null for all prunable ones.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>The data set whose test examples are classified.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Mask is null ? [First, Second] : [First, Second, Mask];

    /// <inheritdoc/>
    public override string Title => $"compare two copies of {Model}";

    /// <inheritdoc/>
    public override double Cost => 2 * Arithmetic.Forward(Model) * Datasets.ExpectedSize(Data).Test;

    /// <inheritdoc/>
    protected internal override CompareResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var (first, second) = (context.State(First, network.Space), context.State(Second, network.Space));
        var weights = WeightDistance.Between(first, second, context.Mask(Mask, network.Space));
        using var evaluator = new Evaluator(network, data.Test, context.Team, Engine.Networks.Mask.OfRemaining([first, second]), KernelNames.Parse(Kernels), backend: Backends.Find(Backend));
        var function = FunctionDistance.Between(first, second, data.Test.Count, evaluator, context.Cancellation);
        return new CompareResult(weights.L2, weights.Angle, weights.Cosine, function.PredictionDifference, function.LossDistance);
    }
}

/// <param name="L2">Euclidean distance of the weights.</param>
/// <param name="Angle">Angle between them, degrees.</param>
/// <param name="Cosine">Cosine of that angle.</param>
/// <param name="PredictionDifference">Fraction of test examples classified differently.</param>
/// <param name="LossDistance">Euclidean distance of the per-example losses, nats.</param>
public sealed record CompareResult(double L2, double Angle, double Cosine, double PredictionDifference, double LossDistance);
