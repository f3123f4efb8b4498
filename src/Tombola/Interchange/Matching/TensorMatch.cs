using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>Finds each tensor that a network needs in a file.</summary>
internal static class TensorMatch
{
    /// <summary>What the file has for each needed name.</summary>
    /// <param name="dict">The tensors of the file.</param>
    /// <param name="needed">What is needed: all of it, and nothing else.</param>
    /// <param name="what">What the file is not, for the message.</param>
    /// <param name="byOrder">Whether other names may be taken by order.</param>
    /// <param name="notes">Takes what was taken for what by order.</param>
    /// <exception cref="InvalidDataException">They do not fit; the message says which are missing, left over, or of another shape.</exception>
    public static IReadOnlyDictionary<string, FoundTensor> Find(StateDict dict, IReadOnlyList<NeededTensor> needed, string what, bool byOrder, ICollection<string> notes)
    {
        var found = dict.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        if (Mismatch(found, needed) is not { } mismatch) return found;
        var ordered = OrderMatch.Find(dict.Tensors, needed, out var disorder);
        if (!byOrder)
        {
            var hint = ordered is null ? "" : " Number, order and shapes agree, so its tensors may also be taken by order (--names by-order).";
            throw Bad($"{mismatch}. Name the network that the file was saved from.{hint}");
        }

        if (ordered is null) throw Bad($"neither do the names fit nor the order: {disorder}. Name the network that the file was saved from.");
        foreach (var (name, tensor) in ordered.Where(pair => pair.Key != pair.Value.Name)) notes.Add($"{Printable.Name(tensor.Name)} -> {name}");
        return ordered;

        InvalidDataException Bad(string why) => new(Printable.Sentence($"{dict.Path}: this is {what}: {why}"));
    }

    /// <summary>What does not fit, in words; null if all does.</summary>
    public static string? Mismatch(IReadOnlyDictionary<string, FoundTensor> found, IReadOnlyList<NeededTensor> needed)
    {
        var names = needed.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        string[] missing = [.. names.Where(name => !found.ContainsKey(name))];
        string[] left = [.. found.Keys.Where(name => !names.Contains(name))];
        string[] reshaped = [.. needed.Where(tensor => found.TryGetValue(tensor.Name, out var its) && !its.Shape.SequenceEqual(tensor.Shape)).Select(tensor => $"{tensor.Name} {Listing.OfShape(found[tensor.Name].Shape)} for {Listing.OfShape(tensor.Shape)}")];
        string?[] parts =
        [
            missing.Length > 0 ? $"it lacks {Listing.Of(missing)}" : null,
            left.Length > 0 ? $"it has besides {Listing.Of(left)}" : null,
            reshaped.Length > 0 ? $"it has other shapes: {Listing.Of(reshaped)}" : null,
        ];
        return parts.Any(part => part is not null) ? string.Join("; ", parts.Where(part => part is not null)) : null;
    }
}
