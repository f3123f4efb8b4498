namespace Tombola.Engine.Networks;

/// <summary>y = max(x, 0).</summary>
public sealed record ReluLayer(string Name, Shape Output) : Layer(Name, Output)
{
    /// <inheritdoc/>
    public override string Kind => "relu";
}

public sealed partial class NetworkBuilder
{
    /// <summary>max(0, x). Gives the number of the new layer.</summary>
    public int Relu(int from) => Append(new ReluLayer($"relu.{_nodes.Count}", ShapeOf(from)), from);
}
