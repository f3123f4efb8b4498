using System.Diagnostics;
using Tombola.Engine.Naming;

namespace Tombola.Jobs;

/// <summary>Where the jobs of a graph stand: waiting, ready, taken by a worker, done, failed; and what a person is told of it. Workers of several threads share it.</summary>
internal sealed class JobSchedule
{
    private readonly object _gate = new();
    private readonly IReadOnlyCollection<JobGraph.Node> _all;
    private readonly List<JobGraph.Node> _ready;

    /// <summary>What workers have; null while it is not clear yet whether the job is theirs.</summary>
    private readonly Dictionary<JobGraph.Node, JobAttempt?> _taken = [];
    private readonly Dictionary<string, RunningJob> _elsewhere = [];
    private readonly Dictionary<string, double> _seconds = [];
    private readonly Dictionary<JobGraph.Node, Exception> _failed = [];
    private readonly List<string> _news = [];
    private readonly double _costTotal;
    private int _done, _reproduced, _left;
    private double _costDone;
    private bool _isClosed;

    public JobSchedule(JobGraph graph)
    {
        (_all, _costTotal) = (graph.Nodes, graph.Nodes.Sum(node => node.Cost));
        _ready = [.. graph.Nodes.Where(node => node.Missing == 0)];
    }

    /// <summary>Takes the most urgent job that is ready. Whoever takes one brings it to <see cref="Finish"/>, <see cref="Fail"/> or <see cref="PutBack"/>.</summary>
    /// <param name="node">The job; null if all that is left waits for a job that another worker or another process has.</param>
    /// <returns>False if nothing is left to do.</returns>
    public bool TryTake(out JobGraph.Node? node)
    {
        lock (_gate)
        {
            node = null;
            if (_isClosed || (_ready.Count == 0 && _taken.Count == 0)) return false;
            node = _ready.Where(ready => ready.HeldUntil < Stopwatch.GetTimestamp()).MaxBy(ready => ready.PathCost);
            if (node is null) return true;
            _ready.Remove(node);
            _taken[node] = null;
            return true;
        }
    }

    /// <summary>Of so many threads, those for a job that is taken: the spare ones are shared while fewer jobs are ready than there are workers.</summary>
    public int ThreadsOf(int workers)
    {
        lock (_gate) return Math.Max(1, workers / (_ready.Count + _taken.Count));
    }

    /// <summary>A job is computed from now on.</summary>
    public void Begin(JobAttempt attempt)
    {
        lock (_gate)
        {
            _elsewhere.Remove(attempt.Node.Job.Key);
            _taken[attempt.Node] = attempt;
        }
    }

    /// <summary>Another process has the job: it is ready again after a while, since looking costs some calls of the system and all workers look.</summary>
    public void PutBack(JobGraph.Node node, RunningJob? holder)
    {
        lock (_gate)
        {
            node.HeldUntil = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
            if (holder is not null) _elsewhere[node.Job.Key] = holder;
            _taken.Remove(node);
            _ready.Add(node);
        }
    }

    /// <summary>A job was computed here.</summary>
    public void Computed(JobGraph.Node node, TimeSpan time, bool isReproduced)
    {
        lock (_gate)
        {
            _seconds[node.Job.Key] = time.TotalSeconds;
            if (isReproduced) _reproduced++;
        }
    }

    /// <summary>A job is in the store, whoever computed it.</summary>
    public void Finish(JobGraph.Node node)
    {
        lock (_gate)
        {
            _taken.Remove(node);
            _elsewhere.Remove(node.Job.Key);
            node.IsDone = true;
            _done++;
            _costDone += node.Cost;
            Release(node.Next);
        }
    }

    /// <summary>A job failed. Those that need it never become ready, so they are left out by themselves; those that would have gone on from it do without.</summary>
    public void Fail(JobGraph.Node node, Exception failure)
    {
        lock (_gate)
        {
            _taken.Remove(node);
            _elsewhere.Remove(node.Job.Key);
            _failed[node] = failure;
            Release(node.Followers);
        }
    }

    /// <summary>A worker lets go of a job that it did not finish.</summary>
    public void Abandon(JobGraph.Node node)
    {
        lock (_gate)
        {
            _taken.Remove(node);
            if (node.Job.GoesOn) _left++;
        }
    }

    /// <summary>Whether a job was let go of that left a checkpoint.</summary>
    public bool HasLeftCheckpoints
    {
        get
        {
            lock (_gate) return _left > 0;
        }
    }

    /// <summary>Nothing more is started.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>Something that a person should know, in a sentence.</summary>
    public void Say(string sentence)
    {
        lock (_gate) _news.Add(sentence);
    }

    /// <summary>What is computed now.</summary>
    public JobAttempt[] Running()
    {
        lock (_gate) return [.. _taken.Values.OfType<JobAttempt>()];
    }

    private void Release(IEnumerable<JobGraph.Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (--node.Missing == 0) _ready.Add(node);
        }
    }

    public JobProgress Progress()
    {
        lock (_gate)
        {
            JobAttempt[] running = [.. _taken.Values.OfType<JobAttempt>()];
            string[] news = [.. _news];
            _news.Clear();
            return new JobProgress(_done, _all.Count, _costDone + running.Sum(attempt => attempt.Node.Cost * attempt.Fraction), _costTotal, [.. running.Select(attempt => attempt.Node.Job.Title)])
            {
                Failed = _failed.Count,
                Elsewhere = [.. _elsewhere.Values],
                News = news,
            };
        }
    }

    public JobsOutcome Outcome()
    {
        lock (_gate)
        {
            return new JobsOutcome(
                _seconds.ToDictionary(),
                _reproduced,
                [.. _failed.Select(failed => new JobFailure(failed.Key.Job.Key, failed.Key.Job.Title, FailureSentence.Of(failed.Value), failed.Key.Dependents().Count) { IsUsage = failed.Value is SettingException })],
                _all.Where(node => !node.IsDone).Select(node => node.Job.Key).ToHashSet());
        }
    }
}
