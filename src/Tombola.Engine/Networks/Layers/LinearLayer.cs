namespace Tombola.Engine.Networks;

/// <summary>y = W x + b, W [outputs, inputs]; a spatial input is read as one vector, channel by channel.</summary>
public sealed record LinearLayer(string Name, int Inputs, int Outputs) : Layer(Name, Shape.Vector(Outputs))
{
    /// <inheritdoc/>
    public override string Kind => "linear";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        [($"{Name}.weight", [Outputs, Inputs], true), ($"{Name}.bias", [Outputs], false)];

    /// <inheritdoc/>
    public override long Flops => 2L * Inputs * Outputs;

    /// <inheritdoc/>
    public override bool ReadsVector => true;
}

public sealed partial class NetworkBuilder
{
    /// <summary>A fully connected layer; its weights are <c>[out, in]</c>. Gives the number of the new layer.</summary>
    public int Linear(string layer, int from, int outputs) => Append(new LinearLayer(layer, ShapeOf(from).Count, outputs), from);
}
