using Tombola.Engine.Networks;
using Tombola.Interchange;

namespace Tombola.Jobs;

/// <summary>Takes a network's weights and statistics from a file that somebody made elsewhere.</summary>
public sealed record ImportJob : Job<ImportResult>
{
    /// <inheritdoc/>
    public override string Kind => "import";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>Any file that <see cref="ModelFiles"/> opens.</summary>
    public required ForeignFile File { get; init; }

    /// <summary>Whether tensors are taken in their order, whatever their names.</summary>
    public bool ByOrder { get; init; }

    /// <summary>A mask under which the weights are taken: those that it prunes become zero. Null for none.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>Which network of a run it is; null for a file by itself.</summary>
    public ImportOrigin? Origin { get; init; }

    // The density used to be that of a mask in the file, and 1 without one.
    /// <inheritdoc/>
    public override int Bits => 2;

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Mask is null ? [] : [Mask];

    /// <inheritdoc/>
    public override string Title => $"read {Model} from {File}";

    /// <inheritdoc/>
    public override double Cost => 1e7;

    /// <inheritdoc/>
    protected internal override ImportResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var reading = File.Read(file => StateReader.Read(file, network, ByOrder));
        var mask = context.Mask(Mask, network.Space);
        var state = mask is null ? reading.State : reading.State.Under(mask);
        context.Write(state);
        return new ImportResult(network.Space.Count, Engine.Networks.Mask.OfRemaining([state]).Density, reading.Notes);
    }
}

/// <param name="Weights">Number of weights.</param>
/// <param name="Density">Fraction of the prunable weights that are not zero.</param>
/// <param name="Notes">What a reader should know of how the file was read, in sentences.</param>
public sealed record ImportResult(int Weights, double Density, IReadOnlyList<string> Notes);
