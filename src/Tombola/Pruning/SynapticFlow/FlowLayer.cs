using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A layer of a network for one example in double precision, as evaluation sees it, with every parameter replaced by its magnitude.</summary>
internal abstract class FlowLayer
{
    /// <param name="layer">What is computed.</param>
    /// <param name="state">Parameters and running statistics.</param>
    /// <param name="weights">Magnitudes of all parameters; those of linear layers and convolutions are read anew in each pass.</param>
    /// <param name="gradients">Receives the gradient of linear and convolution weights.</param>
    public static FlowLayer Of(Layer layer, NetworkState state, double[] weights, double[] gradients) => layer switch
    {
        LinearLayer linear => new ProductFlow(state.Space, linear.Name, new Patches(Shape.Vector(linear.Inputs), linear.Output, Window.Square(1)), groups: 1, weights, gradients),
        ConvolutionLayer convolution => new ProductFlow(
            state.Space,
            convolution.Name,
            new Patches(convolution.Input, convolution.Output, convolution.Window),
            convolution.Groups,
            weights,
            gradients),
        BatchNormLayer norm => new NormFlow(norm, state),
        ReluLayer => new ReluFlow(),
        AddLayer or DropoutLayer or FlattenLayer => new SumFlow(),
        ConcatLayer => new ConcatFlow(),
        MaxPoolLayer pool => new MaxPoolFlow(new FlowWindow(pool.Input, pool.Output, pool.Kernel, pool.Kernel, pool.Stride, pool.Padding)),
        AveragePoolLayer pool => new AveragePoolFlow(new FlowWindow(pool.Input, pool.Output, pool.Kernel, pool.Kernel, pool.Stride, pool.Padding)),
        GlobalAveragePoolLayer pool => new AveragePoolFlow(new FlowWindow(pool.Input, pool.Output, pool.Input.Rows, pool.Input.Columns, 1, 0)),
        _ => throw new SettingException($"The synaptic flow through a {layer.GetType().Name} ({layer.Name}) is not defined. Prune by another strategy."),
    };

    /// <summary>Writes y.</summary>
    public abstract void Forward(double[][] x, double[] y);

    /// <summary>Adds what dy makes of them to dx and to the gradient of the weights. Follows a <see cref="Forward"/> of the same x.</summary>
    public abstract void Backward(double[][] x, double[] dy, double[][] dx);
}
