namespace Tombola.Engine.Networks;

/// <summary>An open file of named arrays: names, types and shapes are known, each array is read when it is asked for.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    string Path { get; }

    /// <summary>The tensors, in the file's order; their names differ.</summary>
    IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>Strings that the file keeps beside them; empty if there are none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a tensor; memory is taken for its <see cref="TensorEntry.Length"/>.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="InvalidDataException">The file has changed since it was opened, or is damaged where the tensor lies.</exception>
    Tensor Read(TensorEntry entry);
}
