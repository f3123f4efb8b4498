namespace Tombola.Engine.Networks;

/// <summary>An immutable architecture: layers in order, and the weight space they span.</summary>
public sealed class Network
{
    /// <param name="name">Name by which <see cref="Architectures"/> makes it.</param>
    /// <param name="input">Shape of one example.</param>
    /// <param name="layers">Layers; the last one gives one logit a class.</param>
    public Network(string name, Shape input, IReadOnlyList<Layer> layers)
    {
        (Name, Input, Layers) = (name, input, layers);
        Space = new WeightSpace(layers.SelectMany(layer => layer.Parameters));
        OutputLayer = layers.Last(layer => layer.Parameters.Any()).Name;
    }

    public string Name { get; }

    public Shape Input { get; }

    public IReadOnlyList<Layer> Layers { get; }

    public WeightSpace Space { get; }

    public int Classes => Layers[^1].Output.Count;

    /// <summary>Name of the layer that gives the logits; some presets exempt it from pruning.</summary>
    public string OutputLayer { get; }

    /// <summary>Multiplications and additions for one example, forward, with every weight present.</summary>
    public long Flops => Layers.Sum(layer => layer.Flops);
}
