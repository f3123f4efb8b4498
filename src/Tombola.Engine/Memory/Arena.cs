using System.Runtime.InteropServices;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Memory;

/// <summary>
/// Native memory of one plan: taken piece by piece while the plan is compiled, freed all at once with the plan.
/// Every piece starts on a 64-byte boundary (a cache line, and a full vector) and is zero at first.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    /// <summary>Boundary of every piece, in bytes.</summary>
    public const int Alignment = 64;

    private readonly List<nint> _blocks = [];

    /// <summary>Bytes handed out so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Hands out <paramref name="length"/> zeroed floats, aligned to <see cref="Alignment"/> bytes.</summary>
    /// <exception cref="ArgumentException">There is not so much memory.</exception>
    public Slab Take(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        // One vector of slack, so that a kernel may read (never write) a full vector at the last element.
        var bytes = ((nuint)length * sizeof(float)) + (2 * Alignment) - 1 & ~(nuint)(Alignment - 1);
        var huge = bytes >= 2 * HugePages.Bytes;
        if (huge) bytes = bytes + HugePages.Bytes - 1 & ~(nuint)(HugePages.Bytes - 1);
        var block = Allocate(bytes, huge ? HugePages.Bytes : (nuint)Alignment);
        if (huge) HugePages.Advise(block, bytes);
        NativeMemory.Clear(block, bytes);
        _blocks.Add((nint)block);
        Bytes += (long)bytes;
        return new Slab((float*)block, length);
    }

    /// <summary>Memory, or a sentence: where the system promises more than it has, a process that takes too much is ended without one.</summary>
    private static void* Allocate(nuint bytes, nuint alignment)
    {
        if (bytes > (nuint)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) throw TooLarge(bytes);
        try
        {
            return NativeMemory.AlignedAlloc(bytes, alignment);
        }
        catch (OutOfMemoryException)
        {
            throw TooLarge(bytes);
        }

        static SettingException TooLarge(nuint bytes) => new(FormattableString.Invariant(
            $"There is no memory for {bytes / 1e9:F1} GB in one piece. Choose a smaller batch or a smaller network, or run fewer jobs at once."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks) NativeMemory.AlignedFree((void*)block);
        _blocks.Clear();
        Bytes = 0;
    }
}
