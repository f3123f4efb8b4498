using Tombola.Data;

namespace Tombola.Jobs;

/// <summary>Computes graphs of jobs into a store: on this machine, on a cluster, or wherever else.</summary>
public interface IExecutor
{
    /// <summary>Where results are and go.</summary>
    Store Store { get; }

    /// <summary>The data sets.</summary>
    DatasetCache Data { get; }

    /// <summary>What computes, in a few words, for reports: <c>2 workers</c>.</summary>
    string Description { get; }

    /// <summary>Computes what the store lacks of the wanted jobs and of everything they need. A job that fails takes only those along that need it.</summary>
    /// <param name="wanted">The jobs whose results somebody will read.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">Stops soon; training jobs leave a checkpoint.</param>
    /// <returns>What became of the jobs, failures included.</returns>
    /// <exception cref="JobsStoppedException">The run was cancelled.</exception>
    JobsOutcome Try(IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation);
}

/// <summary>What any executor can do besides.</summary>
public static class ExecutorExtensions
{
    /// <summary><see cref="IExecutor.Try"/>, where nothing can be done without all of the jobs.</summary>
    /// <exception cref="JobsFailedException">Some jobs failed; the others are in the store.</exception>
    /// <exception cref="JobsStoppedException">The run was cancelled.</exception>
    public static JobsOutcome Run(this IExecutor executor, IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(executor);
        return executor.Try(wanted, progress, cancellation) switch
        {
            { Failures: { Count: > 0 } failures } => throw new JobsFailedException(failures),
            var outcome => outcome,
        };
    }
}
