using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>
/// R, the sum of a network's outputs for an input of ones when every parameter is replaced by its magnitude, and the synaptic flow |w| dR/d|w| of its weights
/// (Tanaka et al. 2020, section 6).
/// </summary>
/// <remarks>
/// Batch norms take running statistics, as in evaluation, the means by their magnitudes as the authors do; then they are affine and dropout is the identity. In
/// double precision, since R grows by a factor with every layer; on the calling thread alone, one fixed order of sums.
/// </remarks>
internal sealed class SynapticFlow
{
    private readonly Network _network;
    private readonly FlowLayer[] _layers;
    private readonly double[][] _values, _gradients;
    private readonly double[] _ones, _weightGradients, _inputGradient;

    public SynapticFlow(Network network, NetworkState state)
    {
        _network = network;
        Magnitudes = Array.ConvertAll(state.Weights, weight => (double)Math.Abs(weight));
        _weightGradients = new double[Magnitudes.Length];
        _layers = [.. network.Layers.Select(layer => FlowLayer.Of(layer, state, Magnitudes, _weightGradients))];
        _values = [.. network.Layers.Select(layer => new double[layer.Output.Count])];
        _gradients = [.. network.Layers.Select(layer => new double[layer.Output.Count])];
        (_ones, _inputGradient) = (new double[network.Input.Count], new double[network.Input.Count]);
        _ones.AsSpan().Fill(1);
    }

    /// <summary>Magnitude of every parameter, by its place in the weight vector. May be changed between calls: 0 removes a weight.</summary>
    public double[] Magnitudes { get; }

    /// <summary>R.</summary>
    public double Total()
    {
        for (var node = 0; node < _layers.Length; node++) _layers[node].Forward(InputsOf(node, _values, _ones), _values[node]);
        return _values[^1].Sum();
    }

    /// <summary>|w| dR/d|w| of every prunable weight, 0 for other parameters. Valid until the next call.</summary>
    public double[] Scores()
    {
        Total();
        foreach (var gradient in _gradients) gradient.AsSpan().Clear();
        _weightGradients.AsSpan().Clear();
        _gradients[^1].AsSpan().Fill(1);
        for (var node = _layers.Length - 1; node >= 0; node--)
        {
            _layers[node].Backward(InputsOf(node, _values, _ones), _gradients[node], InputsOf(node, _gradients, _inputGradient));
        }

        for (var i = 0; i < Magnitudes.Length; i++) _weightGradients[i] *= Magnitudes[i];
        return _weightGradients;
    }

    private double[][] InputsOf(int node, double[][] nodes, double[] input) =>
        [.. _network.Nodes[node].Inputs.Select(from => from == Network.InputNode ? input : nodes[from])];
}
