using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A fully connected network in float64, one sample at a time, in plain loops.</summary>
internal sealed class ReferenceNetwork
{
    private readonly Network _network;
    private readonly LinearLayer[] _layers;

    public ReferenceNetwork(Network network, ReadOnlySpan<float> weights)
    {
        (_network, Weights) = (network, new double[weights.Length]);
        for (var i = 0; i < weights.Length; i++) Weights[i] = weights[i];
        _layers = [.. network.Layers.OfType<LinearLayer>()];
    }

    public double[] Weights { get; }

    /// <summary>The logits of one sample.</summary>
    public double[] Logits(float[] sample) => Forward(sample)[^1];

    /// <summary>The mean loss.</summary>
    public double Loss(float[][] samples, int[] labels) => samples.Select((sample, n) => ReferenceLoss.Of(Logits(sample), labels[n]).Loss).Average();

    /// <summary>Gradient of the mean loss for every weight, and the sum of the sizes of the terms each element is made of.</summary>
    public (double[] Gradient, double[] Size) Gradient(float[][] samples, int[] labels)
    {
        var gradient = new double[Weights.Length];
        var size = new double[Weights.Length];
        for (var n = 0; n < samples.Length; n++)
        {
            var activations = Forward(samples[n]);
            var delta = ReferenceLoss.Of(activations[^1], labels[n]).Gradient;
            for (var l = _layers.Length - 1; l >= 0; l--)
            {
                var (weight, bias) = Parameters(l);
                var input = activations[l];
                var below = new double[input.Length];
                for (var k = 0; k < delta.Length; k++)
                {
                    Add(bias.Offset + k, delta[k]);
                    for (var c = 0; c < input.Length; c++)
                    {
                        Add(weight.Offset + (k * input.Length) + c, delta[k] * input[c]);
                        below[c] += delta[k] * Weights[weight.Offset + (k * input.Length) + c];
                    }
                }

                for (var c = 0; c < below.Length && l > 0; c++)
                {
                    if (input[c] <= 0) below[c] = 0;
                }

                delta = below;
            }
        }

        return (gradient, size);

        void Add(int index, double term)
        {
            gradient[index] += term / samples.Length;
            size[index] += Math.Abs(term) / samples.Length;
        }
    }

    /// <summary>The input, then the output of every layer; all but the last rectified.</summary>
    private double[][] Forward(float[] sample)
    {
        var activations = new double[_layers.Length + 1][];
        activations[0] = [.. sample.Select(x => (double)x)];
        for (var l = 0; l < _layers.Length; l++)
        {
            var (weight, bias) = Parameters(l);
            var input = activations[l];
            var output = activations[l + 1] = new double[_layers[l].Outputs];
            for (var k = 0; k < output.Length; k++)
            {
                var sum = Weights[bias.Offset + k];
                for (var c = 0; c < input.Length; c++) sum += Weights[weight.Offset + (k * input.Length) + c] * input[c];
                output[k] = l < _layers.Length - 1 ? Math.Max(sum, 0) : sum;
            }
        }

        return activations;
    }

    private (Parameter Weight, Parameter Bias) Parameters(int layer) =>
        (_network.Space[$"{_layers[layer].Name}.weight"], _network.Space[$"{_layers[layer].Name}.bias"]);
}
