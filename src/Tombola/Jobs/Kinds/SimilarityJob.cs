using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Compares two networks that may be pruned differently: where their weights are, how they point, and what they do.</summary>
public sealed record SimilarityJob : Job<SimilarityResult>
{
    /// <inheritdoc/>
    public override string Kind => "similarity";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the first state.</summary>
    public required Job First { get; init; }

    /// <summary>The job that made the second state.</summary>
    public required Job Second { get; init; }

    /// <summary>The data set whose test examples they are given.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [First, Second];

    /// <inheritdoc/>
    public override string Title => $"compare two networks {Model}";

    /// <inheritdoc/>
    public override double Cost => 4 * Arithmetic.Forward(Model) * Datasets.ExpectedSize(Data).Test;

    /// <inheritdoc/>
    protected internal override SimilarityResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var test = context.Data.Load(Data).Test;
        var (first, second) = (context.State(First, network.Space), context.State(Second, network.Space));
        FiniteWeights.Demand(first, "The first network");
        FiniteWeights.Demand(second, "The second network");
        var (masks, backend) = ((First: Mask.OfRemaining([first]), Second: Mask.OfRemaining([second])), Backends.Find(Backend));
        var weights = WeightDistance.Between(first, second, MaskOverlap.Common(masks.First, masks.Second));
        FunctionDistance function;
        using (var evaluator = new Evaluator(network, test, context.Team, Mask.OfRemaining([first, second]), KernelNames.Parse(Kernels), backend))
        {
            function = FunctionDistance.Between(first, second, test.Count, evaluator, context.Cancellation);
        }

        context.Advance(0.5);
        double? alignment = null;
        if (LastFeatures.Has(network))
        {
            using var features = new LastFeatures(network, test, context.Team, backend);
            alignment = CenteredAlignment.Of(features.Of(first, context.Cancellation), features.Of(second, context.Cancellation), test.Count);
        }

        return new SimilarityResult(
            weights.L2, weights.Angle, weights.Cosine, 2 * weights.Angle / 180, function.PredictionDifference, function.LossDistance, alignment, MaskOverlap.Of(masks.First, masks.Second));
    }
}

/// <param name="L2">Euclidean distance over the weights that remain in both networks.</param>
/// <param name="Angle">Angle between these weights, degrees.</param>
/// <param name="Cosine">Cosine of that angle.</param>
/// <param name="Similarity">2 angle / pi, which Maene et al. 2021 call similarity: 0 for the same direction, 1 for orthogonal ones.</param>
/// <param name="PredictionDifference">Fraction of test examples classified differently.</param>
/// <param name="LossDistance">Euclidean distance of the per-example losses, nats.</param>
/// <param name="Alignment">Linear CKA of what the last layer reads (Kornblith et al. 2019); null where the last layer is not linear, not a number where all examples look alike.</param>
/// <param name="Layers">Which weights remain in both, layer by layer; the last is the sum.</param>
public sealed record SimilarityResult(
    double L2, double Angle, double Cosine, double Similarity, double PredictionDifference, double LossDistance, double? Alignment, IReadOnlyList<MaskOverlap> Layers);
