namespace Tombola.Engine.Networks;

/// <summary>A layer in its place.</summary>
/// <param name="Layer">What is computed.</param>
/// <param name="Inputs">The nodes it reads, by their place in the network; <see cref="Network.InputNode"/> is the network's input.</param>
public sealed record Node(Layer Layer, IReadOnlyList<int> Inputs);

/// <summary>An immutable architecture: a graph of layers, each after those it reads, and the weight space they span. Made by a <see cref="NetworkBuilder"/>.</summary>
public sealed class Network
{
    /// <summary>Stands for the network's input among the inputs of a node.</summary>
    public const int InputNode = -1;

    internal Network(string name, Shape input, IReadOnlyList<Node> nodes)
    {
        (Name, Input, Nodes) = (name, input, nodes);
        Layers = [.. nodes.Select(node => node.Layer)];
        Space = new WeightSpace(Layers.SelectMany(layer => layer.Parameters), Layers.SelectMany(layer => layer.Statistics));
        OutputLayer = Layers.Last(layer => layer.Parameters.Any()).Name;
    }

    /// <summary>Name by which <see cref="Architectures"/> makes it.</summary>
    public string Name { get; }

    /// <summary>Shape of one example.</summary>
    public Shape Input { get; }

    /// <summary>The layers with their inputs; the last one gives one logit a class.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Its layers, each after those that it reads.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Where its parameters lie in the weight vector.</summary>
    public WeightSpace Space { get; }

    /// <summary>Classes that it tells apart: the length of its output.</summary>
    public int Classes => Layers[^1].Output.Count;

    /// <summary>Name of the layer that gives the logits; some presets exempt it from pruning.</summary>
    public string OutputLayer { get; }

    /// <summary>Multiplications and additions for one example, forward, with every weight present.</summary>
    public long Flops => Layers.Sum(layer => layer.Flops);
}
