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
public sealed class LocalExecutor
{
    /// <summary>How often a job may be lost to another process before something is wrong with the store's claims.</summary>
    private const int MostLosses = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly Store _store;
    private readonly DatasetCache _data;
    private readonly int _workers;
    private readonly object _gate = new();
    private readonly List<JobGraph.Node> _all = [], _ready = [];
    private readonly Dictionary<JobGraph.Node, JobAttempt> _running = [];
    private readonly Dictionary<string, RunningJob> _elsewhere = [];
    private readonly Dictionary<string, double> _seconds = [];
    private readonly Dictionary<JobGraph.Node, Exception> _failed = [];
    private readonly List<string> _news = [];
    private int _done, _total, _reproduced;
    private double _costDone, _costTotal;
    private bool _unwritable;

    public LocalExecutor(Store store, DatasetCache data, int workers)
    {
        SettingException.ThrowIfLessThan(workers, 1, "The number of workers");
        (_store, _data, _workers) = (store, data, workers);
    }

    /// <summary>Computes what the store lacks of the wanted jobs and of everything they need.</summary>
    /// <param name="wanted">The jobs whose results somebody will read.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">Stops soon; training jobs leave a checkpoint.</param>
    /// <exception cref="JobsFailedException">Some jobs failed; the others are in the store.</exception>
    /// <exception cref="JobsStoppedException">The run was cancelled.</exception>
    public JobsOutcome Run(IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation) => Try(wanted, progress, cancellation) switch
    {
        { Failures: { Count: > 0 } failures } => throw new JobsFailedException(failures),
        var outcome => outcome,
    };

    /// <summary>The same, but failures are a part of what comes out.</summary>
    /// <exception cref="JobsStoppedException">The run was cancelled.</exception>
    public JobsOutcome Try(IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var graph = new JobGraph(_store, wanted, cancellation);
        Start(graph);
        _store.Claims.Sweep(key => Directory.Exists(_store.EntryOf(key)));
        if (graph.Nodes.Count == 0) return Outcome();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var heart = new Timer(_ => Beat(), null, ClaimTable.Interval, ClaimTable.Interval);
        var threads = Enumerable.Range(0, _workers).Select(i => new Thread(() => Work(stop)) { Name = $"Tombola worker {i}" }).ToArray();
        foreach (var thread in threads) thread.Start();
        try
        {
            foreach (var thread in threads)
            {
                while (!thread.Join(Tick)) progress?.Report(Snapshot());
            }

            progress?.Report(Snapshot());
        }
        finally
        {
            // A listener that throws must not leave workers behind.
            if (threads.Any(thread => thread.IsAlive)) stop.Cancel();
            foreach (var thread in threads) thread.Join();
        }

        if (cancellation.IsCancellationRequested) throw new JobsStoppedException(cancellation) { Failures = Outcome().Failures };
        return Outcome();
    }

    private void Start(JobGraph graph)
    {
        (_done, _total, _reproduced, _costDone, _costTotal, _unwritable) = (0, graph.Nodes.Count, 0, 0, graph.Nodes.Sum(node => node.Cost), false);
        _seconds.Clear();
        _failed.Clear();
        _running.Clear();
        _elsewhere.Clear();
        _all.Clear();
        _all.AddRange(graph.Nodes);
        _ready.Clear();
        _ready.AddRange(graph.Nodes.Where(node => node.Missing == 0));
    }

    private JobsOutcome Outcome() => new(
        _seconds.ToDictionary(),
        _reproduced,
        [.. _failed.Select(failed => new JobFailure(failed.Key.Job.Key, failed.Key.Job.Title, FailureSentence.Of(failed.Value), failed.Key.Dependents().Count) { IsUsage = failed.Value is SettingException })],
        _all.Where(node => !node.IsDone).Select(node => node.Job.Key).ToHashSet());

