using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Decides which phases of a layer are computed with the remaining weights only.</summary>
/// <remarks>
/// A function of the layer's shape, its density and the lanes and of nothing else, so that results are the same bits on every machine and in every run. Whoever changes
/// a number here changes the bits of every training under a mask.
/// </remarks>
internal static class SparseChoice
{
    /// <summary>The decision for each parameter of a network, given how many of its weights remain.</summary>
    /// <param name="network">The architecture.</param>
    /// <param name="training">Whether gradients are wanted.</param>
    /// <param name="lanes">Samples in a lane block.</param>
    /// <param name="kernels">Whether anything may be sparse.</param>
    public static Func<Parameter, int, SparsePhases> For(Network network, bool training, int lanes, KernelChoice kernels) =>
        kernels == KernelChoice.Dense ? (_, _) => default : For(network, training, (layer, density) => Of(layer, density, lanes));

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
            if (!layers.TryGetValue(parameter.Name, out var node)) return default;
            var phases = pays(node.Layer, (double)remaining / parameter.Count);

            // In evaluation nobody asks for gradients, and of the network's input never; what is not computed does not stand in the way of storing the remaining weights only.
            if (!training) return new SparsePhases(phases.Forward, phases.Forward, phases.Forward);
            if (node.Inputs.Contains(Network.InputNode)) phases = phases with { InputGradient = phases.WeightGradient };

            // Linear layers have no kernels for a part of the phases.
            return node.Layer is LinearLayer && phases is not { Forward: true, InputGradient: true, WeightGradient: true } ? default : phases;
        };
    }

    private static SparsePhases Of(Layer layer, double density, int lanes)
    {
        var (forward, inputGradient, weightGradient) = BreakEven(layer, lanes);
        return new SparsePhases(density < forward, density < inputGradient, density < weightGradient);
    }

    /// <summary>The densities up to which sparse kernels are faster, as measured by <c>bench/Tombola.Bench -- fit</c> on a processor with AVX-512.</summary>
    private static (double Forward, double InputGradient, double WeightGradient) BreakEven(Layer layer, int lanes)
    {
        // Only the kernels for 64 lanes take two rows at a time.
        if (layer is not ConvolutionLayer convolution) return lanes >= 64 ? (0.58, 0.58, 0.58) : (0.2, 0.2, 0.2);
        var whole = new ConvolutionShape(
            convolution.Input.Channels, convolution.Filters, convolution.Window, convolution.Input.Rows, convolution.Input.Columns, convolution.Groups);
        if (!whole.CanBeSparse) return default;

        // Sparse kernels compute narrow groups in any case; in wide ones they compete with the dense kernel of a group.
        if (whole.HasNarrowGroups) return (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        var shape = whole.OfGroup;
        if (!ConvolutionMethod.SuitsWinograd(shape))
        {
            return shape switch
            {
                { Taps: 1 } => (0.6, 0.7, 0.7),
                { Window: { Rows.Stride: > 1 } or { Columns.Stride: > 1 } } => (0.4, 0.2, 0.5),
                { OutputColumns: < 4 } => (0.3, 0.4, 0.48),
                _ => (0.4, 0.3, 0.5),
            };
        }

        // With many channels on large maps a patch of the input no longer stays near.
        return (Math.Min(shape.Inputs, shape.Outputs), shape.OutputColumns) switch
        {
            ( <= 16, _) => (0.26, 0.24, 0.45),
            ( <= 32, _) => (0.21, 0.2, 0.26),
            (_, <= 4) => (0.21, 0.2, 0.16),
            ( <= 64, <= 8) => (0.18, 0.17, 0.2),
            (_, <= 8) => (0.15, 0.15, 0.14),
            _ => (0.12, 0.12, 0.14),
        };
    }
}
