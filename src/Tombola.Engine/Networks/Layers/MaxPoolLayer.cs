namespace Tombola.Engine.Networks;

/// <summary>y = the largest value in each window; what lies outside the map does not count.</summary>
public sealed record MaxPoolLayer(string Name, Shape Input, int Kernel, int Stride, int Padding)
    : Layer(Name, Window.Square(Kernel, Stride, Padding).Output(Input, Input.Channels))
{
    /// <inheritdoc/>
    public override string Kind => $"max pool {Window.Square(Kernel, Stride)}";
}

public sealed partial class NetworkBuilder
{
    /// <summary>The largest value of every window. Gives the number of the new layer.</summary>
    public int MaxPool(int from, int kernel, int stride, int padding = 0)
    {
        CheckWindow("max pooling", from, Window.Square(kernel, stride, padding));
        return Append(new MaxPoolLayer($"maxpool.{_nodes.Count}", ShapeOf(from), kernel, stride, padding), from);
    }
}
