using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>The spectrum of the curvature of the training loss at a network.</summary>
public sealed record SpectrumJob : Job<SpectrumResult>
{
    /// <inheritdoc/>
    public override string Kind => "spectrum";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state.</summary>
    public required Job State { get; init; }

    /// <summary>The data set, of which the training examples count.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Of what, and over what.</summary>
    public CurvatureSettings Curvature { get; init; } = new();

    /// <summary>How much is spent.</summary>
    public SpectrumSettings Spending { get; init; } = new();

    /// <summary>Seed of the random vectors.</summary>
    public ulong Seed { get; init; }

    /// <summary>The kernels that sparse networks are computed with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [State];

    /// <inheritdoc/>
    public override string Title => $"spectrum of the {Curvature.Matrix} of {Model}";

    // The ends are mostly found with about half of the products that they may take.
    /// <inheritdoc/>
    public override double Cost => 0.6 * Spending.Products * CostOfProduct(Model, Data, Curvature);

    /// <summary>A product takes some 2.5 gradients.</summary>
    internal static double CostOfProduct(string model, DatasetSpec data, CurvatureSettings settings) =>
        2.5 * Math.Min(settings.Examples, Datasets.ExpectedSize(data).Train) * Arithmetic.Training(model);

    /// <inheritdoc/>
    protected internal override SpectrumResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var state = context.State(State, network.Space);
        var mask = Mask.OfRemaining([state]);
        using var curvature = new CurvatureOperator(
            network, state, context.Data.Load(Data).Train, Curvature, mask, context.Team, KernelNames.Parse(Kernels), Backends.Find(Backend))
        {
            Between = context.Cancellation.ThrowIfCancellationRequested,
        };
        var spectrum = Spectrum.Of(curvature, curvature.Layers, Spending, Seed, products => context.Advance((double)products / Spending.Products));
        var square = 0.0;
        foreach (var index in curvature.Coordinates) square += (double)state.Weights[index] * state.Weights[index];
        return new SpectrumResult(spectrum, curvature.Loss, curvature.Examples, mask.Density, Math.Sqrt(square));
    }
}

/// <param name="Spectrum">What was found.</param>
/// <param name="Loss">Mean training loss over the examples, nats.</param>
/// <param name="Examples">Examples that it was taken over.</param>
/// <param name="Density">Fraction of the prunable weights that are not zero.</param>
/// <param name="Norm">Euclidean length of the weights that may move.</param>
public sealed record SpectrumResult(Spectrum Spectrum, double Loss, int Examples, double Density, double Norm);
