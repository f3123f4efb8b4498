namespace Tombola.Engine.Networks;

/// <summary>y = the mean of each channel.</summary>
public sealed record GlobalAveragePoolLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Channels))
{
    public override string Kind => "global average pool";
}

public sealed partial class NetworkBuilder
{
    public int GlobalAveragePool(int from) => Append(new GlobalAveragePoolLayer($"mean.{_nodes.Count}", ShapeOf(from)), from);
}
