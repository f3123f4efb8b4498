namespace Tombola.Engine.Networks;

/// <summary>One layer of a network: what it computes, its parameters and the shape it gives. How it is computed is the plan's business.</summary>
/// <param name="Name">Prefix of its parameters' names, or a name for layers that have none.</param>
/// <param name="Output">Shape of its output for one example.</param>
public abstract record Layer(string Name, Shape Output)
{
    /// <summary>Names, shapes and prunability of its parameters, in the order of the state dict.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters => [];

    /// <summary>Multiplications and additions for one example, forward, with every weight present.</summary>
    public virtual long Flops => 0;
}

/// <summary>y = W x + b, W [outputs, inputs]; a spatial input is read as one vector, channel by channel.</summary>
public sealed record LinearLayer(string Name, int Inputs, int Outputs) : Layer(Name, Shape.Vector(Outputs))
{
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        [($"{Name}.weight", [Outputs, Inputs], true), ($"{Name}.bias", [Outputs], false)];

    public override long Flops => 2L * Inputs * Outputs;
}

/// <summary>y = max(x, 0).</summary>
public sealed record ReluLayer(string Name, Shape Output) : Layer(Name, Output);
