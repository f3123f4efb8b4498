namespace Tombola.Engine.Networks;

/// <summary>The same values as one vector, channel by channel.</summary>
public sealed record FlattenLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Count))
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override bool ReadsVector => true;
}

public sealed partial class NetworkBuilder
{
    /// <summary>A map as a vector, channel by channel, row by row. Gives the number of the new layer.</summary>
    public int Flatten(int from) => Append(new FlattenLayer($"flatten.{_nodes.Count}", ShapeOf(from)), from);
}
