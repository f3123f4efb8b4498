using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>The curvature of the training loss along the weights that a pruning takes away (Paul et al. 2023: magnitude pruning picks flat directions).</summary>
public sealed record FlatnessJob : Job<FlatnessResult>
{
    /// <inheritdoc/>
    public override string Kind => "flatness";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state.</summary>
    public required Job State { get; init; }

    /// <summary>The job that made the mask that is looked at.</summary>
    public required Job<PruneResult> Mask { get; init; }

    /// <summary>The data set, of which the training examples count.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Of what, and over what.</summary>
    public CurvatureSettings Curvature { get; init; } = new();

    /// <summary>The kernels that sparse networks are computed with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [State, Mask];

    /// <inheritdoc/>
    public override string Title => $"curvature along pruned weights of {Model}";

    /// <inheritdoc/>
    public override double Cost => SpectrumJob.CostOfProduct(Model, Data, Curvature);

    /// <inheritdoc/>
    protected internal override FlatnessResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var (state, next) = (context.State(State, network.Space), context.Mask(Mask, network.Space)!);
        var mask = Engine.Networks.Mask.OfRemaining([state]);
        using var curvature = new CurvatureOperator(
            network, state, context.Data.Load(Data).Train, Curvature, mask, context.Team, KernelNames.Parse(Kernels), Backends.Find(Backend))
        {
            Between = context.Cancellation.ThrowIfCancellationRequested,
        };
        var (pruned, product) = (new float[curvature.Dimension], new double[curvature.Dimension]);
        var square = 0.0;
        for (var i = 0; i < pruned.Length; i++)
        {
            var index = curvature.Coordinates[i];
            if (next[index]) continue;
            pruned[i] = state.Weights[index];
            square += (double)pruned[i] * pruned[i];
        }

        if (square == 0) throw new SettingException($"The mask takes no weight away from this {Model} that is not zero, so there is no direction to look along. Take a sparser mask.");
        curvature.Multiply(pruned, product);
        return new FlatnessResult(CurvatureVectors.Dot(pruned, product) / square, Math.Sqrt(square), pruned.Length);
    }
}

/// <param name="Curvature">a'Ha / a'a, where a has the weights that the mask takes away.</param>
/// <param name="Distance">Length of a: how far the pruning moves the weights.</param>
/// <param name="Dimension">Weights that could move.</param>
public sealed record FlatnessResult(double Curvature, double Distance, int Dimension);