    private void Work(CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && Take(stop.Token, out var attempt))
        {
            if (attempt is null)
            {
                // Everything that is left waits for a job that another worker or another process has.
                stop.Token.WaitHandle.WaitOne(Tick);
                continue;
            }

            Carry(attempt, stop.Token);
            GiveBack(attempt);
        }
    }

    private void GiveBack(JobAttempt attempt)
    {
        try
        {
            attempt.Dispose();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The process ends some time, and then the claim counts no more.
            lock (_gate) _news.Add($"The claim of '{attempt.Node.Job.Title}' could not be given back ({refused.Message.TrimEnd('.')}); it ends with this process.");
        }
    }

    /// <summary>Brings one job to its end, whatever that is.</summary>
    private void Carry(JobAttempt attempt, CancellationToken stop)
    {
        try
        {
            // Another process may have finished the job between our look at the store and our claim.
            if (!_store.Contains(attempt.Node.Job)) Execute(attempt);
            else attempt.Claim?.Drop();
            Finish(attempt.Node);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            lock (_gate) _running.Remove(attempt.Node);
        }
        catch (Exception failure) when (failure is not InvalidDataException && attempt.Claim is { IsLost: true } && ++attempt.Node.Losses <= MostLosses)
        {
            // Another process has taken the job over; its result will do, or we try again.
            lock (_gate)
            {
                _running.Remove(attempt.Node);
                _ready.Add(attempt.Node);
                _news.Add($"'{attempt.Node.Job.Title}' was taken over by another process, since this one gave no sign of life.");
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong in a job, the others need not suffer, and a person gets a sentence.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(attempt.Node, failure);
        }
    }

    private void Execute(JobAttempt attempt)
    {
        var job = attempt.Node.Job;
        using var team = new ThreadTeam(attempt.Threads);
        var context = new JobContext
        {
            Store = _store,
            Data = _data,
            Folder = attempt.Claim!.Folder,
            Team = team,
            Cancellation = attempt.Cancellation.Token,
            Advance = fraction => attempt.Fraction = fraction,
            Say = sentence =>
            {
                lock (_gate) _news.Add(sentence);
            },
        };
        var watch = Stopwatch.StartNew();
        var reproduced = !(EntryCheck.IsFinished(context.Folder, job.Key) ? EntryCommit.Finish(_store, job, context.Folder, EntryChecksums.Read(context.Folder, out _)!.Sums) : Compute(job, context));
        lock (_gate)
        {
            _seconds[job.Key] = watch.Elapsed.TotalSeconds;
            if (reproduced) _reproduced++;
        }
    }

    private bool Compute(Job job, JobContext context)
    {
        if (!job.GoesOn) context.Clear();
        return EntryCommit.Run(_store, job, context, job.Execute(context));
    }

    /// <summary>The most urgent ready job that nobody else computes. False when nothing is left to do.</summary>
    private bool Take(CancellationToken stop, out JobAttempt? attempt)
    {
        attempt = null;
        lock (_gate)
        {
            if (_unwritable || (_ready.Count == 0 && _running.Count == 0)) return false;
            foreach (var node in _ready.Where(node => node.HeldUntil < Stopwatch.GetTimestamp()).OrderByDescending(node => node.PathCost()).ToArray())
            {
                JobClaim? claim = null;
                try
                {
                    if (!_store.Contains(node.Job))
                    {
                        (claim, var holder) = _store.Claim(node.Job);
                        if (claim is null)
                        {
                            // Looking costs some calls of the system, and all workers look.
                            node.HeldUntil = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
                            if (holder is not null) _elsewhere[node.Job.Key] = holder;
                            continue;
                        }
                    }
                }
#pragma warning disable CA1031 // Whatever stands in a job's way, the others need not suffer.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    Fail(node, failure);
                    return true;
                }

                _ready.Remove(node);
                _elsewhere.Remove(node.Job.Key);
                attempt = new JobAttempt(node, claim, Math.Max(1, _workers / (_ready.Count + _running.Count + 1)), CancellationTokenSource.CreateLinkedTokenSource(stop));
                _running[node] = attempt;
                return true;
            }

            return true;
        }
    }

    private void Finish(JobGraph.Node node)
    {
        lock (_gate)
        {
            _running.Remove(node);
            node.IsDone = true;
            _done++;
            _costDone += node.Cost;
            foreach (var waiting in node.Waiting)
            {
                if (--waiting.Missing == 0) _ready.Add(waiting);
            }
        }
    }

    /// <summary>Those that need the job never become ready, so they are left out by themselves.</summary>
    private void Fail(JobGraph.Node node, Exception failure)
    {
        lock (_gate)
        {
            _running.Remove(node);
            _ready.Remove(node);
            _elsewhere.Remove(node.Job.Key);
            _unwritable |= failure is StoreWriteException && !_store.CanBeWritten();
            _failed[node] = failure;
            _news.Add($"'{node.Job.Title}' failed: {FailureSentence.Of(failure)}");
        }
    }

    /// <summary>Gives a sign of life for every job, and stops those that were lost.</summary>
    private void Beat()
    {
        JobAttempt[] attempts;
        lock (_gate) attempts = [.. _running.Values];
        foreach (var attempt in attempts) attempt.Beat();
    }

    private JobProgress Snapshot()
    {
        lock (_gate)
        {
            var partial = _running.Sum(pair => pair.Key.Cost * pair.Value.Fraction);
            string[] news = [.. _news];
            _news.Clear();
            return new JobProgress(_done, _total, _costDone + partial, _costTotal, [.. _running.Keys.Select(node => node.Job.Title)])
            {
                Failed = _failed.Count,
                Elsewhere = [.. _elsewhere.Values],
                News = news,
            };
        }
    }
}
