namespace Tombola.Engine.Networks;

/// <summary>y = the mean of each window; outside the map lie zeros, which count (as they do in PyTorch).</summary>
public sealed record AveragePoolLayer(string Name, Shape Input, int Kernel, int Stride, int Padding)
    : Layer(Name, Window.Square(Kernel, Stride, Padding).Output(Input, Input.Channels))
{
    /// <inheritdoc/>
    public override string Kind => $"average pool {Window.Square(Kernel, Stride)}";
}

public sealed partial class NetworkBuilder
{
    /// <summary>Means over windows. Gives the number of the new layer.</summary>
    public int AveragePool(int from, int kernel, int stride, int padding = 0)
    {
        CheckWindow("average pooling", from, Window.Square(kernel, stride, padding));
        return Append(new AveragePoolLayer($"avgpool.{_nodes.Count}", ShapeOf(from), kernel, stride, padding), from);
    }
}
