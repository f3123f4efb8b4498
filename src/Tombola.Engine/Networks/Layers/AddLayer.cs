namespace Tombola.Engine.Networks;

/// <summary>y = the sum of two activations of one shape: the end of a residual block.</summary>
public sealed record AddLayer(string Name, Shape Output) : Layer(Name, Output)
{
    /// <inheritdoc/>
    public override string Kind => "add";
}

public sealed partial class NetworkBuilder
{
    /// <summary>The sum of two layers of one shape, as at the end of a residual block. Gives the number of the new layer.</summary>
    public int Add(int first, int second) => ShapeOf(first) == ShapeOf(second)
        ? Append(new AddLayer($"add.{_nodes.Count}", ShapeOf(first)), first, second)
        : throw Wrong($"a sum of {ShapeOf(first)} and {ShapeOf(second)} is not defined");
}
