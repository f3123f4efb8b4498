using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Takes from names what wrappers put before them: <c>DataParallel</c>, a module that holds the network, <c>torch.compile</c>.</summary>
internal static class PlainNames
{
    /// <summary>PyTorch's counter of batches, beside the statistics of each batch norm. It has no part in what a network computes.</summary>
    private const string BatchCounter = "num_batches_tracked";

    private static readonly string[] Wrappers = ["module.", "model.", "_orig_mod."];

    /// <summary>The tensors of a file without counters of batches, each with its plain name, and a note if that is not its own.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isKnown">Names that need no change: a network may have a part that is called model itself.</param>
    /// <param name="notes">Takes the note.</param>
    public static IReadOnlyList<(string Name, TensorEntry Entry)> Of(ITensorFile file, Func<string, bool> isKnown, ICollection<string> notes)
    {
        var tensors = WithMasksOfOpenLth([.. file.Entries.Where(entry => entry.Name.Split('.')[^1] != BatchCounter).Select(entry => (entry.Name, entry))]);
        var taken = "";
        while (!tensors.Any(tensor => isKnown(tensor.Name)) && Wrappers.FirstOrDefault(wrapper => AllHave(tensors, wrapper)) is { } prefix)
        {
            taken += prefix;
            tensors = [.. tensors.Select(tensor => (tensor.Name[prefix.Length..], tensor.Entry))];
        }

        if (taken.Length > 0) notes.Add($"'{taken}' was taken off the front of every name.");
        return tensors;
    }

    /// <summary>OpenLTH's checkpoints keep the mask of <c>model.fc.weight</c> as <c>mask_fc___weight</c>; both get the names that PyTorch's own pruning would give them.</summary>
    private static (string Name, TensorEntry Entry)[] WithMasksOfOpenLth((string Name, TensorEntry Entry)[] tensors)
    {
        const string beginning = "mask_", weights = "model.";
        var masked = tensors.Where(tensor => tensor.Name.StartsWith(beginning, StringComparison.Ordinal)).Select(tensor => weights + tensor.Name[beginning.Length..].Replace("___", ".", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        return masked.Count == 0 || !masked.IsSubsetOf(tensors.Select(tensor => tensor.Name)) ? tensors : [.. tensors.Select(tensor =>
            masked.Contains(tensor.Name) ? (tensor.Name + "_orig", tensor.Entry)
            : tensor.Name.StartsWith(beginning, StringComparison.Ordinal) ? ($"{weights}{tensor.Name[beginning.Length..].Replace("___", ".", StringComparison.Ordinal)}_mask", tensor.Entry)
            : tensor)];
    }

    private static bool AllHave((string Name, TensorEntry Entry)[] tensors, string prefix) =>
        tensors.Length > 0 && tensors.All(tensor => tensor.Name.Length > prefix.Length && tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
}
