using System.Buffers;
using System.Runtime.InteropServices;

namespace Tombola.Engine.Networks;

/// <summary>The bytes of an array as memory, without a copy: a checkpoint of a large network would else take twice its size.</summary>
internal sealed class BytesOf<T>(T[] values) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan());

    // Nothing here is handed to the system, only copied into a stream's buffer.
    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
