namespace Tombola.Engine.Networks;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Path">Where it was read from, for messages.</param>
/// <param name="Tensors">The tensors, in the order of their data.</param>
/// <param name="Metadata">The strings of <c>__metadata__</c>; empty if there are none.</param>
public sealed record SafetensorsFile(string Path, IReadOnlyList<Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InvalidDataException">There is none; the message lists some that there are.</exception>
    public Tensor this[string name] => TryFind(name) ?? throw new InvalidDataException(
        $"{Path}: there is no tensor {name}; the file holds {Listing()}. Write the file with a tensor of that name.");

    /// <summary>The tensor of this name, or null.</summary>
    public Tensor? TryFind(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    private string Listing() => Tensors.Count switch
    {
        0 => "none",
        <= 8 => string.Join(", ", Tensors.Select(tensor => tensor.Name)),
        _ => $"{string.Join(", ", Tensors.Take(8).Select(tensor => tensor.Name))} and {Tensors.Count - 8} more",
    };
}
