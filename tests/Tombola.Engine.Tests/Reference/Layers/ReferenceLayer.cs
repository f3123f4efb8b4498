using System.Numerics;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>What one layer computes for a mini-batch. Activations are <c>[sample][element]</c>, elements in the order channel, row, column.</summary>
internal abstract class ReferenceLayer<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public static ReferenceLayer<T> Of(Layer layer, WeightSpace space) => layer switch
    {
        ConvolutionLayer convolution when typeof(T) == typeof(float) && ReferenceWinogradLayer<T>.IsUsedFor(convolution) => new ReferenceWinogradLayer<T>(convolution, space),
        LinearLayer or ConvolutionLayer => new ReferenceProductLayer<T>(layer, space),
        BatchNormLayer norm => new ReferenceBatchNorm<T>(norm, space),
        ReluLayer => new ReferenceRelu<T>(),
        AddLayer or ConcatLayer or FlattenLayer => new ReferenceJunction<T>(layer is AddLayer),
        MaxPoolLayer pool => new ReferenceMaxPool<T>(pool),
        AveragePoolLayer or GlobalAveragePoolLayer => new ReferenceAverage<T>(layer),
        DropoutLayer dropout => new ReferenceDropout<T>(dropout),
        _ => throw new ArgumentException($"The twin knows no layer {layer}.", nameof(layer)),
    };

    /// <summary>The output.</summary>
    public abstract T[][] Forward(T[][][] inputs, ReferenceContext<T> context);

    /// <summary>Adds what flows back from the output's gradient: to the inputs' gradients, and to those of the layer's own weights.</summary>
    public abstract void Backward(T[][][] inputs, T[][] above, T[][][] below, ReferenceContext<T> context, ReferenceGradient<T> gradient);
}

/// <summary>What the layers of one pass share.</summary>
/// <param name="Weights">All weights of the network.</param>
/// <param name="Statistics">Running statistics before the pass.</param>
/// <param name="Updated">Running statistics after it.</param>
/// <param name="Training">Whether the pass is one of training.</param>
/// <param name="Keeps">Whether a dropout layer keeps a feature of a sample.</param>
internal sealed record ReferenceContext<T>(T[] Weights, T[] Statistics, T[] Updated, bool Training, Func<DropoutLayer, int, int, bool> Keeps);

/// <summary>The gradient for every weight, and the sum of the sizes of the terms it is made of, to which rounding errors are proportional.</summary>
internal sealed class ReferenceGradient<T>(int weights)
    where T : IBinaryFloatingPointIeee754<T>
{
    public T[] Gradient { get; } = new T[weights];

    public T[] Size { get; } = new T[weights];

    public void Add(int index, T term)
    {
        Gradient[index] += term;
        Size[index] += T.Abs(term);
    }
}
