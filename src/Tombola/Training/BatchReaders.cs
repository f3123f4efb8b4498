using System.Runtime.ExceptionServices;
using Tombola.Data;

namespace Tombola.Training;

/// <summary>Threads that read mini-batches in the order in which they are ordered, an example at a time, whoever is free the next one.</summary>
/// <remarks>
/// One thread orders, awaits and drops. A mini-batch of which some example cannot be read fails with the error of the first such example, as it would if
/// they were read one after the other.
/// </remarks>
internal sealed class BatchReaders : IDisposable
{
    private readonly object _gate = new();
    private readonly ExampleSource _examples;
    private readonly Thread[] _threads;
    private readonly Queue<BatchSlot> _waiting = [];
    private int _busy;
    private bool _stopped;

    /// <summary>Starts as many threads as the examples want.</summary>
    public BatchReaders(ExampleSource examples)
    {
        _examples = examples;
        _threads = [.. Enumerable.Range(0, examples.Readers).Select(i => new Thread(Serve) { IsBackground = true, Name = $"Tombola reader {i}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Asks for a mini-batch whose examples are written down, and that nobody reads.</summary>
    public void Order(BatchSlot slot)
    {
        lock (_gate)
        {
            (slot.Taken, slot.Pending, slot.Failure) = (0, slot.Count, null);
            _waiting.Enqueue(slot);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until a mini-batch that was ordered is there.</summary>
    public void Await(BatchSlot slot)
    {
        lock (_gate)
        {
            while (slot.Pending > 0) Monitor.Wait(_gate);
        }

        slot.Failure?.Error.Throw();
    }

    /// <summary>Takes back everything that was ordered, and waits until nobody reads.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            _waiting.Clear();
            while (_busy > 0) Monitor.Wait(_gate);
        }
    }

    /// <summary>Ends the threads, each after the example that it reads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads) thread.Join();
    }

    private void Serve()
    {
        while (Take() is ({ } slot, var place)) Done(slot, place, Read(slot, place));
    }

    private (BatchSlot Slot, int Place)? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_stopped) Monitor.Wait(_gate);
            if (_stopped) return null;
            var slot = _waiting.Peek();
            var place = slot.Taken++;
            if (slot.Taken == slot.Count) _waiting.Dequeue();
            _busy++;
            return (slot, place);
        }
    }

    private Exception? Read(BatchSlot slot, int place)
    {
        try
        {
            _examples.Read(slot.Indices[place], slot.Placements[place], slot.Sample(place));
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private void Done(BatchSlot slot, int place, Exception? failure)
    {
        lock (_gate)
        {
            _busy--;
            slot.Pending--;
            if (failure is not null && !(slot.Failure?.Place < place)) slot.Failure = (place, ExceptionDispatchInfo.Capture(failure));
            if (_busy == 0 || slot.Pending == 0) Monitor.PulseAll(_gate);
        }
    }
}
