using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>The tensors of a file as those of a plain network: without wrappers' prefixes, and with what pruning split put together.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Tensors">In the order of the file; names differ.</param>
/// <param name="Notes">What was done to the names.</param>
internal sealed record StateDict(string Path, IReadOnlyList<FoundTensor> Tensors, IReadOnlyList<string> Notes)
{
    private const string Original = "_orig", MaskEnding = "_mask";

    /// <param name="file">The file.</param>
    /// <param name="network">The network whose names need no change, or null.</param>
    /// <exception cref="InvalidDataException">Something was pruned but lacks its mask, or has one of another shape.</exception>
    public static StateDict Of(ITensorFile file, Network? network)
    {
        var notes = new List<string>();
        var known = network is null ? [] : NetworkTensors.Of(network).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var tensors = PlainNames.Of(file, known.Contains, notes);
        var names = tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var masks = tensors.Where(tensor => IsMaskOfPruned(tensor.Name)).ToDictionary(tensor => tensor.Name, tensor => tensor.Entry, StringComparer.Ordinal);
        FoundTensor[] found = [.. tensors.Where(tensor => !masks.ContainsKey(tensor.Name)).Select(tensor => IsPruned(tensor.Name) ? Pruned(tensor.Name[..^Original.Length], tensor.Entry) : new FoundTensor(tensor.Name, tensor.Entry))];
        if (masks.Count > 0) notes.Add($"{masks.Count} of {found.Length} tensors were put together from X_orig and X_mask, as torch.nn.utils.prune splits them.");
        return new StateDict(file.Path, found, notes);

        bool IsPruned(string name) => name.EndsWith(Original, StringComparison.Ordinal) && !known.Contains(name);

        bool IsMaskOfPruned(string name) => name.EndsWith(MaskEnding, StringComparison.Ordinal) && names.Contains(name[..^MaskEnding.Length] + Original);

        FoundTensor Pruned(string name, TensorEntry values)
        {
            var shown = Printable.Name(name);
            if (names.Contains(name)) throw new InvalidDataException($"{file.Path}: there are both {shown} and {shown}{Original}, so it is not known which is meant. Save the state_dict of the network as it is after pruning.");
            if (!masks.TryGetValue(name + MaskEnding, out var mask)) throw new InvalidDataException($"{file.Path}: {shown}{Original} was pruned, but its mask {shown}{MaskEnding} is missing. Save the whole state_dict, buffers too.");
            return mask.Shape.SequenceEqual(values.Shape) ? new FoundTensor(name, values, mask) : throw new InvalidDataException(
                $"{file.Path}: {shown}{Original} has the shape {Listing.OfShape(values.Shape)}, but its mask {Listing.OfShape(mask.Shape)}. Save the state_dict again.");
        }
    }
}
