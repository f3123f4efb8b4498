namespace Tombola.Engine.Networks;

/// <summary>y = max(x, 0).</summary>
public sealed record ReluLayer(string Name, Shape Output) : Layer(Name, Output)
{
    public override string Kind => "relu";
}

public sealed partial class NetworkBuilder
{
    public int Relu(int from) => Append(new ReluLayer($"relu.{_nodes.Count}", ShapeOf(from)), from);
}
