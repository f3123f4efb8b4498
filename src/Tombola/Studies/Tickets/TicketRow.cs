using Tombola.Jobs;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>One trained copy behind a row of a study: the entries that have its mask, the state it was rewound to, and its end, and where their files are.</summary>
/// <param name="Preset">Name of the preset.</param>
/// <param name="Kind">Kind of the network, <c>dense</c> at level 0.</param>
/// <param name="Level">Level of pruning.</param>
/// <param name="StartStep">Step k that it started from.</param>
/// <param name="Restarted">Whether it was trained for T steps instead of T - k.</param>
/// <param name="Step">Step of its end.</param>
/// <param name="Replicate">Number of the replicate.</param>
/// <param name="Copy">Number of the copy.</param>
/// <param name="Density">Fraction of prunable weights that remain.</param>
/// <param name="TestAccuracy">At its end.</param>
/// <param name="MaskKey">Entry of the mask; null for a dense network.</param>
/// <param name="RewoundKey">Entry of the state that it started from, to which the mask is still to be applied.</param>
/// <param name="TrainedKey">Entry of its end.</param>
/// <param name="MaskFile">The mask, from the store on; null for a dense network.</param>
/// <param name="RewoundFile">The state that it started from, likewise.</param>
/// <param name="TrainedFile">The state of its end, likewise.</param>
public sealed record TicketRow(
    string Preset,
    string Kind,
    int Level,
    long StartStep,
    bool Restarted,
    long Step,
    int Replicate,
    int Copy,
    double Density,
    double TestAccuracy,
    string? MaskKey,
    string RewoundKey,
    string TrainedKey,
    string? MaskFile,
    string RewoundFile,
    string TrainedFile)
{
    /// <summary>The copies of a condition in all replicates.</summary>
    /// <param name="context">The setting.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="copies">How many of each replicate.</param>
    /// <param name="results">Has those of the trainings.</param>
    /// <param name="at">Step that the copies are looked at, where it is not their end.</param>
    internal static IEnumerable<TicketRow> Of(StudyContext context, Condition condition, int copies, Results results, long? at = null) =>
        from replicate in context.Replicates
        let ticket = new Ticket(replicate, condition)
        from copy in Enumerable.Range(0, copies)
        let end = ticket.Trained(copy)
        let trained = at is { } step ? end with { To = step } : end
        let result = results.Of(trained)
        select new TicketRow(
            context.Preset.Name,
            condition.NameOfKind,
            condition.Level,
            condition.StartStep,
            condition.Restarted,
            trained.To,
            replicate.Number,
            copy,
            (double)result.Remaining / result.Prunable,
            Accuracy.Of(result.Last.TestError),
            ticket.Mask?.Key,
            ticket.Rewound.Key,
            trained.Key,
            ticket.Mask is { } mask ? File(mask, PruneResult.FileName) : null,
            File(ticket.Rewound, Store.StateFile),
            File(trained, Store.StateFile));

    /// <summary>With slashes on every system, as addresses have them.</summary>
    private static string File(Job job, string name) => $"{job.Key[..2]}/{job.Key}/{name}";
}
