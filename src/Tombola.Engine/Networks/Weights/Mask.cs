using System.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>Which weights remain: one bit for every element of the weight vector, 1 = remaining. What is not prunable always remains. Immutable.</summary>
public sealed class Mask : IEquatable<Mask>
{
    private readonly ulong[] _bits;

    /// <param name="space">The weights the mask speaks of.</param>
    /// <param name="remains">Whether the weight at an index remains.</param>
    /// <exception cref="ArgumentException">A weight that is not prunable would be pruned.</exception>
    public Mask(WeightSpace space, Func<int, bool> remains)
    {
        Space = space;

        // One word of slack: a kernel reads 16 bits at any offset from two neighbouring words.
        _bits = new ulong[(space.Count / 64) + 2];
        foreach (var parameter in space.Parameters)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (remains(i))
                {
                    _bits[i >> 6] |= 1UL << (i & 63);
                }
                else if (!parameter.Prunable)
                {
                    throw new ArgumentException($"The mask prunes {parameter.Name}, which is not prunable.", nameof(remains));
                }
            }
        }

        Remaining = space.Prunable.Sum(CountIn);
    }

    private Mask(WeightSpace space, ulong[] bits)
    {
        (Space, _bits) = (space, bits);
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

    /// <summary>The mask under which every weight remains.</summary>
    public static Mask Full(WeightSpace space) => new(space, _ => true);

    /// <summary>The mask under which a weight remains that any of some states has, that is not 0 there: the lowest density at which all of them can be computed.</summary>
    public static Mask OfRemaining(IReadOnlyList<NetworkState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var space = states[0].Space;
        var remaining = new bool[space.Count];
        foreach (var parameter in space.Parameters.Where(parameter => !parameter.Prunable)) remaining.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        foreach (var state in states)
        {
            for (var i = 0; i < remaining.Length; i++) remaining[i] |= state.Weights[i] != 0;
        }

        return new Mask(space, i => remaining[i]);
    }

    /// <summary>This mask with more weights pruned.</summary>
    /// <param name="pruned">Indices of weights that remain and may be pruned, each once, in any order.</param>
    /// <exception cref="ArgumentException">One is not prunable, is pruned already, or comes twice.</exception>
    public Mask Without(ReadOnlySpan<int> pruned)
    {
        var bits = (ulong[])_bits.Clone();
        foreach (var index in pruned)
        {
            if ((uint)index < (uint)Space.Count) bits[index >> 6] &= ~(1UL << (index & 63));
        }

        // Whatever should not be there is a weight that is not missed.
        var mask = new Mask(Space, bits);
        return mask.Remaining == Remaining - pruned.Length ? mask : throw new ArgumentException(
            $"Of {pruned.Length} weights to prune only {Remaining - mask.Remaining} remain and are prunable, each counted once.", nameof(pruned));
    }

    /// <summary>Indices of the remaining weights of some parameters, in their order, ascending within each.</summary>
    public int[] RemainingIn(params ReadOnlySpan<Parameter> parameters)
    {
        var total = 0;
        foreach (var parameter in parameters) total += CountIn(parameter);
        var (indices, n) = (new int[total], 0);
        foreach (var parameter in parameters)
        {
            var end = parameter.Offset + parameter.Count;
            for (var first = parameter.Offset; first < end; first = (first | 63) + 1)
            {
                var word = _bits[first >> 6] >> (first & 63) << (first & 63);
                var next = (first | 63) + 1;
                if (end < next) word &= (1UL << (end & 63)) - 1;
                for (; word != 0; word &= word - 1) indices[n++] = (first & ~63) + BitOperations.TrailingZeroCount(word);
            }
        }

        return indices;
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

    /// <summary>True if every weight that remains here remains in <paramref name="other"/> too.</summary>
    internal bool IsWithin(Mask other)
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
