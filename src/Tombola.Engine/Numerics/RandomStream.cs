namespace Tombola.Engine.Numerics;

/// <summary>
/// A named stream of random numbers: a pure function of (seed, name, epoch, sample, draw). Two streams with different names never
/// disturb each other, and a value does not depend on threads, on call order, or on what else was drawn.
/// </summary>
/// <param name="seed">The seed; with the name it makes the 64-bit key of <see cref="Philox"/>.</param>
/// <param name="name">One of the names in <see cref="RandomStream"/>: <see cref="Init"/>, <see cref="Order"/>, ...</param>
public readonly struct RandomStream(ulong seed, string name)
{
    /// <summary>Stream of weights that are drawn anew.</summary>
    public const string Init = "init", Order = "order", Augment = "augment", Prune = "prune", Reinit = "reinit", Probe = "probe", Data = "data", Dropout = "dropout";

    private readonly (uint, uint) _key = Key(seed, name);

    /// <summary>32 random bits.</summary>
    public uint Bits(uint epoch, ulong sample, uint draw)
    {
        var block = Philox.Block((draw >> 2, (uint)sample, (uint)(sample >> 32), epoch), _key);
        return (draw & 3) switch { 0 => block.Item1, 1 => block.Item2, 2 => block.Item3, _ => block.Item4 };
    }

    /// <summary>A number in (0, 1), never 0 and never 1, from 32 random bits.</summary>
    public double Uniform(uint epoch, ulong sample, uint draw) => (Bits(epoch, sample, draw) + 0.5) * (1.0 / 4294967296.0);

    /// <summary>A draw from the standard normal distribution, from 64 random bits.</summary>
    public double Normal(uint epoch, ulong sample, uint draw)
    {
        var high = Bits(epoch, sample, 2 * draw);
        var low = Bits(epoch, sample, (2 * draw) + 1);
        var bits = (((ulong)high << 32) | low) >> 12;
        return PortableMath.NormalQuantile((bits + 0.5) * (1.0 / 4503599627370496.0));
    }

    /// <summary>A whole number in [0, <paramref name="bound"/>), without bias worth the name (the bound is far below 2^32).</summary>
    public int Below(int bound, uint epoch, ulong sample, uint draw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(((ulong)Bits(epoch, sample, draw) * (uint)bound) >> 32);
    }

    /// <summary>Writes a random order of 0 ... length-1 (Fisher-Yates; the swap of place i is draw 0 of sample i).</summary>
    public void Permutation(Span<int> order, uint epoch)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Shuffle(order, epoch);
    }

    /// <summary>Shuffles any items in place.</summary>
    public void Shuffle<T>(Span<T> items, uint epoch)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1, epoch, (ulong)i, 0);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>FNV-1a over the name, then two rounds of the SplitMix64 finaliser with the seed: near seeds give far keys.</summary>
    private static (uint, uint) Key(ulong seed, string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in name) hash = (hash ^ c) * 1099511628211UL;
        var mixed = Finalise(Finalise(hash) ^ (seed + 0x9E3779B97F4A7C15UL));
        return ((uint)mixed, (uint)(mixed >> 32));

        static ulong Finalise(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
