namespace Tombola.Engine.Networks;

/// <summary>While training y = x / (1 - rate), or 0 with probability <paramref name="Rate"/>; otherwise y = x (Srivastava et al. 2014).</summary>
public sealed record DropoutLayer(string Name, Shape Output, double Rate) : Layer(Name, Output)
{
    /// <inheritdoc/>
    public override string Kind => "dropout";
}

public sealed partial class NetworkBuilder
{
    /// <summary>Leaves out each value with a probability while training, and scales the others up (Srivastava et al. 2014). Gives the number of the new layer.</summary>
    public int Dropout(int from, double rate) => rate is >= 0 and < 1
        ? Append(new DropoutLayer($"dropout.{_nodes.Count}", ShapeOf(from), rate), from)
        : throw Wrong($"a dropout rate of {rate} does not lie from 0 to below 1");
}
