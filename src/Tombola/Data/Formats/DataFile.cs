using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>A data file, gzipped or plain, read from its first byte to its last.</summary>
internal sealed class DataFile : IDisposable
{
    /// <summary>No packed byte gives more than about 1,032 unpacked ones.</summary>
    private const long LargestExpansion = 1100;

    private readonly FileStream _file;
    private readonly GzipMember? _gzip;

    private DataFile(FileStream file, string path, long most)
    {
        _file = file;
        _gzip = IsGzip(file) ? new GzipMember(file, path) : null;
        (Length, Most) = _gzip is null ? (file.Length, file.Length) : (_gzip.Length, Math.Min(most, LargestExpansion * file.Length));
    }

    /// <summary>Unpacked bytes. Of a gzipped file this is what its end says: right if the file is sound, any number if not.</summary>
    public long Length { get; }

    /// <summary>Unpacked bytes that can be in the file at most, sound or not.</summary>
    public long Most { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="most">Unpacked bytes that its format can hold at most.</param>
    /// <exception cref="FileNotFoundException">There is nothing at this path.</exception>
    /// <exception cref="InvalidDataException">It is too large, no regular file, or a gzip file that is damaged at its start.</exception>
    public static DataFile Open(string path, long most)
    {
        // What cannot be packed grows a little.
        var file = RegularFile.Open(path, most + (most / 1000) + (1 << 16));
        try
        {
            return new DataFile(file, path, most);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file; memory is taken for it once.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAll(string path, int most)
    {
        using var file = Open(path, most);
        if (file.Length > file.Most) throw new InvalidDataException(
            $"{path}: by its last bytes the file unpacks to {file.Length} bytes, but {file.Most} are the most that it can hold. Fetch or copy it again.");
        var content = GC.AllocateUninitializedArray<byte>((int)file.Length);
        return file.Fill(content) == content.Length && file.IsAtEnd() ? content : throw new InvalidDataException(
            $"{path}: the file does not unpack to the {file.Length} bytes that its end announces, or is being written. Fetch or copy it again.");
    }

    /// <summary>Reads on into all of a span, unless the file ends before.</summary>
    /// <returns>Bytes read.</returns>
    /// <exception cref="InvalidDataException">The gzip compression is damaged.</exception>
    public int Fill(Span<byte> target) => _gzip?.Fill(target) ?? _file.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);

    /// <summary>True if everything was read; false if more follows.</summary>
    /// <exception cref="InvalidDataException">The gzip compression does not end as it should.</exception>
    public bool IsAtEnd() => _gzip?.IsAtEnd() ?? _file.ReadByte() < 0;

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    /// <summary>True if a file starts like a gzip file; it is at its start again afterwards.</summary>
    public static bool IsGzip(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        file.Position = 0;
        var got = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return got == magic.Length && magic is [0x1F, 0x8B];
    }
}
