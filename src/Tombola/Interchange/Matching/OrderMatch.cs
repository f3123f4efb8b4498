using System.Globalization;
using System.Text.RegularExpressions;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>Takes tensors of other names by their order: the first layer of the file is the network's first, and so on.</summary>
/// <remarks>
/// Within a layer a weight comes before its bias, and both before running statistics, since files differ in that. A scale is never taken for a mean, though they
/// have one shape.
/// </remarks>
internal static partial class OrderMatch
{
    /// <summary>Last words of names, in PyTorch's order.</summary>
    private static readonly string[] Roles = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>What the file has for each needed name; null, and why, if they do not fit.</summary>
    public static IReadOnlyDictionary<string, FoundTensor>? Find(IReadOnlyList<FoundTensor> found, IReadOnlyList<NeededTensor> needed, out string? mismatch)
    {
        FoundTensor[] theirs = [.. InOrder(found, tensor => tensor.Name)];
        NeededTensor[] ours = [.. InOrder(needed, tensor => tensor.Name)];
        mismatch = theirs.Length == ours.Length ? null : $"it has {theirs.Length} tensors for {ours.Length}";
        foreach (var (number, (its, own)) in theirs.Zip(ours).Index())
        {
            if (mismatch is not null) return null;
            if (!its.Shape.SequenceEqual(own.Shape)) mismatch = Wrong(number, $"{Printable.Name(its.Name)} {Listing.OfShape(its.Shape)} cannot be {own.Name} {Listing.OfShape(own.Shape)}");
            else if (RoleOf(its.Name) is var role and >= 0 && RoleOf(own.Name) is var needs and >= 0 && role != needs) mismatch = Wrong(number, $"{Printable.Name(its.Name)} cannot be {own.Name}");
        }

        return mismatch is null ? theirs.Zip(ours).ToDictionary(pair => pair.Second.Name, pair => pair.First, StringComparer.Ordinal) : null;
    }

    private static string Wrong(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"as number {number + 1}, {what}");

    private static IEnumerable<T> InOrder<T>(IReadOnlyList<T> tensors, Func<T, string> nameOf)
    {
        var layers = new List<(string Name, List<T> Tensors)>();
        foreach (var tensor in tensors)
        {
            var name = nameOf(tensor);
            var layer = name[..Math.Max(0, name.LastIndexOf('.'))];
            if (layers.Count == 0 || layers[^1].Name != layer) layers.Add((layer, []));
            layers[^1].Tensors.Add(tensor);
        }

        // A file that was sorted by letters has layer 10 before layer 2.
        var isSorted = layers.Zip(layers.Skip(1)).All(pair => string.CompareOrdinal(pair.First.Name, pair.Second.Name) < 0);
        return (isSorted ? layers.OrderBy(layer => Numbered(layer.Name), StringComparer.Ordinal) : layers.AsEnumerable())
            .SelectMany(layer => layer.Tensors.OrderBy(tensor => RoleOf(nameOf(tensor)) is var role and >= 0 ? role : Roles.Length));
    }

    private static int RoleOf(string name) => Array.IndexOf(Roles, name[(name.LastIndexOf('.') + 1)..]);

    private static string Numbered(string name) => Digits().Replace(name, digits => digits.Value.PadLeft(10, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
