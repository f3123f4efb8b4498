namespace Tombola.Engine.Networks;

/// <summary>y = W x + b, W [outputs, inputs]; a spatial input is read as one vector, channel by channel.</summary>
public sealed record LinearLayer(string Name, int Inputs, int Outputs) : Layer(Name, Shape.Vector(Outputs))
{
    public override string Kind => "linear";

    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        [($"{Name}.weight", [Outputs, Inputs], true), ($"{Name}.bias", [Outputs], false)];

    public override long Flops => 2L * Inputs * Outputs;

    public override bool ReadsVector => true;
}

public sealed partial class NetworkBuilder
{
    public int Linear(string layer, int from, int outputs) => Append(new LinearLayer(layer, ShapeOf(from).Count, outputs), from);
}
