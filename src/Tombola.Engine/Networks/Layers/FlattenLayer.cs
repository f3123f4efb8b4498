namespace Tombola.Engine.Networks;

/// <summary>The same values as one vector, channel by channel.</summary>
public sealed record FlattenLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Count))
{
    public override string Kind => "flatten";

    public override bool ReadsVector => true;
}

public sealed partial class NetworkBuilder
{
    public int Flatten(int from) => Append(new FlattenLayer($"flatten.{_nodes.Count}", ShapeOf(from)), from);
}
