using System.Buffers.Binary;
using System.IO.Compression;

namespace Tombola.Data;

/// <summary>A gzipped file, unpacked in memory.</summary>
internal static class GzipFile
{
    /// <summary>Of header and trailer; a file that is shorter cannot be whole.</summary>
    private const int Frame = 18;

    /// <summary>True if the file starts like a gzip file.</summary>
    public static bool Is(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        file.Position = 0;
        var got = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return got == magic.Length && magic is [0x1F, 0x8B];
    }

    /// <summary>Everything in the file.</summary>
    /// <param name="file">The file, which can be searched.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public static byte[] Unpack(Stream file, string path)
    {
        try
        {
            // A gzip file ends with a checksum and the unpacked length. The stream checks the one only if it is there, so the other must be.
            var announced = file.Length < Frame ? throw new InvalidDataException() : Announced(file);

            // A file that is cut short ends with any number, so do not take memory for it before there is something to put there.
            var content = new byte[Math.Min(announced, (4 * file.Length) + (1 << 20))];
            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            for (var count = 0; ;)
            {
                count += unpacked.ReadAtLeast(content.AsSpan(count), content.Length - count, throwOnEndOfStream: false);
                if (count < content.Length) throw new InvalidDataException();
                if (count == announced) return unpacked.ReadByte() < 0 ? content : throw new InvalidDataException();
                Array.Resize(ref content, (int)Math.Min(announced, 2L * content.Length));
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: the gzip compression is damaged or cut short and cannot be undone. Fetch or copy it again.", error);
        }
    }

    private static long Announced(Stream file)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);
        file.Position = 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return length <= Array.MaxLength ? length : throw new InvalidDataException();
    }
}
