using System.Buffers.Binary;

namespace Tombola.Data;

/// <summary>A file in IDX, the format of MNIST: a magic number, big-endian sizes, then unsigned bytes. Plain or gzipped.</summary>
/// <param name="Path">Full path, for messages.</param>
/// <param name="Sizes">Number of records, then rows and columns for images.</param>
/// <param name="Content">The whole uncompressed file, header included.</param>
internal sealed record IdxFile(string Path, int[] Sizes, ReadOnlyMemory<byte> Content)
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 28;

    /// <summary>Ten times as many as the largest archive has: a number beyond it is a damaged one.</summary>
    private const int MostRecords = 600_000;

    private const string Damaged = "The file is damaged or cut short; fetch or copy it again.";

    public int Count => Sizes[0];

    /// <summary>What follows the header.</summary>
    public ReadOnlyMemory<byte> Data => Content[HeaderLength(Sizes.Length)..];

    /// <summary>Reads images (<paramref name="dimensions"/> = 3) or labels (1). Memory is taken only once the header is known to be sound.</summary>
    /// <exception cref="InvalidDataException">The file is not sound; the message names it, the byte, and the remedy.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        var headerLength = HeaderLength(dimensions);
        var recordLength = dimensions == 1 ? 1 : Side * Side;
        using var file = DataFile.Open(path, headerLength + (MostRecords * recordLength));
        var header = new byte[headerLength];
        var got = file.Fill(header);
        if (got < headerLength) throw new InvalidDataException($"{path}: the file ends at byte {got} of its {headerLength}-byte header. {Damaged}");
        var sizes = ReadHeader(header, path, dimensions);
        var length = headerLength + (sizes[0] * recordLength);
        if (length > file.Most)
        {
            throw new InvalidDataException($"{path}: the header announces {string.Join(" x ", sizes)} bytes of data, more than the file holds. {Damaged}");
        }

        var content = GC.AllocateUninitializedArray<byte>(length);
        header.CopyTo(content, 0);
        got += file.Fill(content.AsSpan(headerLength));
        if (got < length)
        {
            throw new InvalidDataException(
                $"{path}: the data ends at byte {got}, in record {(got - headerLength) / recordLength} of {sizes[0]}; the header announces {length} bytes. {Damaged}");
        }

        return file.IsAtEnd() ? new IdxFile(path, sizes, content) : throw new InvalidDataException(
            $"{path}: data goes on after byte {length}, where it should end by the header ({string.Join(" x ", sizes)}). {Damaged}");
    }

    private static int[] ReadHeader(ReadOnlySpan<byte> header, string path, int dimensions)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != 0x800 + (uint)dimensions)
        {
            throw new InvalidDataException(
                $"{path}: bytes 0 to 3 are 0x{magic:x8}, not the 0x{0x800 + dimensions:x8} of an IDX file of "
                    + $"{(dimensions == 3 ? "images" : "labels")}. Put the file of that name from the published archive there.");
        }

        var sizes = new uint[dimensions];
        for (var d = 0; d < dimensions; d++) sizes[d] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * d))..]);
        if (sizes[0] is 0 or > MostRecords)
        {
            throw new InvalidDataException($"{path}: bytes 4 to 7 give {sizes[0]} records, but there are from 1 to {MostRecords}. {Damaged}");
        }

        return sizes is [_] or [_, Side, Side] ? Array.ConvertAll(sizes, size => (int)size) : throw new InvalidDataException(
            $"{path}: the header (bytes 8 to 15) gives images of {sizes[1]} x {sizes[2]} pixels, not {Side} x {Side}. Use the files of the published "
                + "archive; images of other sizes can be read as tensors.");
    }

    private static int HeaderLength(int dimensions) => 4 + (4 * dimensions);
}
