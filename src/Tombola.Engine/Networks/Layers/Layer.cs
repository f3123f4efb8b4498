namespace Tombola.Engine.Networks;

/// <summary>One layer of a network: what it computes, its parameters and the shape it gives. How it is computed is the plan's business.</summary>
/// <param name="Name">Prefix of its parameters' names, or a name for layers that have none.</param>
/// <param name="Output">Shape of its output for one example.</param>
/// <remarks>A kind of layer is one file of this folder, with the method of <see cref="NetworkBuilder"/> that adds it, and one that says how a backend computes it.</remarks>
public abstract record Layer(string Name, Shape Output)
{
    /// <summary>Its kind for people, with the size of its window if it has one.</summary>
    public abstract string Kind { get; }

    /// <summary>Names, shapes and prunability of its parameters, in the order of the state dict.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters => [];

    /// <summary>Names, lengths and first values of what the layer keeps besides its parameters: the running statistics of batch norm.</summary>
    public virtual IEnumerable<(string Name, int Length, float Initial)> Statistics => [];

    /// <summary>Multiplications and additions for one example, forward, with every weight present; a border's products with zero count.</summary>
    public virtual long Flops => 0;

    /// <summary>Whether it reads its input as one vector, channel by channel, so that a backend had better lay it out as one.</summary>
    public virtual bool ReadsVector => false;
}
