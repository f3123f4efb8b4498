using Tombola.Data;
using Tombola.Engine.Execution;

namespace Tombola.Training;

/// <summary>Mini-batches of examples: which ones they are, how each is augmented, and how they come into a plan.</summary>
/// <remarks>
/// Examples in memory are read when they are wanted, straight to where they belong. Of examples that take long, the next mini-batches are read ahead by other
/// threads; what is in a mini-batch does not depend on it. Errors reach whoever asks for the mini-batch, as they were thrown.
/// </remarks>
internal sealed class BatchFeed : IDisposable
{
    /// <summary>Mini-batches in memory at most, and the floats that they may have, 16 MB; but two are needed to read one while another is used.</summary>
    private const int MostSlots = 8, FewestSlots = 2, FloatsAhead = 1 << 22;

    private readonly ExampleSource _examples;
    private readonly EpochOrder _order;
    private readonly FlipCrop? _augmentation;
    private readonly int _batch, _perEpoch;
    private readonly long _end;
    private readonly BatchSlot[] _slots;
    private readonly BatchReaders? _readers;
    private BatchSlot _current;
    private long _at = -1, _ordered;

    /// <param name="examples">The examples.</param>
    /// <param name="order">Which of them, in which order.</param>
    /// <param name="batch">Examples in a mini-batch; the last one of an epoch may have fewer.</param>
    /// <param name="augmentation">What is done to them, or null: they stay as they are.</param>
    /// <param name="end">Mini-batches, over all epochs: none is read ahead beyond. Null for those of one epoch.</param>
    public BatchFeed(ExampleSource examples, EpochOrder order, int batch, FlipCrop? augmentation = null, long? end = null)
    {
        (_examples, _order, _batch, _augmentation) = (examples, order, batch, augmentation);
        _perEpoch = (order.Count + batch - 1) / batch;
        _end = end ?? _perEpoch;
        if (examples.Readers == 0)
        {
            _slots = [new BatchSlot(batch, 0)];
        }
        else
        {
            var features = examples.Shape.Count;
            var slots = Math.Clamp(FloatsAhead / ((long)batch * features), FewestSlots, MostSlots);
            _slots = [.. Enumerable.Range(0, (int)Math.Clamp(_end, 1, slots)).Select(_ => new BatchSlot(batch, features))];
            _readers = new BatchReaders(examples);
        }

        _current = _slots[0];
    }

    /// <summary>Turns to a mini-batch, and waits until it is there. Fastest in ascending order.</summary>
    /// <param name="batch">Its number, from 0, over all epochs.</param>
    /// <returns>Number of examples in it.</returns>
    /// <exception cref="InvalidDataException">An example lies in a file that is not what it should be.</exception>
    /// <exception cref="IOException">The file of an example cannot be read.</exception>
    public int MoveTo(long batch)
    {
        if (_readers is null)
        {
            Describe(batch, _current);
            return _current.Count;
        }

        if (batch != _at + 1)
        {
            _readers.Drop();
            _ordered = batch;
        }

        // The slot of the mini-batch before is free now.
        for (_at = batch; _ordered == batch || _ordered < Math.Min(_end, batch + _slots.Length); _ordered++)
        {
            var slot = _slots[_ordered % _slots.Length];
            Describe(_ordered, slot);
            _readers.Order(slot);
        }

        _current = _slots[batch % _slots.Length];
        _readers.Await(_current);
        return _current.Count;
    }

    /// <summary>One example of the mini-batch; several threads may read at once.</summary>
    /// <param name="place">Its place in the mini-batch, from 0.</param>
    /// <param name="sample">Receives <c>[channel, row, column]</c>.</param>
    public void Read(int place, Span<float> sample)
    {
        if (_readers is null) _examples.Read(_current.Indices[place], _current.Placements[place], sample);
        else _current.Sample(place).CopyTo(sample);
    }

    /// <summary>Class of an example of the mini-batch.</summary>
    public int Label(int place) => _examples.Labels[_current.Indices[place]];

    /// <summary>Turns to a mini-batch and puts examples and labels into a plan.</summary>
    /// <inheritdoc cref="MoveTo"/>
    public int Fill(long batch, IBatchPlan plan)
    {
        var count = MoveTo(batch);
        for (var n = 0; n < count; n++)
        {
            Read(n, plan.Sample(n));
            plan.Labels[n] = Label(n);
        }

        return count;
    }

    public void Dispose() => _readers?.Dispose();

    /// <summary>Writes down which examples a mini-batch has and how each comes to lie.</summary>
    private void Describe(long batch, BatchSlot slot)
    {
        var (epoch, place) = Math.DivRem(batch, _perEpoch);
        var first = (int)place * _batch;
        slot.Count = Math.Min(_batch, _order.Count - first);
        _order.Of((uint)epoch).Slice(first, slot.Count).CopyTo(slot.Indices);
        for (var n = 0; _augmentation is not null && n < slot.Count; n++) slot.Placements[n] = _augmentation.Of((uint)epoch, slot.Indices[n]);
    }
}
