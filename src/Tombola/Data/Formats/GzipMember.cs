using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Tombola.Data;

/// <summary>The one member of a gzip file: header, packed data, and a trailer with checksum and length, behind which the file must end.</summary>
/// <remarks>
/// The framework's own gzip reader stops where the packed data stops, wherever that is, and checks a trailer only if it finds one. This one takes the
/// trailer from the end of the file and demands that the packed data fills all that lies before it, so that nothing can be missing, added or changed.
/// </remarks>
internal sealed class GzipMember : IDisposable
{
    private const int TrailerBytes = 8, LongestText = 1 << 16;

    /// <summary>Bits of the header's flags.</summary>
    private const int HasChecksum = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;

    private readonly string _path;
    private readonly GzipBody _body;
    private readonly DeflateStream _unpacked;
    private readonly Crc32 _checksum = new();
    private readonly uint _announcedChecksum;
    private long _count;

    /// <summary>Reads header and trailer.</summary>
    /// <param name="file">The file, at its start; stays open.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or there is no room for a trailer.</exception>
    public GzipMember(FileStream file, string path)
    {
        _path = path;
        var (start, end) = (SkipHeader(file), file.Length - TrailerBytes);
        if (start >= end) throw Damaged();
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        file.Position = end;
        file.ReadExactly(trailer);
        _announcedChecksum = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        Length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        file.Position = start;
        _body = new GzipBody(file, end);
        _unpacked = new DeflateStream(_body, CompressionMode.Decompress);
    }

    /// <summary>Unpacked bytes by the trailer: right if the file is sound, any number if not.</summary>
    public long Length { get; }

    /// <summary>Unpacks on into all of a span, unless the data ends before.</summary>
    /// <returns>Bytes unpacked.</returns>
    /// <exception cref="InvalidDataException">The packed data is damaged.</exception>
    public int Fill(Span<byte> target)
    {
        try
        {
            var got = _unpacked.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            _checksum.Append(target[..got]);
            _count += got;
            return got;
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
    }

    /// <summary>True if everything was unpacked; false if more follows.</summary>
    /// <exception cref="InvalidDataException">Checksum or length are not those of the data, or something lies between data and trailer.</exception>
    public bool IsAtEnd()
    {
        Span<byte> next = stackalloc byte[1];
        if (Fill(next) > 0) return false;
        return _body.IsWhole && _count == Length && _checksum.GetCurrentHashAsUInt32() == _announcedChecksum ? true : throw Damaged();
    }

    public void Dispose() => _unpacked.Dispose();

    /// <summary>Byte at which the packed data starts.</summary>
    private long SkipHeader(FileStream file)
    {
        Span<byte> header = stackalloc byte[10];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) throw Damaged();
        var flags = header[3];
        if (header[2] != 8 || (flags & Reserved) != 0) throw Damaged();
        if ((flags & HasExtra) != 0) SkipExtra(file);
        if ((flags & HasName) != 0) SkipText(file);
        if ((flags & HasComment) != 0) SkipText(file);
        return file.Position + ((flags & HasChecksum) != 0 ? sizeof(ushort) : 0);
    }

    private void SkipExtra(FileStream file)
    {
        var length = file.ReadByte() | (file.ReadByte() << 8);
        file.Position += length >= 0 ? length : throw Damaged();
    }

    private void SkipText(FileStream file)
    {
        for (var i = 0; i < LongestText; i++)
        {
            if (file.ReadByte() is var next and <= 0)
            {
                if (next == 0) return;
                break;
            }
        }

        throw Damaged();
    }

    private InvalidDataException Damaged() =>
        new($"{_path}: the gzip compression is damaged, cut short or followed by something else; fetch or copy it again.");
}
