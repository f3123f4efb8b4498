namespace Tombola.Jobs;

/// <summary>What became of a graph of jobs.</summary>
/// <param name="Seconds">Time that each job took here, by its key; jobs that were there already, or that others computed, have none.</param>
/// <param name="Reproduced">Jobs that another process finished meanwhile, with the same bytes: an unasked check of both.</param>
/// <param name="Failures">Jobs that failed.</param>
/// <param name="Lacking">Keys of the jobs that the store still lacks: those, all that need them, and what was not started any more.</param>
public sealed record JobsOutcome(IReadOnlyDictionary<string, double> Seconds, int Reproduced, IReadOnlyList<JobFailure> Failures, IReadOnlySet<string> Lacking);
