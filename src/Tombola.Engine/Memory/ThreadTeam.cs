using System.Runtime.ExceptionServices;

namespace Tombola.Engine.Memory;

/// <summary>
/// Threads that share one network: <see cref="Run"/> calls a piece of work once for each member and returns when all are done. Members
/// wait for the next piece by spinning a little and then sleeping, since the passes of a small network take microseconds.
/// </summary>
/// <remarks>
/// A team never decides what is computed, only by whom: callers split work into parts whose results do not depend on the split. It serves one
/// call at a time: neither two threads at once nor, from inside a piece of work, itself.
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private readonly int _spinsBeforeSleep;
    private readonly ExceptionDispatchInfo?[] _failures;
    private Action<int>? _work;
    private int _generation, _pending;
    private volatile bool _stopped;

    /// <param name="size">Members, the calling thread among them.</param>
    public ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;

        // Waiting without sleep only pays if every member has a core of its own; otherwise it keeps the others from theirs.
        _spinsBeforeSleep = size <= Environment.ProcessorCount ? 2000 : 0;
        _failures = new ExceptionDispatchInfo?[size];
        _threads = new Thread[size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var member = i + 1;
            _threads[i] = new Thread(() => Serve(member)) { IsBackground = true, Name = $"Tombola team {member}" };
            _threads[i].Start();
        }
    }

    /// <summary>Members, the calling thread among them.</summary>
    public int Size { get; }

    /// <summary>The half-open part of <paramref name="count"/> items that falls to <paramref name="member"/>.</summary>
    public (int From, int To) Part(int member, int count) =>
        ((int)((long)count * member / Size), (int)((long)count * (member + 1) / Size));

    /// <summary>Runs <paramref name="work"/>(0) ... <paramref name="work"/>(Size-1), each on its own thread, and waits for all.</summary>
    /// <remarks>If members fail, the exception of the first of them reaches the caller as it was thrown, after all have ended.</remarks>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        if (Size == 1)
        {
            work(0);
            return;
        }

        Array.Clear(_failures);
        _work = work;
        Volatile.Write(ref _pending, Size - 1);
        Announce();
        try
        {
            work(0);
        }
        finally
        {
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _pending) > 0) spinner.SpinOnce(sleep1Threshold: -1);
        }

        foreach (var failure in _failures) failure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopped) return;
        _stopped = true;
        Announce();
        foreach (var thread in _threads) thread.Join();
    }

    private void Announce()
    {
        lock (_gate)
        {
            Volatile.Write(ref _generation, _generation + 1);
            Monitor.PulseAll(_gate);
        }
    }

    private void Serve(int member)
    {
        var seen = 0;
        while (true)
        {
            seen = Await(seen);
            if (_stopped) return;
            try
            {
                _work!(member);
            }
            catch (Exception failure)
            {
                _failures[member] = ExceptionDispatchInfo.Capture(failure);
            }

            Interlocked.Decrement(ref _pending);
        }
    }

    private int Await(int seen)
    {
        for (var spin = 0; spin < _spinsBeforeSleep; spin++)
        {
            var now = Volatile.Read(ref _generation);
            if (now != seen) return now;
            Thread.SpinWait(8);
        }

        lock (_gate)
        {
            while (_generation == seen) Monitor.Wait(_gate);
            return _generation;
        }
    }
}
