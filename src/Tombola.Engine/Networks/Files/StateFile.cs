using Tombola.Engine.Foreign;

namespace Tombola.Engine.Networks;

/// <summary>Network states and masks as this program writes them: safetensors files with PyTorch's names and shapes, so that they travel to Python and back.</summary>
/// <remarks>A state is one F32 tensor a parameter or running statistic; a mask is one U8 tensor of zeros and ones a prunable parameter.</remarks>
public static class StateFile
{
    /// <summary>PyTorch's counter of batches, beside the statistics of each batch norm. It has no part in what a network computes.</summary>
    private const string BatchCounter = ".num_batches_tracked";

    /// <summary>Writes a state, whole or not at all.</summary>
    public static void Write(string path, NetworkState state, IReadOnlyDictionary<string, string>? metadata = null) =>
        Safetensors.Write(path, Tensors(state), metadata);

    /// <summary>Writes a mask, whole or not at all.</summary>
    public static void Write(string path, Mask mask, IReadOnlyDictionary<string, string>? metadata = null) =>
        Safetensors.Write(path, Tensors(mask), metadata);

    /// <summary>Reads a state.</summary>
    /// <exception cref="InvalidDataException">The file is unsound, or its names, shapes or types are not those of <paramref name="space"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static NetworkState Read(string path, WeightSpace space)
    {
        using var file = Safetensors.Read(path);
        return ReadState(file, space);
    }

    /// <summary>Reads a mask.</summary>
    /// <exception cref="InvalidDataException">The file is unsound, its names or shapes are not those of the space, or a value is neither 0 nor 1.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Mask ReadMask(string path, WeightSpace space)
    {
        using var file = Safetensors.Read(path);
        return ReadMask(file, space);
    }

    /// <summary>One F32 tensor a parameter, then one a running statistic.</summary>
    public static IEnumerable<Tensor> Tensors(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Space.Parameters.Select(parameter => Tensor.Of<float>(parameter.Name, parameter.Shape, state[parameter]))
            .Concat(state.Space.Statistics.Select(part => Tensor.Of<float>(part.Name, [part.Count], state[part])));
    }

    /// <summary>One U8 tensor of zeros and ones a prunable parameter.</summary>
    public static IEnumerable<Tensor> Tensors(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Space.Prunable.Select(parameter =>
        {
            var bytes = new byte[parameter.Count];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = mask[parameter.Offset + i] ? (byte)1 : (byte)0;
            return new Tensor(parameter.Name, "U8", [.. parameter.Shape], bytes);
        });
    }

    /// <inheritdoc cref="Read"/>
    public static NetworkState ReadState(SafetensorsFile file, WeightSpace space)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(space);
        var parameters = space.Parameters.Select(parameter => (parameter.Name, parameter.Shape));
        Check(file, parameters.Concat(space.Statistics.Select(part => (part.Name, (IReadOnlyList<int>)[part.Count]))), "F32", "network");
        return StateAssembly.State(file.Path, space, (name, values) => file[name].As<float>().CopyTo(values));
    }

    /// <inheritdoc cref="ReadMask(string, WeightSpace)"/>
    public static Mask ReadMask(SafetensorsFile file, WeightSpace space)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(space);
        Check(file, space.Prunable.Select(parameter => (parameter.Name, parameter.Shape)), "U8", "mask");
        return StateAssembly.Mask(file.Path, space, parameter => file[parameter.Name]);
    }

    /// <summary>Makes sure that each of these tensors is there and no other: nothing is read before.</summary>
    private static void Check(SafetensorsFile file, IEnumerable<(string Name, IReadOnlyList<int> Shape)> expected, string type, string what)
    {
        var wanted = expected.ToList();
        var names = wanted.Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
        var stranger = file.Entries.FirstOrDefault(tensor => !names.Contains(tensor.Name) && !tensor.Name.EndsWith(BatchCounter, StringComparison.Ordinal));
        if (stranger is not null)
        {
            throw new InvalidDataException(
                $"{file.Path}: tensor {Printable.Name(stranger.Name)} of shape {Listing.OfShape(stranger.Shape)} has no place in the {what}. Give the network "
                    + "that the file was saved from, or leave the tensor out.");
        }

        foreach (var (name, shape) in wanted) CheckTensor(file, name, shape, type);
    }

    private static void CheckTensor(SafetensorsFile file, string name, IReadOnlyList<int> shape, string type)
    {
        var tensor = file.TryFind(name) ?? throw new InvalidDataException(
            $"{file.Path}: tensor {name} of shape {Listing.OfShape(shape)} is missing. Give a file that was saved from this "
                + "network, or the network that the file was saved from.");
        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{file.Path}: tensor {tensor.Name} has the shape {Listing.OfShape(tensor.Shape)}, but the network has "
                    + $"{Listing.OfShape(shape)}. Give the network that the file was saved from.");
        }

        if (tensor.DType != type) throw new InvalidDataException($"{file.Path}: tensor {tensor.Name} holds {tensor.DType}, but {type} is needed. Convert it before saving.");
    }
}
