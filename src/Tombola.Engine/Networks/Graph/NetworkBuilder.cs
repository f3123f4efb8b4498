using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>Puts a network together: each call adds a layer and gives the number of its node, to be read by later ones. The calls stand with their layers.</summary>
/// <param name="name">Name of the network.</param>
/// <param name="input">Shape of one example.</param>
public sealed partial class NetworkBuilder(string name, Shape input)
{
    private readonly List<Node> _nodes = [];

    /// <summary>The network's input.</summary>
    public int Input { get; } = Network.InputNode;

    /// <summary>The node added last.</summary>
    public int Last => _nodes.Count - 1;

    /// <exception cref="ArgumentException">There is no such node.</exception>
    public Shape ShapeOf(int node) => node == Network.InputNode ? input
        : (uint)node < (uint)_nodes.Count ? _nodes[node].Layer.Output
        : throw Wrong($"there is no node {node} yet");

    /// <summary>The network; the node added last gives its logits.</summary>
    /// <exception cref="ArgumentException">Two layers share a name, or nobody reads one that is not the last.</exception>
    public Network Build()
    {
        if (!_nodes.Exists(node => node.Layer.Parameters.Any())) throw Wrong("no layer has parameters");
        var twice = _nodes.GroupBy(node => node.Layer.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw Wrong($"two layers are called {twice.Key}");
        var read = _nodes.SelectMany(node => node.Inputs).ToHashSet();
        var idle = Enumerable.Range(0, Last).FirstOrDefault(node => !read.Contains(node), -1);
        return idle < 0 ? new Network(name, input, [.. _nodes]) : throw Wrong($"no layer reads {_nodes[idle].Layer.Name}");
    }

    /// <summary>Adds a layer that reads some nodes: what the calls for the kinds of layers end with.</summary>
    public int Append(Layer layer, params int[] inputs)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        if (Math.Min(input.Channels, Math.Min(input.Rows, input.Columns)) < 1) throw Wrong($"an image of {input.Channels}x{input.Rows}x{input.Columns} has no pixels");
        if (layer.Output.Channels < 1) throw Wrong($"{layer.Name} has {layer.Output.Channels} outputs");
        foreach (var node in inputs) _ = ShapeOf(node);
        _nodes.Add(new Node(layer, inputs));
        return Last;
    }

    private void CheckWindow(string layer, int from, Window window)
    {
        var shape = ShapeOf(from);
        if (window.Rows.Fits(shape.Rows) && window.Columns.Fits(shape.Columns)) return;
        throw Wrong($"{layer} with kernel {Both(axis => axis.Kernel)}, stride {Both(axis => axis.Stride)} and padding {Both(axis => axis.Padding)} does not fit a map of {shape}");

        string Both(Func<WindowAxis, int> size) => size(window.Rows) == size(window.Columns) ? $"{size(window.Rows)}" : $"{size(window.Rows)}x{size(window.Columns)}";
    }

    private SettingException Wrong(string what) => new($"The network {name} cannot be built: {what}.");
}
