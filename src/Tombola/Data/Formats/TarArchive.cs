using System.Formats.Tar;
using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>The files of a tar archive, gzipped or plain, read in memory: nothing is ever written to a disk.</summary>
/// <param name="Path">Full path, for messages.</param>
/// <param name="Files">Content by name, without folders.</param>
internal sealed record TarArchive(string Path, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    private const string Remedy = "Fetch or copy the published archive again.";

    /// <summary>Reads an archive.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="most">Bytes that the unpacked archive can have at most.</param>
    /// <exception cref="InvalidDataException">It is damaged, or has entries that no data archive needs; the message names them.</exception>
    public static TarArchive Read(string path, int most)
    {
        var content = DataFile.ReadAll(path, most);
        if (content.Length == 0) throw new InvalidDataException($"{path}: the file is empty. {Remedy}");
        TarHeaders.Check(content, path, Remedy);
        try
        {
            return new TarArchive(path, Read(content, path));
        }
        catch (Exception error) when (IsMalformed(error) && !error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: this is no tar archive, gzipped or plain, or it is damaged. {Remedy}", error);
        }
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Read(byte[] content, string path)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        using var reader = new TarReader(new MemoryStream(content));
        var number = 0;
        for (; reader.GetNextEntry() is { } entry; number++)
        {
            CheckName(entry, number, path);
            TarHeaders.CheckAttributes(entry, path, Remedy);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)) continue;
            var name = entry.Name.Split('/')[^1];
            var shown = Printable.Name(name);
            var start = entry.DataOffset;
            if (entry.Length > 0 && (start < 0 || start + entry.Length > content.Length))
            {
                throw new InvalidDataException(
                    $"{path}: entry {number} ({shown}) announces {entry.Length} bytes, but the archive ends after {content.Length - start} of them. {Remedy}");
            }

            var data = entry.Length > 0 ? content.AsMemory((int)start, (int)entry.Length) : default;
            if (!files.TryAdd(name, data)) throw new InvalidDataException($"{path}: entry {number} is a second file {shown}. {Remedy}");
        }

        return number > 0 ? files : throw new InvalidDataException($"{path}: the archive is empty. {Remedy}");
    }

    /// <summary>Nothing is unpacked to a disk, but an archive that tries to leave its folder is none to take data from.</summary>
    private static void CheckName(TarEntry entry, int number, string path)
    {
        var isPlain = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile or TarEntryType.Directory
            or TarEntryType.GlobalExtendedAttributes;
        if (!isPlain)
        {
            throw new InvalidDataException(
                $"{path}: entry {number} ({Printable.Name(entry.Name)}) is neither a file nor a folder but a {entry.EntryType}, which a data archive has no use for. {Remedy}");
        }

        var parts = entry.Name.Split('/', '\\');
        if (parts.Contains("..") || (parts.Length > 1 && parts[0].Length == 0) || parts[0].EndsWith(':'))
        {
            throw new InvalidDataException($"{path}: entry {number} is named {Printable.Name(entry.Name)}, which leads out of the archive's folder. {Remedy}");
        }
    }

    private static bool IsMalformed(Exception error) => error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException
        or OverflowException or NotSupportedException;
}
