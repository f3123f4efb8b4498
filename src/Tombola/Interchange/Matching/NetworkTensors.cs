using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A tensor that a network needs.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record NeededTensor(string Name, IReadOnlyList<int> Shape);

/// <summary>The tensors of a network in the order of PyTorch's state dict: layer by layer, parameters before running statistics.</summary>
internal static class NetworkTensors
{
    public static IReadOnlyList<NeededTensor> Of(Network network) => [.. network.Layers.SelectMany(layer => layer.Parameters
        .Select(parameter => new NeededTensor(parameter.Name, parameter.Shape))
        .Concat(layer.Statistics.Select(part => new NeededTensor(part.Name, [part.Length]))))];

    /// <summary>Those that a mask may speak of.</summary>
    public static IReadOnlyList<NeededTensor> Prunable(Network network) => [.. network.Space.Prunable.Select(parameter => new NeededTensor(parameter.Name, parameter.Shape))];
}
