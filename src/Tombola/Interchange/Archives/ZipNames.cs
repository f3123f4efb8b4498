using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tombola.Interchange;

/// <summary>Looks what is in a zip archive, sound or not, to tell what kind of file it is.</summary>
internal static class ZipNames
{
    /// <summary>Header of a file in the archive: its signature, and where the length of its name and the name are.</summary>
    private const int HeaderBytes = 30, NameLengthAt = 26, LongestName = 1024;

    /// <summary>Names of the files, or only of the first where the archive's directory is lost; none if it is no archive.</summary>
    /// <param name="file">The file, at its start.</param>
    public static IReadOnlyList<string> Of(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.StartsWith("PK\u0003\u0004"u8)) return [];
        Span<byte> name = stackalloc byte[Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(header[NameLengthAt..]), LongestName)];
        string[] first = [Encoding.Latin1.GetString(name[..file.ReadAtLeast(name, name.Length, throwOnEndOfStream: false)])];
        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            return first;
        }
    }
}
