using System.Text.Json.Serialization;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Walks the straight line between two states and evaluates the points.</summary>
public sealed record PathJob : Job<PathResult>
{
    public override string Kind => "path";

    public required string Model { get; init; }

    public required StateRef First { get; init; }

    public required StateRef Second { get; init; }

    public required DatasetSpec Data { get; init; }

    /// <summary>Equally spaced points, the ends included.</summary>
    public required int Points { get; init; }

    /// <summary>Also evaluate on the training set (without augmentation).</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>Estimate batch norm's running statistics anew at each point between the ends; null interpolates them.</summary>
    public Recalibration? Recalibration { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    public override IEnumerable<Job> Inputs => [First.Of, Second.Of];

    public override string Title => $"walk the path between two copies of {Model}";

    public override double Cost
    {
        get
        {
            var (train, test) = Datasets.ExpectedSize(Data);
            return (double)Points * Architectures.Create(Model).Flops / 2 * (test + (OnTrainingSet ? train : 0) + (Recalibration?.Examples ?? 0));
        }
    }

    internal override PathResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var (first, second) = (context.State(First, network.Space), context.State(Second, network.Space));
        var (mask, kernels) = (Mask.OfNonZeros([first, second]), KernelNames.Parse(Kernels));
        using var recalibrator = Recalibration is null ? null : new Recalibrator(network, Recalibration, data.Train, context.Team, mask, kernels);
        var whole = (double)data.Test.Count + (OnTrainingSet ? data.Train.Count : 0);
        return new PathResult(Walk(data.Test, 0), OnTrainingSet ? Walk(data.Train, data.Test.Count) : null);

        IReadOnlyList<PathPoint> Walk(ExampleSet examples, int before)
        {
            using var evaluator = new Evaluator(network, examples, context.Team, mask, kernels);
            return LinearPath.Evaluate(
                first, second, Points, evaluator, recalibrator, seen => context.Advance((before + ((double)seen / Points)) / whole), context.Cancellation);
        }
    }
}

/// <param name="Test">Points on the test set.</param>
/// <param name="Train">Points on the training set, if asked for.</param>
public sealed record PathResult(IReadOnlyList<PathPoint> Test, IReadOnlyList<PathPoint>? Train)
{
    [JsonIgnore]
    public ErrorBarrier TestBarrier => new(Test);

    [JsonIgnore]
    public ErrorBarrier? TrainBarrier => Train is null ? null : new ErrorBarrier(Train);
}
