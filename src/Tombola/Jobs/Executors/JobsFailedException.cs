
namespace Tombola.Jobs;

/// <summary>Some jobs of a graph failed; the others were computed all the same.</summary>
public sealed class JobsFailedException(IReadOnlyList<JobFailure> failures)
    : Exception(string.Join(' ', failures.Select(failure => failure.ToString())))
{
    /// <summary>The jobs that failed.</summary>
    public IReadOnlyList<JobFailure> Failures => failures;

    /// <summary>True if nothing but what was asked for is to blame.</summary>
    public bool IsUsage => failures.All(failure => failure.IsUsage);
}

/// <summary>A job that failed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Title">The job in words.</param>
/// <param name="Sentence">What went wrong, and what to do.</param>
/// <param name="Dependents">Jobs that could not be computed for want of this one.</param>
public sealed record JobFailure(string Key, string Title, string Sentence, int Dependents)
{
    /// <summary>True if the job cannot do what was asked of it.</summary>
    public bool IsUsage { get; init; }

    /// <summary>For a person.</summary>
    public override string ToString() => $"{Sentence} (Job: {Title}{Dependents switch { 0 => "", 1 => "; one other needs it", _ => $"; {Dependents} others need it" }}.)";
}

/// <summary>A graph of jobs was stopped: finished jobs are in the store, and trainings that ran left a checkpoint.</summary>
public sealed class JobsStoppedException(CancellationToken token) : OperationCanceledException("The jobs were stopped.", token)
{
    /// <summary>What had failed before.</summary>
    public IReadOnlyList<JobFailure> Failures { get; init; } = [];

    /// <summary>Whether something that ran left a checkpoint to go on from.</summary>
    public bool HasCheckpoints { get; init; }
}
