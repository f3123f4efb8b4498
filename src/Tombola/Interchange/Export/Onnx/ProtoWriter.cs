using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tombola.Interchange;

/// <summary>Writes a message of Protocol Buffers, field by field: the wire format has four forms of values, of which ONNX needs three.</summary>
internal sealed class ProtoWriter
{
    private const int Varint = 0, Delimited = 2, Fixed32 = 5;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>A whole number.</summary>
    public void Number(int field, long value)
    {
        Tag(field, Varint);
        Write((ulong)value);
    }

    /// <summary>A float.</summary>
    public void Single(int field, float value)
    {
        Tag(field, Fixed32);
        Span<byte> four = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        _bytes.Write(four);
    }

    /// <summary>Bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Write((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>A text.</summary>
    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message in this one.</summary>
    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Message(field, inner);
    }

    /// <summary>A message that is written already.</summary>
    public void Message(int field, ProtoWriter inner) => Bytes(field, inner._bytes.WrittenSpan);

    /// <summary>Copies what was written.</summary>
    public void CopyTo(Stream stream) => stream.Write(_bytes.WrittenSpan);

    private void Tag(int field, int form) => Write((ulong)((field << 3) | form));

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
