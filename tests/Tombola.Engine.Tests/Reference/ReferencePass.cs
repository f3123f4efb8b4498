using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>One pass through a <see cref="ReferenceNetwork{T}"/>: forwards when it is made, backwards when a gradient is asked for.</summary>
internal sealed class ReferencePass<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly Network _network;
    private readonly ReferenceLayer<T>[] _layers;
    private readonly ReferenceContext<T> _context;
    private readonly T[][] _input;
    private readonly T[][][] _outputs;

    public ReferencePass(ReferenceNetwork<T> twin, ReferenceLayer<T>[] layers, float[][] samples, bool training)
    {
        (_network, _layers) = (twin.Network, layers);
        _context = new ReferenceContext<T>(twin.Weights, twin.Statistics, [.. twin.Statistics], training, twin.Keeps);
        _input = [.. samples.Select(sample => sample.Select(x => T.CreateChecked(x)).ToArray())];
        _outputs = new T[layers.Length][][];
        for (var i = 0; i < layers.Length; i++) _outputs[i] = layers[i].Forward(InputsOf(i), _context);
    }

    /// <summary>By sample and class.</summary>
    public T[][] Logits => _outputs[^1];

    /// <summary>Running statistics after the pass: the old ones, unless it was one of training.</summary>
    public T[] Statistics => _context.Updated;

    /// <summary>Output of a node, by sample and element.</summary>
    public T[][] Output(int node) => node == Network.InputNode ? _input : _outputs[node];

    /// <summary>The mean loss.</summary>
    public double Loss(int[] labels) => Logits.Select((logits, n) => ReferenceLoss.Of(Double(logits), labels[n]).Loss).Average();

    /// <summary>Gradient of the mean loss for every weight, and the sum of the sizes of the terms each element is made of.</summary>
    public (T[] Gradient, T[] Size) Gradient(int[] labels)
    {
        var sink = new ReferenceGradient<T>(_network.Space.Count);
        var above = _outputs.Select(Zeros).ToArray();
        var input = Zeros(_input);
        above[^1] = [.. Logits.Select((logits, n) => ReferenceLoss.Of(Double(logits), labels[n]).Gradient.Select(g => T.CreateChecked(g / labels.Length)).ToArray())];
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            T[][][] below = [.. _network.Nodes[i].Inputs.Select(node => node == Network.InputNode ? input : above[node])];
            _layers[i].Backward(InputsOf(i), above[i], below, _context, sink);
        }

        return (sink.Gradient, sink.Size);
    }

    private T[][][] InputsOf(int node) => [.. _network.Nodes[node].Inputs.Select(Output)];

    private static T[][] Zeros(T[][] like) => [.. like.Select(row => new T[row.Length])];

    private static double[] Double(T[] values) => [.. values.Select(double.CreateChecked)];
}
