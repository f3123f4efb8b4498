namespace Tombola.Engine.Networks;

/// <summary>y = the channels of several activations, one after the other.</summary>
public sealed record ConcatLayer(string Name, Shape Output) : Layer(Name, Output)
{
    /// <inheritdoc/>
    public override string Kind => "concat";
}

public sealed partial class NetworkBuilder
{
    /// <summary>Layers of one height and width side by side in their channels. Gives the number of the new layer.</summary>
    public int Concat(params int[] parts)
    {
        if (parts.Length == 0) throw Wrong("there is nothing to put on top of each other");
        var first = ShapeOf(parts[0]);
        if (parts.Any(part => (ShapeOf(part).Rows, ShapeOf(part).Columns) != (first.Rows, first.Columns)))
        {
            throw Wrong($"maps of {string.Join(", ", parts.Select(ShapeOf))} cannot be put on top of each other");
        }

        return Append(new ConcatLayer($"concat.{_nodes.Count}", first with { Channels = parts.Sum(part => ShapeOf(part).Channels) }), parts);
    }
}
