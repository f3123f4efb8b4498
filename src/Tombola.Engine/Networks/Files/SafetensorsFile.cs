using Tombola.Engine.Foreign;

namespace Tombola.Engine.Networks;

/// <summary>An open safetensors file: its header is read and checked, each tensor is read when it is asked for.</summary>
/// <remarks>So a file can be judged by its names, types and shapes before any memory is taken for its data. Several threads may read at once.</remarks>
public sealed class SafetensorsFile : ITensorFile
{
    private readonly FileStream _stream;
    private readonly SafetensorsHeader _header;

    internal SafetensorsFile(FileStream stream, string path) => (_stream, Path, _header) = (stream, path, SafetensorsHeader.Read(stream, path));

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Entries => _header.Entries;

    /// <summary>The strings of <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads the tensor of this name.</summary>
    /// <exception cref="InvalidDataException">There is none; the message lists some that there are.</exception>
    public Tensor this[string name] => Read(Find(name));

    /// <summary>Type and shape of the tensor of this name, without reading it; null if there is none.</summary>
    public TensorEntry? TryFind(string name) => _header.TryFind(name);

    /// <summary>Type and shape of the tensor of this name, without reading it.</summary>
    /// <exception cref="InvalidDataException">There is none; the message lists some that there are.</exception>
    public TensorEntry Find(string name) => TryFind(name) ?? throw new InvalidDataException(
        $"{Path}: there is no tensor {name}; the file holds {Listing.Of(Entries.Select(entry => entry.Name))}. Write the file with a tensor of that name.");

    /// <summary>Reads a tensor; memory is taken for its <see cref="TensorEntry.Length"/>.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="InvalidDataException">The file has become shorter since it was opened.</exception>
    public Tensor Read(TensorEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var begin = _header.BeginOf(entry);
        var bytes = GC.AllocateUninitializedArray<byte>(entry.Length);
        for (var got = 0; got < bytes.Length;)
        {
            var count = RandomAccess.Read(_stream.SafeFileHandle, bytes.AsSpan(got), begin + got);
            got += count > 0 ? count : throw new InvalidDataException(
                $"{Path}: the file was cut short within tensor {Printable.Name(entry.Name)} while it was read. Copy or write it again.");
        }

        return new Tensor(entry.Name, entry.DType, entry.Shape, bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
