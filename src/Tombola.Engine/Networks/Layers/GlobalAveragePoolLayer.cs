namespace Tombola.Engine.Networks;

/// <summary>y = the mean of each channel.</summary>
public sealed record GlobalAveragePoolLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Channels))
{
    /// <inheritdoc/>
    public override string Kind => "global average pool";
}

public sealed partial class NetworkBuilder
{
    /// <summary>The mean of every channel. Gives the number of the new layer.</summary>
    public int GlobalAveragePool(int from) => Append(new GlobalAveragePoolLayer($"mean.{_nodes.Count}", ShapeOf(from)), from);
}
