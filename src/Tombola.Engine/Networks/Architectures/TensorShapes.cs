using System.Globalization;

namespace Tombola.Engine.Networks;

/// <summary>Looks at the names and shapes of a file's tensors for what a family of networks numbers.</summary>
internal static class TensorShapes
{
    /// <summary>First sides of the tensors <c>PREFIX.0.SUFFIX</c>, <c>PREFIX.1.SUFFIX</c>, ... of so many dimensions: the outputs of layer after layer.</summary>
    public static IReadOnlyList<int> Outputs(this IReadOnlyDictionary<string, IReadOnlyList<int>> shapes, string prefix, string suffix, int dimensions)
    {
        var outputs = new List<int>();
        while (shapes.Outputs(string.Create(CultureInfo.InvariantCulture, $"{prefix}.{outputs.Count}.{suffix}"), dimensions) is { } width) outputs.Add(width);
        return outputs;
    }

    /// <summary>First side of a tensor of so many dimensions; null if there is no such tensor.</summary>
    public static int? Outputs(this IReadOnlyDictionary<string, IReadOnlyList<int>> shapes, string name, int dimensions) =>
        shapes.TryGetValue(name, out var shape) && shape.Count == dimensions ? shape[0] : null;
}
