using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A file of <c>numpy.savez</c> or <c>numpy.savez_compressed</c>: a zip archive of arrays.</summary>
internal sealed class NpzFile : ITensorFile
{
    private const string Ending = ".npy";

    private readonly ZipContent _archive;
    private readonly Dictionary<string, NpyHeader> _headers;

    private NpzFile(ZipContent archive)
    {
        _archive = archive;
        string[] names = [.. archive.Names.Where(IsArray).Select(file => file[..^Ending.Length])];
        _headers = names.ToDictionary(name => name, name => NpyHeader.Read(archive, name + Ending, name), StringComparer.Ordinal);
        Entries = [.. names.Select(name => _headers[name].Entry)];
    }

    public static ModelFormat Format { get; } = new("NumPy (.npz)", file => ZipNames.Of(file).Any(IsArray), Open);

    /// <inheritdoc/>
    public string Path => _archive.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public Tensor Read(TensorEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!_headers.TryGetValue(entry.Name, out var header) || !header.Entry.Equals(entry)) throw new ArgumentException($"{Printable.Name(entry.Name)} is no entry of {Path}.", nameof(entry));
        var bytes = _archive.Read(entry.Name + Ending, header.DataStart, entry.Length);
        if (header.IsBigEndian)
        {
            for (var at = 0; at < bytes.Length; at += header.ElementBytes) bytes.AsSpan(at, header.ElementBytes).Reverse();
        }

        var strides = Strides.ByColumns(entry.Shape);
        var isInOrder = !header.IsByColumns || Strides.AreByRows(entry.Shape, strides);
        return new Tensor(entry.Name, entry.DType, entry.Shape, isInOrder ? bytes : Strides.Gathered(bytes, header.ElementBytes, entry.Shape, strides));
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static bool IsArray(string name) => name.EndsWith(Ending, StringComparison.Ordinal);

    private static NpzFile Open(string path)
    {
        var archive = ZipContent.Open(path);
        try
        {
            return new NpzFile(archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }
}
