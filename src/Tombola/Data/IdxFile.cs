using System.Buffers.Binary;
using System.IO.Compression;

namespace Tombola.Data;

/// <summary>A file in IDX, the format of MNIST: a magic number, big-endian sizes, then unsigned bytes. Plain or gzipped.</summary>
/// <param name="Path">Full path, for messages.</param>
/// <param name="Sizes">Number of records, then rows and columns for images.</param>
/// <param name="Content">The whole uncompressed file, header included.</param>
internal sealed record IdxFile(string Path, int[] Sizes, ReadOnlyMemory<byte> Content)
{
    /// <summary>No gzip member unpacks to more than about 1,032 times its size, so no honest header announces more.</summary>
    private const long LargestExpansion = 1100;

    private const string Damaged = "The file is damaged or cut short; fetch or copy it again.";

    public int Count => Sizes[0];

    /// <summary>What follows the header.</summary>
    public ReadOnlyMemory<byte> Data => Content[HeaderLength(Sizes.Length)..];

    /// <summary>Reads images (<paramref name="dimensions"/> = 3) or labels (1).</summary>
    /// <exception cref="InvalidDataException">The file is not sound; the message names it, the byte, and the remedy.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return Read(file, path, dimensions, file.Length);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            var idx = Read(unpacked, path, dimensions, file.Length * LargestExpansion);
            CheckTrailer(file, path, idx.Content.Length);
            return idx;
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the gzip compression is damaged and cannot be undone. {Damaged}", error);
        }
    }

    /// <summary>A gzip file ends with a checksum and the unpacked length. The stream checks the one only if it is there, so the other must be.</summary>
    private static void CheckTrailer(FileStream file, string path, int length)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);
        if (BinaryPrimitives.ReadInt32LittleEndian(trailer) == length) return;
        throw new InvalidDataException(
            $"{path}: the gzip compression does not end with the length of the data, {length}, so its checksum is cut off. {Damaged}");
    }

    private static IdxFile Read(Stream stream, string path, int dimensions, long longest)
    {
        var headerLength = HeaderLength(dimensions);
        var header = new byte[headerLength];
        var got = stream.ReadAtLeast(header, headerLength, throwOnEndOfStream: false);
        if (got < headerLength) throw new InvalidDataException($"{path}: the file ends at byte {got} of its {headerLength}-byte header. {Damaged}");
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != 0x800 + (uint)dimensions)
        {
            throw new InvalidDataException(
                $"{path}: bytes 0 to 3 are 0x{magic:x8}, not the 0x{0x800 + dimensions:x8} of an IDX file of "
                    + $"{(dimensions == 3 ? "images" : "labels")}. Put the file of that name from the published archive there.");
        }

        var sizes = new int[dimensions];
        var total = (UInt128)headerLength;
        var data = (UInt128)1;
        for (var d = 0; d < dimensions; d++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * d)));
            if (size is 0 or > int.MaxValue) throw new InvalidDataException($"{path}: byte {4 + (4 * d)} gives the size {size} in dimension {d}. {Damaged}");
            sizes[d] = (int)size;
            data *= size;
        }

        total += data;
        if (total > (UInt128)longest || total > (UInt128)Array.MaxLength)
        {
            throw new InvalidDataException($"{path}: the header announces {string.Join(" x ", sizes)} bytes of data, more than the file holds. {Damaged}");
        }

        var content = new byte[(int)total];
        header.CopyTo(content, 0);
        got = headerLength + stream.ReadAtLeast(content.AsSpan(headerLength), content.Length - headerLength, throwOnEndOfStream: false);
        if (got < content.Length)
        {
            throw new InvalidDataException(
                $"{path}: the data ends at byte {got}, in record {(got - headerLength) / ((content.Length - headerLength) / sizes[0])} of {sizes[0]}; "
                    + $"the header announces {content.Length} bytes. {Damaged}");
        }

        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException(
                $"{path}: data goes on after byte {content.Length}, where it should end by the header ({string.Join(" x ", sizes)}). {Damaged}");
        }

        return new IdxFile(path, sizes, content);
    }

    private static int HeaderLength(int dimensions) => 4 + (4 * dimensions);
}
