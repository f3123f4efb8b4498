using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Finds the mask of a network in a file.</summary>
internal static class MaskTensors
{
    /// <summary>What tells a mask from the weights beside it: <c>fc.weight_mask</c>, <c>fc.mask</c>.</summary>
    private static readonly string[] Endings = ["_mask", ".mask"];

    /// <inheritdoc cref="StateReader.ReadMask(ITensorFile, Network, ICollection{string}, bool)"/>
    public static Mask Read(ITensorFile file, Network network, ICollection<string> notes, bool byOrder)
    {
        var found = Find(file, network, notes);
        var needed = NetworkTensors.Prunable(network);
        var names = needed.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var there = found.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        string[] absent = [.. names.Where(name => !there.Contains(name))];

        // What the file does not mention is not missed, unless it mentions nothing.
        NeededTensor[] present = absent.Length == names.Count ? [.. needed] : [.. needed.Where(tensor => there.Contains(tensor.Name))];
        var tensors = TensorMatch.Find(new StateDict(file.Path, found, []), present, $"no mask of {network.Name}", byOrder, notes);
        if (absent.Length > 0 && absent.Length < names.Count) notes.Add($"The file does not mention {Listing.Of(absent)}, so nothing is pruned there.");
        return StateAssembly.Mask(file.Path, network.Space, parameter => tensors.TryGetValue(parameter.Name, out var tensor) ? file.Read(tensor.Values) : null);
    }

    /// <summary>The masks of a file by the names of what they prune. Where some tensors are called masks, the others are none.</summary>
    private static FoundTensor[] Find(ITensorFile file, Network network, ICollection<string> notes)
    {
        var tensors = PlainNames.Of(file, name => network.Space.TryFind(name, out _), notes);
        FoundTensor[] called = [.. tensors.Where(tensor => Endings.Any(ending => tensor.Name.EndsWith(ending, StringComparison.Ordinal))).Select(tensor => new FoundTensor(NameOf(tensor.Name, network), tensor.Entry))];
        if (called.Length == 0) return [.. tensors.Select(tensor => new FoundTensor(tensor.Name, tensor.Entry))];
        if (called.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(masks => masks.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{file.Path}: there are several masks of {Printable.Name(twice.Key)}: {Listing.Of(twice.Select(tensor => tensor.Values.Name))}. Write the one that is meant.");
        }

        FoundTensor[] others = [.. called.Where(tensor => network.Space.TryFind(tensor.Name, out var parameter) && !parameter.Prunable)];
        if (others.Length > 0) notes.Add($"The masks of {Listing.Of(others.Select(tensor => tensor.Name))} were passed over, since these may not be pruned here.");
        return [.. called.Except(others)];
    }

    private static string NameOf(string mask, Network network)
    {
        var name = mask[..^Endings[0].Length];
        return network.Space.TryFind(name, out _) || mask.EndsWith(Endings[0], StringComparison.Ordinal) ? name : name + ".weight";
    }
}
