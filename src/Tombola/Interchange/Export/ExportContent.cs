using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>What a file takes away: a state with the mask that holds for it, or a mask alone.</summary>
/// <param name="Network">The network.</param>
/// <param name="State">Its weights and statistics, zero where the mask prunes; null for a mask alone.</param>
/// <param name="Mask">Which weights remain; null for a dense network.</param>
public sealed record ExportContent(Network Network, NetworkState? State, Mask? Mask)
{
    /// <summary>What the file says of itself: model, data, step and so on.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The tensors that a state dict has, or those of the mask where there is no state.</summary>
    /// <exception cref="ArgumentException">There is neither a state nor a mask, or the state has weights that the mask prunes.</exception>
    public IEnumerable<Tensor> Tensors() => State is { } state ? StateFile.Tensors(Checked(state)) : StateFile.Tensors(Pruned);

    /// <summary>The mask, under which everything remains if there is none.</summary>
    internal Mask Pruned => Mask ?? Engine.Networks.Mask.Full(Network.Space);

    /// <summary>A pruned weight is +0, so that a file says the same whether it is read with its mask or without.</summary>
    internal NetworkState Checked(NetworkState state)
    {
        if (Mask is not { } mask) return state;
        foreach (var parameter in Network.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (!mask[i] && BitConverter.SingleToUInt32Bits(state.Weights[i]) != 0) throw new ArgumentException($"The mask prunes a weight of {parameter.Name} that is not zero in the state.");
            }
        }

        return state;
    }
}
