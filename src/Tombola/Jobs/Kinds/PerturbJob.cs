using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;

namespace Tombola.Jobs;

/// <summary>Moves a masked state in a random direction within its mask, as far as, or some times as far as, the next pruning moves it.</summary>
/// <remarks>
/// Paul et al. 2023: SGD finds the same linearly connected region from the masked rewind points of two neighbouring levels if it is robust to perturbations as long as the way between them, which
/// is the norm of W_k over the weights that are pruned at the denser one.
/// </remarks>
public sealed record PerturbJob : Job<PerturbResult>
{
    /// <inheritdoc/>
    public override string Kind => "perturb";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state, W_k.</summary>
    public required Job State { get; init; }

    /// <summary>The job that made the mask; null for all weights.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>The job that made the mask of the next level.</summary>
    public required Job<PruneResult> Next { get; init; }

    /// <summary>Length of the perturbation as a multiple of the norm of the state over the weights that the next level lacks.</summary>
    public required double Scale { get; init; }

    /// <summary>What the direction is drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Mask is null ? [State, Next] : [State, Mask, Next];

    /// <inheritdoc/>
    public override string Title => $"perturb {Model}";

    /// <inheritdoc/>
    public override double Cost => 1e8;

    /// <inheritdoc/>
    protected internal override PerturbResult Run(JobContext context)
    {
        if (!(Scale > 0 && double.IsFinite(Scale))) throw new SettingException(FormattableString.Invariant($"The length of a perturbation is {Scale} times the norm of the pruned weights; it must be a number above 0."));
        var space = Architectures.Create(Model).Space;
        var (state, mask, next) = (context.State(State, space), context.Mask(Mask, space) ?? Engine.Networks.Mask.Full(space), context.Mask(Next, space)!);
        var length = Scale * RandomPerturbation.NormBetween(state, mask, next);
        var moved = RandomPerturbation.Of(state, mask, length, new RandomStream(Seed, RandomStream.Probe));
        context.Write(moved);
        return new PerturbResult(length, WeightDistance.Between(state.Under(mask), new NetworkState(space)).L2);
    }
}

/// <param name="Length">Euclidean length of the perturbation.</param>
/// <param name="Norm">Euclidean norm of the state's prunable weights under the mask, to compare with.</param>
public sealed record PerturbResult(double Length, double Norm);
