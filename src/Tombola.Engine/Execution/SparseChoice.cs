using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>Decides which phases of a layer are computed with the remaining weights only.</summary>
/// <remarks>A function of the layer's shape and density and of nothing else, so that results are the same bits on every machine and in every run.</remarks>
internal static class SparseChoice
{
    /// <summary>The decision for each parameter of a network, given how many of its weights remain.</summary>
    public static Func<Parameter, int, SparsePhases> For(Network network, bool training, KernelChoice kernels) =>
        kernels == KernelChoice.Dense ? (_, _) => default : For(network, training, Of);

    /// <summary>The same with another opinion on a single layer.</summary>
    /// <param name="network">The architecture.</param>
    /// <param name="training">Whether gradients are wanted.</param>
    /// <param name="pays">Phases in which sparse kernels pay for a layer of which a fraction remains.</param>
    public static Func<Parameter, int, SparsePhases> For(Network network, bool training, Func<Layer, double, SparsePhases> pays)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = network.Nodes.Where(node => node.Layer is LinearLayer or ConvolutionLayer).ToDictionary(node => $"{node.Layer.Name}.weight");
        return (parameter, remaining) =>
        {
            var node = layers[parameter.Name];
            var phases = pays(node.Layer, (double)remaining / parameter.Count);

            // In evaluation nobody asks for gradients, and of the network's input never; what is not computed does not stand in the way of storing survivors only.
            if (!training) return new SparsePhases(phases.Forward, phases.Forward, phases.Forward);
            return node.Inputs.Contains(Network.InputNode) ? phases with { InputGradient = phases.WeightGradient } : phases;
        };
    }

    private static SparsePhases Of(Layer layer, double density)
    {
        var sparse = density < 0.3;
        return new SparsePhases(sparse, sparse, sparse);
    }
}
