using System.IO.Compression;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>The files in a zip archive, read in parts; nothing is ever written to a disk.</summary>
/// <remarks>Together the files have no more bytes than the archive, but for what is packed, which has at most so many times more as packing allows. Several threads may read.</remarks>
internal sealed class ZipContent : IDisposable
{
    /// <summary>No packed byte gives more than about 1,032 unpacked ones.</summary>
    private const long LargestExpansion = 1100;

    private const string Remedy = "Copy or write the file again.";

    private readonly Lock _reading = new();
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    private ZipContent(string path, ZipArchive archive, long bytes) => (Path, _archive, Bytes) = (path, archive, bytes);

    public string Path { get; }

    /// <summary>Bytes of the archive itself.</summary>
    public long Bytes { get; }

    /// <summary>Names with folders, in the order of the archive's directory.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <exception cref="InvalidDataException">It is cut short, damaged, or needs a password.</exception>
    public static ZipContent Open(string path)
    {
        var stream = RegularFile.Open(path, long.MaxValue);
        try
        {
            var content = new ZipContent(path, new ZipArchive(stream, ZipArchiveMode.Read), stream.Length);
            content.List();
            return content;
        }
        catch (Exception error)
        {
            stream.Dispose();
            if (!IsMalformed(error) || error.Message.StartsWith(path, StringComparison.Ordinal)) throw;
            throw new InvalidDataException($"{path}: the zip archive is cut short or damaged, so its directory cannot be read. {Remedy}", error);
        }
    }

    /// <summary>Whether the archive has a file.</summary>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Bytes of a file, unpacked.</summary>
    public long LengthOf(string name) => _entries[name].Length;

    /// <summary>Whether a file is packed rather than stored.</summary>
    public bool IsPacked(string name) => _entries[name].CompressedLength != _entries[name].Length;

    /// <summary>Reads a part of a file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="begin">Its first byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <exception cref="InvalidDataException">The file ends before that, or is damaged.</exception>
    public byte[] Read(string name, long begin, int length)
    {
        var entry = _entries[name];
        if (begin + length > entry.Length) throw Short(name, entry.Length);
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        lock (_reading)
        {
            try
            {
                using var stream = entry.Open();
                Skip(stream, begin);
                var got = stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
                return got == length ? bytes : throw Short(name, begin + got);
            }
            catch (Exception error) when (IsMalformed(error) && !error.Message.StartsWith(Path, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{Path}: {Printable.Name(name)} in the archive is damaged. {Remedy}", error);
            }
        }
    }

    public void Dispose() => _archive.Dispose();

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Position = count;
            return;
        }

        Span<byte> passed = stackalloc byte[4096];
        while (count > 0 && stream.Read(passed[..(int)Math.Min(passed.Length, count)]) is > 0 and var got) count -= got;
    }

    private static bool IsMalformed(Exception error) => error is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException or NotSupportedException
        || (error is IOException && error.GetType() == typeof(IOException));

    private void List()
    {
        var packed = 0L;
        foreach (var entry in _archive.Entries)
        {
            var shown = Printable.Name(entry.FullName);
            if (entry.IsEncrypted) throw new InvalidDataException($"{Path}: {shown} in the archive is encrypted. Unpack it with its password and pack it again without.");
            packed += entry.CompressedLength;
            if (entry.CompressedLength < 0 || entry.Length < 0 || packed < 0 || packed > Bytes || entry.Length / LargestExpansion > entry.CompressedLength)
            {
                throw new InvalidDataException($"{Path}: the files up to {shown} in the archive take {packed} bytes and {shown} unpacks to {entry.Length}, more than an archive of {Bytes} bytes can hold. {Remedy}");
            }

            if (!_entries.TryAdd(entry.FullName, entry)) throw new InvalidDataException($"{Path}: the archive has two files {shown}. {Remedy}");
        }
    }

    private InvalidDataException Short(string name, long end) => new($"{Path}: {Printable.Name(name)} in the archive ends after {end} bytes, too early. {Remedy}");
}
