using System.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>Which weights remain: one bit for every element of the weight vector, 1 = kept. What is not prunable is always kept. Immutable.</summary>
public sealed class Mask : IEquatable<Mask>
{
    private readonly ulong[] _bits;

    /// <param name="space">The weights the mask speaks of.</param>
    /// <param name="kept">Whether the weight at an index remains.</param>
    /// <exception cref="ArgumentException">A weight that is not prunable would be pruned.</exception>
    public Mask(WeightSpace space, Func<int, bool> kept)
    {
        Space = space;

        // One word of slack: a kernel reads 16 bits at any offset from two neighbouring words.
        _bits = new ulong[(space.Count / 64) + 2];
        foreach (var parameter in space.Parameters)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (kept(i))
                {
                    _bits[i >> 6] |= 1UL << (i & 63);
                }
                else if (!parameter.Prunable)
                {
                    throw new ArgumentException($"The mask prunes {parameter.Name}, which is not prunable.", nameof(kept));
                }
            }
        }

        Remaining = space.Prunable.Sum(CountIn);
    }

    /// <summary>The weights that it speaks of.</summary>
    public WeightSpace Space { get; }

    /// <summary>Number of prunable weights that remain.</summary>
    public int Remaining { get; }

    /// <summary>Fraction of prunable weights that remain.</summary>
    public double Density => Space.PrunableCount == 0 ? 1 : (double)Remaining / Space.PrunableCount;

    /// <summary>The bits, 64 a word, lowest first, with at least one word to spare at the end.</summary>
    public ReadOnlySpan<ulong> Bits => _bits;

    /// <summary>Whether the weight at a place of the vector remains.</summary>
    public bool this[int index] => ((_bits[index >> 6] >> (index & 63)) & 1) != 0;

    /// <summary>The mask that keeps everything.</summary>
    public static Mask Full(WeightSpace space) => new(space, _ => true);

    /// <summary>The mask that keeps what any of some states has: the largest density at which all of them can be computed.</summary>
    public static Mask OfNonZeros(IReadOnlyList<NetworkState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var space = states[0].Space;
        var kept = new bool[space.Count];
        foreach (var parameter in space.Parameters.Where(parameter => !parameter.Prunable)) kept.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        foreach (var state in states)
        {
            for (var i = 0; i < kept.Length; i++) kept[i] |= state.Weights[i] != 0;
        }

        return new Mask(space, i => kept[i]);
    }

    /// <summary>Number of remaining weights in one parameter.</summary>
    public int CountIn(Parameter parameter)
    {
        var count = 0;
        for (var i = parameter.Offset; i < parameter.Offset + parameter.Count;)
        {
            var length = Math.Min(64 - (i & 63), parameter.Offset + parameter.Count - i);
            var word = _bits[i >> 6] >> (i & 63);
            count += BitOperations.PopCount(length == 64 ? word : word & ((1UL << length) - 1));
            i += length;
        }

        return count;
    }

    /// <summary>Sets every pruned weight of <paramref name="weights"/> to zero.</summary>
    public void Apply(Span<float> weights)
    {
        for (var i = 0; i < Space.Count; i++)
        {
            if (!this[i]) weights[i] = 0;
        }
    }

    /// <summary>True if every pruned weight is exactly zero.</summary>
    public bool HoldsFor(ReadOnlySpan<float> weights)
    {
        // Word by word, since plans ask for every point of a path.
        for (var first = 0; first < Space.Count; first += 64)
        {
            var pruned = ~_bits[first >> 6];
            if (Space.Count - first < 64) pruned &= (1UL << (Space.Count - first)) - 1;
            for (; pruned != 0; pruned &= pruned - 1)
            {
                if (weights[first + BitOperations.TrailingZeroCount(pruned)] != 0) return false;
            }
        }

        return true;
    }

    /// <summary>True if everything this mask keeps, <paramref name="other"/> keeps too.</summary>
    public bool IsWithin(Mask other)
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            if ((_bits[i] & ~other._bits[i]) != 0) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Mask? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Mask);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Remaining, _bits.Length);
}
