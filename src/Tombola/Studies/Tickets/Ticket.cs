using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>What the field calls a ticket: a mask, the state that it is rewound to, and what becomes of it in training (Frankle et al. 2020, algorithm 2). A control and the dense network have the same parts.</summary>
/// <param name="Replicate">Its initialisation and noise.</param>
/// <param name="Condition">Which kind of network, from which step, at which level.</param>
public sealed record Ticket(Replicate Replicate, Condition Condition)
{
    /// <summary>The mask; null for the dense network.</summary>
    public Job<PruneResult>? Mask => Replicate.Mask(Condition);

    /// <summary>The state of step k, to which the mask is still to be applied.</summary>
    public Job Rewound => Replicate.StartOf(Condition);

    /// <summary>A copy at the end of its training.</summary>
    public TrainJob Trained(int copy = 0) => Replicate.Copy(Condition, copy);
}
