using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>How many layers of a masked network a training step computes sparsely, phase by phase.</summary>
/// <param name="Layers">Layers with prunable weights.</param>
/// <param name="Forward">Those whose outputs are computed with the remaining weights only.</param>
/// <param name="InputGradient">Those whose data gradient is, or is not wanted.</param>
/// <param name="WeightGradient">Those whose weight gradient is.</param>
public sealed record SparseLayers(int Layers, int Forward, int InputGradient, int WeightGradient)
{
    /// <summary>Counts the decisions of a plan without making one.</summary>
    /// <param name="network">The architecture.</param>
    /// <param name="remaining">How many weights of a prunable parameter remain.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    public static SparseLayers Of(Network network, Func<Parameter, int> remaining, KernelChoice kernels)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(remaining);
        var choice = SparseChoice.For(network, training: true, kernels);
        var phases = network.Space.Prunable.Select(parameter => remaining(parameter) == parameter.Count ? default : choice(parameter, remaining(parameter))).ToArray();
        return new SparseLayers(phases.Length, phases.Count(phase => phase.Forward), phases.Count(phase => phase.InputGradient), phases.Count(phase => phase.WeightGradient));
    }
}
