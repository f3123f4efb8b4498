namespace Tombola.Data;

/// <summary>The packed data of a gzip file, and nothing of what follows it.</summary>
/// <remarks>
/// Its last byte is handed out alone, and what asks for more behind it is noted. An unpacker asks only while the data has not come to its end, so it took
/// that byte and asked no more if, and only if, the data ends there.
/// </remarks>
/// <param name="file">The file, at the first byte of the packed data; stays open.</param>
/// <param name="end">The byte of the file behind the last one.</param>
internal sealed class GzipBody(FileStream file, long end) : Stream
{
    private bool _lacksMore;

    /// <summary>True if the packed data, once unpacked to its end, had neither too few nor too many bytes.</summary>
    public bool IsWhole => file.Position == end && !_lacksMore;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var left = end - file.Position;
        _lacksMore |= left == 0;
        return left == 0 ? 0 : file.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(1, left - 1))]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
