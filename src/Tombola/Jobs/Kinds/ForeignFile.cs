using Tombola.Engine.Networks;
using Tombola.Interchange;

namespace Tombola.Jobs;

/// <summary>A file outside the store, named by what is in it: what was measured of a copy holds for the file, wherever it lies.</summary>
public sealed record ForeignFile
{
    // No property, since the keys of jobs must not know it.
    private readonly string? _path;

    private ForeignFile(string path) => (_path, Contents) = (path, EntryChecksums.Sum(path));

    /// <summary>Its SHA-256, hexadecimal.</summary>
    public string Contents { get; private init; }

    /// <summary>The file at a path, as it is now.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static ForeignFile At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) ? new ForeignFile(Path.GetFullPath(path)) : throw new FileNotFoundException($"There is no file {path}. Check the path.", path);
    }

    /// <summary>Its name without its folder.</summary>
    public override string ToString() => _path is null ? Contents[..12] : Path.GetFileName(_path);

    /// <summary>Two files are equal if their contents are.</summary>
    public bool Equals(ForeignFile? other) => other is not null && Contents == other.Contents;

    /// <inheritdoc/>
    public override int GetHashCode() => Contents.GetHashCode(StringComparison.Ordinal);

    /// <summary>Reads it, if it still is what it was.</summary>
    /// <exception cref="InvalidDataException">It has changed.</exception>
    internal T Read<T>(Func<ITensorFile, T> read)
    {
        using var file = ModelFiles.Open(_path!);
        var result = read(file);

        // After reading, so that what was read is what was summed.
        return EntryChecksums.Sum(_path!) == Contents ? result : throw new InvalidDataException($"{_path}: the file has changed since the command began. Run it again.");
    }
}
