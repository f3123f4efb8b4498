using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A tensor of a file under the name that it would have in a plain network.</summary>
/// <param name="Name">The name without what wrappers and pruning did to it.</param>
/// <param name="Values">Where its values are.</param>
/// <param name="Mask">Zeros and ones that the values are multiplied by, or null.</param>
internal sealed record FoundTensor(string Name, TensorEntry Values, TensorEntry? Mask = null)
{
    public IReadOnlyList<int> Shape => Values.Shape;
}
