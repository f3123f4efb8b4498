using System.Formats.Tar;
using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>Checks the header blocks of a tar archive, which the framework's reader takes on trust.</summary>
internal static class TarHeaders
{
    private const int Block = 512, SizeOffset = 124, SizeLength = 12, SumOffset = 148, SumLength = 8, KindOffset = 156;

    /// <summary>Bytes of a header that goes on in blocks of its own: of a long name, or of attributes. The reader takes memory for it.</summary>
    private const int LargestExtension = 1 << 16;

    /// <summary>Walks from header to header.</summary>
    /// <exception cref="InvalidDataException">A header's sum is not that of its bytes, or an entry is one that no data archive needs.</exception>
    public static void Check(ReadOnlySpan<byte> archive, string path, string remedy)
    {
        for (var at = 0L; at + Block <= archive.Length;)
        {
            var header = archive.Slice((int)at, Block);
            if (!header.ContainsAnyExcept((byte)0)) return;
            if (Octal(header.Slice(SumOffset, SumLength)) != Sum(header))
            {
                throw new InvalidDataException(
                    at == 0 ? $"{path}: this is no tar archive, gzipped or plain, or it is damaged. {remedy}"
                    : $"{path}: the header at byte {at} of the archive is damaged, its checksum is wrong. {remedy}");
            }

            var kind = (char)header[KindOffset];
            if (kind == 'S') throw Sparse($"the entry at byte {at}", path, remedy);
            var size = Octal(header.Slice(SizeOffset, SizeLength));
            if (size < 0 || (kind is 'x' or 'g' or 'L' or 'K' && size > LargestExtension))
            {
                throw new InvalidDataException($"{path}: the header at byte {at} of the archive gives a size that no entry of a data archive has. {remedy}");
            }

            at += Block + ((size + Block - 1) / Block * Block);
        }
    }

    /// <summary>Attributes can say that a file is stored otherwise than its header says; a reader that does not know them would give other bytes.</summary>
    /// <exception cref="InvalidDataException">They do.</exception>
    public static void CheckAttributes(TarEntry entry, string path, string remedy)
    {
        var attributes = (entry as PaxTarEntry)?.ExtendedAttributes ?? (entry as PaxGlobalExtendedAttributesTarEntry)?.GlobalExtendedAttributes;
        if (attributes?.Keys.FirstOrDefault(key => key.StartsWith("GNU.sparse", StringComparison.Ordinal) || key == "size") is { } wrong)
        {
            throw Sparse($"{Printable.Name(entry.Name)}, by its attribute {Printable.Name(wrong)},", path, remedy);
        }
    }

    private static InvalidDataException Sparse(string what, string path, string remedy) =>
        new($"{path}: {what} is a sparse or very large file, which a data archive has no use for. {remedy}");

    /// <summary>The bytes of the header, those of the sum itself counted as spaces.</summary>
    private static int Sum(ReadOnlySpan<byte> header)
    {
        var sum = SumLength * ' ';
        for (var i = 0; i < header.Length; i++) sum += i is >= SumOffset and < SumOffset + SumLength ? 0 : header[i];
        return sum;
    }

    /// <summary>Digits between spaces and zero bytes; -1 if there is anything else.</summary>
    private static long Octal(ReadOnlySpan<byte> field)
    {
        var value = 0L;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') return -1;
            value = (value * 8) + digit - '0';
        }

        return value;
    }
}
