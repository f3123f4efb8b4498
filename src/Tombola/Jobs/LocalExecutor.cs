using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Tombola.Engine.Numerics;

namespace Tombola.Jobs;

/// <summary>Runs a graph of jobs on this machine: as many at once as there are workers, each on one thread; when fewer are ready, they share the spare threads.</summary>
/// <remarks>Results do not depend on the number of workers, since no job's result depends on its threads.</remarks>
public sealed class LocalExecutor
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly Store _store;
    private readonly DatasetCache _data;
    private readonly int _workers;
    private readonly object _gate = new();
    private readonly List<JobGraph.Node> _ready = [];
    private readonly Dictionary<JobGraph.Node, double> _running = [];
    private readonly Dictionary<string, double> _seconds = [];
    private int _done, _total;
    private double _costDone, _costTotal;
    private ExceptionDispatchInfo? _failure;

    public LocalExecutor(Store store, DatasetCache data, int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        (_store, _data, _workers) = (store, data, workers);
    }

    /// <summary>Computes what the store lacks of the wanted jobs and of everything they need.</summary>
    /// <param name="wanted">The jobs whose results somebody will read.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">Stops soon; training jobs leave a checkpoint.</param>
    /// <returns>Seconds that each job took, by its key; jobs that were there already have none.</returns>
    public IReadOnlyDictionary<string, double> Run(IEnumerable<Job> wanted, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var graph = new JobGraph(_store, wanted, cancellation);
        _seconds.Clear();
        if (graph.Nodes.Count == 0) return _seconds;
        (_done, _total, _costDone, _costTotal, _failure) = (0, graph.Nodes.Count, 0, graph.Nodes.Sum(node => node.Job.Cost), null);
        _ready.Clear();
        _running.Clear();
        _ready.AddRange(graph.Nodes.Where(node => node.Missing == 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var threads = Enumerable.Range(0, _workers).Select(i => new Thread(() => Work(stop)) { Name = $"Tombola worker {i}" }).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads)
        {
            while (!thread.Join(Tick)) progress?.Report(Snapshot());
        }

        progress?.Report(Snapshot());
        cancellation.ThrowIfCancellationRequested();
        _failure?.Throw();
        return _seconds;
    }

    private void Work(CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && Take(out var claimed))
        {
            if (claimed is null)
            {
                // Everything that is left waits for a job that another worker or another process has.
                stop.Token.WaitHandle.WaitOne(Tick);
                continue;
            }

            var (node, claim, threads) = claimed.Value;
            try
            {
                using (claim)
                {
                    // Another process may have finished the job between our look at the store and our claim.
                    if (!_store.Contains(node.Job)) Execute(node, claim!, threads, stop.Token);
                    else claim?.Drop();
                }

                Finish(node);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                lock (_gate) _failure ??= ExceptionDispatchInfo.Capture(failure);
                stop.Cancel();
            }
        }
    }

    private void Execute(JobGraph.Node node, JobClaim claim, int threads, CancellationToken cancellation)
    {
        using var team = new ThreadTeam(threads);
        var context = new JobContext
        {
            Store = _store,
            Data = _data,
            Folder = claim.Folder,
            Team = team,
            Cancellation = cancellation,
            Advance = fraction =>
            {
                lock (_gate) _running[node] = fraction;
            },
        };
        object? result = null;
        var watch = Stopwatch.StartNew();
        try
        {
            result = node.Job.Execute(context);
        }
        catch (Exception failed) when (failed is UnauthorizedAccessException or IOException and not (FileNotFoundException or DirectoryNotFoundException))
        {
            _store.Writing(() => ExceptionDispatchInfo.Capture(failed).Throw());
        }

        _store.Commit(node.Job, claim, result!);
        lock (_gate) _seconds[node.Job.Key] = watch.Elapsed.TotalSeconds;
    }

    /// <summary>The most urgent ready job that nobody else computes. False when nothing is left to do.</summary>
    private bool Take(out (JobGraph.Node Node, JobClaim? Claim, int Threads)? claimed)
    {
        claimed = null;
        lock (_gate)
        {
            if (_done == _total || _failure is not null) return false;
            foreach (var node in _ready.OrderByDescending(node => node.PathCost()).ToArray())
            {
                JobClaim? claim = null;
                try
                {
                    if (!_store.Contains(node.Job))
                    {
                        claim = _store.Claim(node.Job);
                        if (claim is null) continue;
                    }
                }
                catch (Exception failure) when (failure is IOException or InvalidDataException)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(failure);
                    return false;
                }

                _ready.Remove(node);
                _running[node] = 0;
                claimed = (node, claim, Math.Max(1, _workers / (_ready.Count + _running.Count)));
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
            _done++;
            _costDone += node.Job.Cost;
            foreach (var waiting in node.Waiting)
            {
                if (--waiting.Missing == 0) _ready.Add(waiting);
            }
        }
    }

    private JobProgress Snapshot()
    {
        lock (_gate)
        {
            var partial = _running.Sum(pair => pair.Key.Job.Cost * pair.Value);
            return new JobProgress(_done, _total, _costDone + partial, _costTotal, [.. _running.Keys.Select(node => node.Job.Title)]);
        }
    }
}
