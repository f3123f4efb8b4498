using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution;

/// <summary>Decides which phases of a layer are computed with the remaining weights only.</summary>
/// <remarks>A function of the layer's shape and density and of nothing else, so that results are the same bits on every machine and in every run.</remarks>
internal static class SparseChoice
{
    /// <summary>The decision for each parameter of a network, given how many of its weights remain.</summary>
    public static Func<Parameter, int, SparsePhases> For(Network network, bool training, KernelChoice kernels)
    {
        if (kernels == KernelChoice.Dense) return (_, _) => default;
        var layers = new Dictionary<string, Node>();
        foreach (var node in network.Nodes.Where(node => node.Layer is LinearLayer or ConvolutionLayer)) layers.Add($"{node.Layer.Name}.weight", node);
        return (parameter, remaining) =>
        {
            var node = layers[parameter.Name];
            var phases = Of(node.Layer, (double)remaining / parameter.Count);

            // Nobody asks for the gradient of the network's input; and in evaluation for no gradient at all.
            if (node.Inputs.Contains(Network.InputNode)) phases = phases with { InputGradient = phases.WeightGradient };
            return training ? phases with { WeightGradient = phases is { Forward: true, InputGradient: true, WeightGradient: true } } : new SparsePhases(phases.Forward, phases.Forward, phases.Forward);
        };
    }

    private static SparsePhases Of(Layer layer, double density)
    {
        var sparse = density < 0;
        return new SparsePhases(sparse, sparse, sparse);
    }
}
