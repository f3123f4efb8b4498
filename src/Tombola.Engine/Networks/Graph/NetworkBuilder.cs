using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>Puts a network together: each call adds a layer and gives the number of its node, to be read by later ones.</summary>
/// <param name="name">Name of the network.</param>
/// <param name="input">Shape of one example.</param>
public sealed class NetworkBuilder(string name, Shape input)
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

    public int Linear(string layer, int from, int outputs)
    {
        var shape = ShapeOf(from);
        return Append(new LinearLayer(layer, shape.Count, outputs), from);
    }

    public int Convolution(string layer, int from, int filters, int kernel, int stride = 1, int padding = 0, bool bias = true) =>
        Convolution(layer, from, filters, Window.Square(kernel, stride, padding), bias);

    /// <summary>Filters of any size and strides, for all channels or in <paramref name="groups"/>.</summary>
    public int Convolution(string layer, int from, int filters, Window window, bool bias = true, int groups = 1)
    {
        CheckWindow(layer, from, window);
        var channels = ShapeOf(from).Channels;
        if (groups < 1 || channels % groups != 0 || filters % groups != 0)
        {
            throw Wrong($"{layer} has {groups} groups, and {channels} input channels and {filters} filters cannot be divided among them; choose a number of groups that divides both");
        }

        return Append(new ConvolutionLayer(layer, ShapeOf(from), filters, window, bias, groups), from);
    }

    public int BatchNorm(string layer, int from, bool affine = true) => Append(new BatchNormLayer(layer, ShapeOf(from), affine), from);

    public int Relu(int from) => Append(new ReluLayer($"relu.{_nodes.Count}", ShapeOf(from)), from);

    public int Add(int first, int second) => ShapeOf(first) == ShapeOf(second)
        ? Append(new AddLayer($"add.{_nodes.Count}", ShapeOf(first)), first, second)
        : throw Wrong($"a sum of {ShapeOf(first)} and {ShapeOf(second)} is not defined");

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

    public int MaxPool(int from, int kernel, int stride, int padding = 0)
    {
        CheckWindow("max pooling", from, Window.Square(kernel, stride, padding));
        return Append(new MaxPoolLayer($"maxpool.{_nodes.Count}", ShapeOf(from), kernel, stride, padding), from);
    }

    public int AveragePool(int from, int kernel, int stride, int padding = 0)
    {
        CheckWindow("average pooling", from, Window.Square(kernel, stride, padding));
        return Append(new AveragePoolLayer($"avgpool.{_nodes.Count}", ShapeOf(from), kernel, stride, padding), from);
    }

    public int GlobalAveragePool(int from) => Append(new GlobalAveragePoolLayer($"mean.{_nodes.Count}", ShapeOf(from)), from);

    public int Dropout(int from, double rate) => rate is >= 0 and < 1
        ? Append(new DropoutLayer($"dropout.{_nodes.Count}", ShapeOf(from), rate), from)
        : throw Wrong($"a dropout rate of {rate} does not lie from 0 to below 1");

    public int Flatten(int from) => Append(new FlattenLayer($"flatten.{_nodes.Count}", ShapeOf(from)), from);

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

    private int Append(Layer layer, params int[] inputs)
    {
        if (Math.Min(input.Channels, Math.Min(input.Rows, input.Columns)) < 1) throw Wrong($"an image of {input.Channels}x{input.Rows}x{input.Columns} has no pixels");
        if (layer.Output.Channels < 1) throw Wrong($"{layer.Name} has {layer.Output.Channels} outputs");
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
