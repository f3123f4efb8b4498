using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>Finds the tensors in what a PyTorch file holds: a state dict, or a checkpoint with one beside optimizer and epoch.</summary>
internal static class TorchStateDict
{
    /// <summary>Under which names people keep the state dict of a network.</summary>
    private static readonly string[] Names = ["state_dict", "model_state_dict", "model", "net"];

    private const int Deepest = 4;

    /// <summary>The tensors by their names, in the order in which they were written.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="content">What its pickle made.</param>
    public static IReadOnlyList<(string Name, object Tensor)> Find(string path, object? content)
    {
        if (content is PickledDict dict && Find(dict, Deepest) is { Length: > 0 } tensors) return tensors;
        var what = (content as PickledDict)?.Texts.Select(entry => entry.Key).Order(StringComparer.Ordinal) is { } keys ? $"a dictionary with {Listing.Of(keys)}" : "no dictionary";
        throw new InvalidDataException(
            $"{path}: there is no state dict in the file, which holds {what}. It is looked for at the top and under {string.Join(", ", Names)}. Save it with torch.save(model.state_dict(), PATH).");
    }

    /// <summary>Those under a known name before those at the top: checkpoints keep the best accuracy as a tensor.</summary>
    private static (string Name, object Tensor)[] Find(PickledDict dict, int depth)
    {
        var within = depth == 0 ? null : Names.Select(dict.Find).OfType<PickledDict>().Select(inner => Find(inner, depth - 1)).FirstOrDefault(tensors => tensors.Length > 0);
        return within ?? [.. dict.Texts.Where(entry => entry.Value is TorchTensor or TorchStranger)
            .OrderBy(entry => (entry.Value as TorchTensor)?.Number ?? 0).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value!))];
    }
}
