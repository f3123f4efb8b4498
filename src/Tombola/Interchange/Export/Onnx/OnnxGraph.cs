using System.Runtime.InteropServices;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A value that nodes of the graph read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of one example.</param>
/// <param name="IsVector">Whether it is [N, C]; else [N, C, H, W].</param>
internal readonly record struct OnnxValue(string Name, Shape Shape, bool IsVector);

/// <summary>A graph in ONNX's schema (onnx.proto3), as far as networks need it. Nodes of one name give a value of that name.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Fields of the messages.</summary>
    private const int GraphNode = 1, GraphName = 2, GraphInitializer = 5, GraphInput = 11, GraphOutput = 12;
    private const int FloatType = 1, Int64Type = 7, IntAttribute = 2, FloatAttribute = 1, IntsAttribute = 7;

    private const string Axes = "/axes";
    private bool _hasAxes;

    public OnnxGraph(string name) => Message.Text(GraphName, name);

    /// <summary>The GraphProto.</summary>
    public ProtoWriter Message { get; } = new();

    /// <summary>Adds a node and gives what it makes. No parameter is called like a value, which begins with a slash.</summary>
    public OnnxValue Node(string name, string type, IEnumerable<string> inputs, Shape shape, bool isVector, params (string Name, object Value)[] attributes)
    {
        var output = $"/{name}";
        AddNode(name, type, inputs, output, attributes);
        return new OnnxValue(output, shape, isVector);
    }

    /// <summary>The value as [N, C], channel by channel.</summary>
    public OnnxValue Vector(OnnxValue value, string reader) => value.IsVector
        ? value
        : Node($"{reader}/flatten", "Flatten", [value.Name], Shape.Vector(value.Shape.Count), true, ("axis", 1L));

    /// <summary>The value as [N, C, H, W].</summary>
    public OnnxValue Map(OnnxValue value, string reader)
    {
        if (!value.IsVector) return value;
        if (!_hasAxes) Initializer(Axes, Int64Type, [2], MemoryMarshal.AsBytes<long>([2, 3]));
        _hasAxes = true;
        return Node($"{reader}/unsqueeze", "Unsqueeze", [value.Name, Axes], value.Shape, false);
    }

    /// <summary>A tensor of floats, by its name.</summary>
    public string Constant(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        Initializer(name, FloatType, shape, MemoryMarshal.AsBytes(values));
        return name;
    }

    /// <summary>Names input and output of the whole.</summary>
    public void Close(string input, Shape images, OnnxValue last, string output)
    {
        AddNode(output, "Identity", [Vector(last, output).Name], output, []);
        Describe(GraphInput, input, images.Channels, images.Rows, images.Columns);
        Describe(GraphOutput, output, last.Shape.Count);
    }

    private void AddNode(string name, string type, IEnumerable<string> inputs, string output, (string Name, object Value)[] attributes) => Message.Message(GraphNode, node =>
    {
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output);
        node.Text(3, name);
        node.Text(4, type);
        foreach (var (key, value) in attributes) node.Message(5, attribute => Attribute(attribute, key, value));
    });

    private static void Attribute(ProtoWriter attribute, string name, object value)
    {
        attribute.Text(1, name);
        var type = value switch { float => FloatAttribute, long => IntAttribute, _ => IntsAttribute };
        if (value is float single) attribute.Single(2, single);
        else if (value is long number) attribute.Number(3, number);
        else foreach (var each in (int[])value) attribute.Number(8, each);
        attribute.Number(20, type);
    }

    private void Initializer(string name, int type, IReadOnlyList<int> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new ProtoWriter();
        foreach (var size in shape) tensor.Number(1, size);
        tensor.Number(2, type);
        tensor.Text(8, name);
        tensor.Bytes(9, bytes);
        Message.Message(GraphInitializer, tensor);
    }

    /// <summary>A tensor of floats whose first size is the number of examples, whatever it is.</summary>
    private void Describe(int field, string name, params int[] sizes) => Message.Message(field, value =>
    {
        value.Text(1, name);
        value.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Number(1, FloatType);
            tensor.Message(2, shape =>
            {
                shape.Message(1, size => size.Text(2, "N"));
                foreach (var each in sizes) shape.Message(1, size => size.Number(1, each));
            });
        }));
    });
}
