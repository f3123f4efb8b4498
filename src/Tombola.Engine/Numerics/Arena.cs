using System.Runtime.InteropServices;

namespace Tombola.Engine.Numerics;

/// <summary>
/// Native memory of one plan: taken piece by piece while the plan is compiled, freed all at once with the plan.
/// Every piece starts on a 64-byte boundary (a cache line, and a full vector) and is zero at first.
/// </summary>
public sealed unsafe class Arena : IDisposable
{
    /// <summary>Boundary of every piece, in bytes.</summary>
    public const int Alignment = 64;

    private readonly List<nint> _blocks = [];

    /// <summary>Bytes handed out so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Hands out <paramref name="length"/> zeroed floats, aligned to <see cref="Alignment"/> bytes.</summary>
    public Slab Take(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        // One vector of slack, so that a kernel may read (never write) a full vector at the last element.
        var bytes = ((nuint)length * sizeof(float)) + (2 * Alignment) - 1 & ~(nuint)(Alignment - 1);
        var huge = bytes >= 2 * HugePages.Bytes;
        if (huge) bytes = bytes + HugePages.Bytes - 1 & ~(nuint)(HugePages.Bytes - 1);
        var block = NativeMemory.AlignedAlloc(bytes, huge ? HugePages.Bytes : (nuint)Alignment);
        if (huge) HugePages.Advise(block, bytes);
        NativeMemory.Clear(block, bytes);
        _blocks.Add((nint)block);
        Bytes += (long)bytes;
        return new Slab((float*)block, length);
    }

    public void Dispose()
    {
        foreach (var block in _blocks) NativeMemory.AlignedFree((void*)block);
        _blocks.Clear();
        Bytes = 0;
    }
}
