using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>The order in which each epoch visits examples: a pure function of the epoch.</summary>
internal sealed class EpochOrder
{
    private readonly RandomStream? _stream;
    private readonly int[] _order;
    private long _epoch = -1;

    /// <summary>All examples, in a fresh permutation for every epoch.</summary>
    public EpochOrder(int examples, ulong seed) => (_order, _stream) = (new int[examples], new RandomStream(seed, RandomStream.Order));

    /// <summary>These examples in this order, every epoch.</summary>
    public EpochOrder(int[] order) => _order = order;

    /// <summary>All examples from the first to the last, every epoch.</summary>
    public static EpochOrder InTurn(int examples) => new([.. Enumerable.Range(0, examples)]);

    /// <summary>Examples in an epoch.</summary>
    public int Count => _order.Length;

    /// <summary>Indices of the examples in the order of an epoch. Valid until another epoch is asked for.</summary>
    public ReadOnlySpan<int> Of(uint epoch)
    {
        if (_stream is { } stream && _epoch != epoch)
        {
            stream.Permutation(_order, epoch);
            _epoch = epoch;
        }

        return _order;
    }
}
