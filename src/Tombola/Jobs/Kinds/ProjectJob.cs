using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Jobs;

/// <summary>Applies a mask to a state: the network as pruning leaves it, before any retraining (Paul et al. 2023, the projection).</summary>
public sealed record ProjectJob : Job<ProjectResult>
{
    /// <inheritdoc/>
    public override string Kind => "project";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state.</summary>
    public required Job State { get; init; }

    /// <summary>The job that made the mask.</summary>
    public required Job<PruneResult> Mask { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [State, Mask];

    /// <inheritdoc/>
    public override string Title => $"project {Model} on a mask";

    /// <inheritdoc/>
    public override double Cost => 5e7;

    /// <inheritdoc/>
    protected internal override ProjectResult Run(JobContext context)
    {
        var space = Architectures.Create(Model).Space;
        var (state, mask) = (context.State(State, space), context.Mask(Mask, space)!);
        if (mask.Remaining == 0) throw new SettingException($"The mask that {Model} should be projected on leaves no weight at all. Take one of a denser level.");
        var projected = state.Under(mask);
        context.Write(projected);
        return new ProjectResult(mask.Remaining, space.PrunableCount, Landscape.WeightDistance.Between(state, projected).L2);
    }
}

/// <param name="Remaining">Prunable weights that the mask leaves.</param>
/// <param name="Prunable">Prunable weights there are.</param>
/// <param name="Distance">Euclidean distance from the state to its projection.</param>
public sealed record ProjectResult(int Remaining, int Prunable, double Distance);
