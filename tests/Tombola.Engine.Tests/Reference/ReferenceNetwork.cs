using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Any network in float64, a whole mini-batch at a time, in plain loops: the truth that plans are compared with.</summary>
internal sealed class ReferenceNetwork(Network network, ReadOnlySpan<float> weights, ReadOnlySpan<float> statistics = default)
    : ReferenceNetwork<double>(network, weights, statistics)
{
    public ReferenceNetwork(Network network, NetworkState state)
        : this(network, state.Weights, state.Statistics)
    {
    }
}

/// <summary>The same in any precision: in float32 it shows how far honest roundings lead from the truth.</summary>
internal class ReferenceNetwork<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceLayer<T>[] _layers;

    /// <param name="network">The architecture.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="statistics">The running statistics of its batch norms; if empty, those before training.</param>
    public ReferenceNetwork(Network network, ReadOnlySpan<float> weights, ReadOnlySpan<float> statistics = default)
    {
        Network = network;
        Weights = Convert(weights);
        Statistics = Convert(statistics.IsEmpty ? new NetworkState(network.Space).Statistics : statistics);
        _layers = [.. network.Layers.Select(layer => ReferenceLayer<T>.Of(layer, network.Space))];
    }

    public Network Network { get; }

    public T[] Weights { get; }

    /// <summary>Running statistics before the pass.</summary>
    public T[] Statistics { get; }

    /// <summary>Whether dropout keeps a feature of a sample while training; all are kept unless a test says otherwise.</summary>
    public Func<DropoutLayer, int, int, bool> Keeps { get; set; } = (_, _, _) => true;

    /// <summary>One pass forwards.</summary>
    /// <param name="samples">The mini-batch.</param>
    /// <param name="training">Whether batch norms use the mini-batch's statistics and dropout drops.</param>
    public ReferencePass<T> Forward(float[][] samples, bool training) => new(this, _layers, samples, training);

    /// <summary>The logits of one sample, in evaluation.</summary>
    public T[] Logits(float[] sample) => Forward([sample], training: false).Logits[0];

    /// <summary>The mean loss.</summary>
    public double Loss(float[][] samples, int[] labels, bool training = true) => Forward(samples, training).Loss(labels);

    /// <summary>Gradient of the mean loss for every weight, and the sum of the sizes of the terms each element is made of.</summary>
    public (T[] Gradient, T[] Size) Gradient(float[][] samples, int[] labels, bool training = true) => Forward(samples, training).Gradient(labels);

    private static T[] Convert(ReadOnlySpan<float> values)
    {
        var converted = new T[values.Length];
        for (var i = 0; i < values.Length; i++) converted[i] = T.CreateChecked(values[i]);
        return converted;
    }
}
