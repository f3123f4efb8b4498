using Tombola.Engine.Networks;
using Tombola.Interchange;

namespace Tombola.Jobs;

/// <summary>Takes a mask from a file that somebody made elsewhere: one of masks, or a network with masks of its own.</summary>
public sealed record ImportMaskJob : Job<PruneResult>
{
    /// <inheritdoc/>
    public override string Kind => "import-mask";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>Any file that <see cref="ModelFiles"/> opens.</summary>
    public required ForeignFile File { get; init; }

    /// <summary>Whether tensors are taken in their order, whatever their names.</summary>
    public bool ByOrder { get; init; }

    /// <summary>Which network of a run it is of; null for a file by itself.</summary>
    public ImportOrigin? Origin { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [];

    /// <inheritdoc/>
    public override string Title => $"read a mask of {Model} from {File}";

    /// <inheritdoc/>
    public override double Cost => 1e7;

    /// <inheritdoc/>
    protected internal override PruneResult Run(JobContext context) =>
        PruneResult.Write(context, File.Read(file => StateReader.ReadMask(file, Architectures.Create(Model), ByOrder)));
}
