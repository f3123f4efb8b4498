using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>The order in which an epoch visits the training examples: a fresh permutation for every epoch, a pure function of (seed, epoch).</summary>
internal sealed class EpochOrder(int examples, ulong seed)
{
    private readonly RandomStream _stream = new(seed, RandomStream.Order);
    private readonly int[] _order = new int[examples];
    private long _epoch = -1;

    /// <summary>Indices of the examples in the order of an epoch. Valid until another epoch is asked for.</summary>
    public ReadOnlySpan<int> Of(uint epoch)
    {
        if (_epoch != epoch)
        {
            _stream.Permutation(_order, epoch);
            _epoch = epoch;
        }

        return _order;
    }
}
