using System.Diagnostics;
using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Jobs.Claims;

namespace Tombola.Jobs;

/// <summary>Runs a graph of jobs on this machine: as many at once as there are workers, each on one thread; when fewer are ready, they share the spare threads.</summary>
/// <remarks>
/// Results do not depend on the number of workers, since no job's result depends on its threads. A job that fails takes only those along that need it;
/// but when the store cannot be written, nothing more is started, since it would be lost.
/// </remarks>
public sealed class LocalExecutor : IExecutor
{
    /// <summary>How often a job may be lost to another process before something is wrong with the store's claims.</summary>
    private const int MostLosses = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly int _workers;

    /// <summary>An executor of so many workers.</summary>
    public LocalExecutor(Store store, DatasetCache data, int workers)
    {
        SettingException.ThrowIfLessThan(workers, 1, "The number of workers");
        (Store, Data, _workers) = (store, data, workers);
    }

    /// <inheritdoc/>
    public Store Store { get; }

    /// <inheritdoc/>
    public DatasetCache Data { get; }

    /// <inheritdoc/>
    public string Description => $"{_workers} workers";

    /// <inheritdoc/>
    public JobsOutcome Try(IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var graph = new JobGraph(Store, wanted, cancellation);
        var schedule = new JobSchedule(graph);
        Store.Claims.Sweep(key => Directory.Exists(Store.EntryOf(key)));
        if (graph.Nodes.Count == 0) return schedule.Outcome();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var heart = new Timer(_ => Beat(schedule), null, ClaimTable.Interval, ClaimTable.Interval);
        var threads = Enumerable.Range(0, _workers).Select(i => new Thread(() => Work(schedule, stop)) { Name = $"Tombola worker {i}" }).ToArray();
        foreach (var thread in threads) thread.Start();
        try
        {
            foreach (var thread in threads)
            {
                while (!thread.Join(Tick)) progress?.Report(schedule.Progress());
            }

            progress?.Report(schedule.Progress());
        }
        finally
        {
            // A listener that throws must not leave workers behind.
            if (threads.Any(thread => thread.IsAlive)) stop.Cancel();
            foreach (var thread in threads) thread.Join();
        }

        if (cancellation.IsCancellationRequested) throw new JobsStoppedException(cancellation) { Failures = schedule.Outcome().Failures, HasCheckpoints = schedule.HasLeftCheckpoints };
        return schedule.Outcome();
    }

    private void Work(JobSchedule schedule, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && schedule.TryTake(out var node))
        {
            if (node is null) stop.Token.WaitHandle.WaitOne(Tick);
            else if (TryBegin(schedule, node, stop.Token) is { } attempt)
            {
                Carry(schedule, attempt, stop.Token);
                GiveBack(schedule, attempt);
            }
        }
    }

    /// <summary>Claims a job, unless it is in the store already. Null if another process has it, or if something stands in its way.</summary>
    private JobAttempt? TryBegin(JobSchedule schedule, JobGraph.Node node, CancellationToken stop)
    {
        try
        {
            JobClaim? claim = null;
            if (!Store.Contains(node.Job))
            {
                (claim, var holder) = Store.Claim(node.Job);
                if (claim is null)
                {
                    schedule.PutBack(node, holder);
                    return null;
                }
            }

            var attempt = new JobAttempt(node, claim, schedule.ThreadsOf(_workers), CancellationTokenSource.CreateLinkedTokenSource(stop));
            schedule.Begin(attempt);
            return attempt;
        }
#pragma warning disable CA1031 // Whatever stands in a job's way, the others need not suffer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(schedule, node, failure);
            return null;
        }
    }

    /// <summary>Brings one job to its end, whatever that is.</summary>
    private void Carry(JobSchedule schedule, JobAttempt attempt, CancellationToken stop)
    {
        var node = attempt.Node;
        try
        {
            // Another process may have finished the job between our look at the store and our claim.
            if (!Store.Contains(node.Job)) Execute(schedule, attempt);
            else attempt.Claim?.Drop();
            schedule.Finish(node);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            schedule.Abandon(node);
        }
        catch (Exception failure) when (failure is not InvalidDataException && attempt.Claim is { IsLost: true } && ++node.Losses <= MostLosses)
        {
            // Another process has taken the job over; its result will do, or we try again.
            schedule.Say($"'{node.Job.Title}' was taken over by another process, since this one gave no sign of life.");
            schedule.PutBack(node, null);
        }
#pragma warning disable CA1031 // Whatever goes wrong in a job, the others need not suffer, and a person gets a sentence.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(schedule, node, failure);
        }
    }

    private void Execute(JobSchedule schedule, JobAttempt attempt)
    {
        var job = attempt.Node.Job;
        using var team = new ThreadTeam(attempt.Threads);
        var context = new JobContext
        {
            Store = Store,
            Data = Data,
            Folder = attempt.Claim!.Folder,
            Team = team,
            Cancellation = attempt.Cancellation.Token,
            Advance = fraction => attempt.Fraction = fraction,
            Say = schedule.Say,
        };
        var watch = Stopwatch.StartNew();
        var isFirst = EntryCheck.IsFinished(context.Folder, job.Key) ? EntryCommit.Finish(Store, job, context.Folder, EntryChecksums.Read(context.Folder, out _)!.Sums) : Compute(job, context);
        schedule.Computed(attempt.Node, watch.Elapsed, isReproduced: !isFirst);
    }

    private bool Compute(Job job, JobContext context)
    {
        if (!job.GoesOn) context.Clear();
        return EntryCommit.Run(Store, job, context, job.Execute(context));
    }

    private void Fail(JobSchedule schedule, JobGraph.Node node, Exception failure)
    {
        if (failure is StoreWriteException && !Store.CanBeWritten()) schedule.Close();
        schedule.Fail(node, failure);
    }

    private static void GiveBack(JobSchedule schedule, JobAttempt attempt)
    {
        try
        {
            attempt.Dispose();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The process ends some time, and then the claim counts no more.
            schedule.Say($"The claim of '{attempt.Node.Job.Title}' could not be given back ({refused.Message.TrimEnd('.')}); it ends with this process.");
        }
    }

    /// <summary>Gives a sign of life for every job, and stops those that were lost.</summary>
    private static void Beat(JobSchedule schedule)
    {
        foreach (var attempt in schedule.Running()) attempt.Beat();
    }
}
