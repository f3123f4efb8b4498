using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>The layers of a network as nodes of ONNX, computing as in evaluation. A new kind of layer is a line here.</summary>
/// <param name="graph">Where the nodes go.</param>
/// <param name="state">The weights.</param>
internal sealed class OnnxLayers(OnnxGraph graph, NetworkState state)
{
    /// <summary>Adds a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it reads.</param>
    /// <exception cref="SettingException">No node of ONNX is known for it.</exception>
    public OnnxValue Add(Layer layer, IReadOnlyList<OnnxValue> inputs) => layer switch
    {
        LinearLayer => graph.Node(layer.Name, "Gemm", [graph.Vector(inputs[0], layer.Name).Name, .. Parameters(layer)], layer.Output, true, ("transB", 1L)),
        ConvolutionLayer convolution => graph.Node(
            layer.Name, "Conv", [graph.Map(inputs[0], layer.Name).Name, .. Parameters(layer)], layer.Output, false, [.. Window(convolution.Window), ("group", (long)convolution.Groups)]),
        BatchNormLayer norm => graph.Node(
            layer.Name, "BatchNormalization", [inputs[0].Name, .. norm.Affine ? Parameters(layer) : Neutral(norm), .. Statistics(layer)], layer.Output, inputs[0].IsVector, ("epsilon", (float)BatchNormLayer.Epsilon)),
        ReluLayer => graph.Node(layer.Name, "Relu", [inputs[0].Name], layer.Output, inputs[0].IsVector),
        DropoutLayer => inputs[0],
        FlattenLayer => graph.Vector(inputs[0], layer.Name),
        AddLayer => Joined(layer, "Add", inputs),
        ConcatLayer => Joined(layer, "Concat", inputs, ("axis", 1L)),
        MaxPoolLayer pool => Pooled(layer, "MaxPool", inputs[0], Window(Engine.Networks.Window.Square(pool.Kernel, pool.Stride, pool.Padding))),
        AveragePoolLayer pool => Pooled(layer, "AveragePool", inputs[0], [.. Window(Engine.Networks.Window.Square(pool.Kernel, pool.Stride, pool.Padding)), ("count_include_pad", 1L)]),
        GlobalAveragePoolLayer => Pooled(layer, "GlobalAveragePool", inputs[0]),
        _ => throw new SettingException($"The layer {layer.Name} ({layer.Kind}) is of a kind that has no node of ONNX here. Choose another format: {string.Join(", ", ExportFormats.All.Where(format => format != ExportFormats.Onnx).Select(format => format.Name))}."),
    };

    private OnnxValue Pooled(Layer layer, string type, OnnxValue input, params (string, object)[] attributes) =>
        graph.Node(layer.Name, type, [graph.Map(input, layer.Name).Name], layer.Output, false, attributes);

    /// <summary>Values of one shape may be a vector here and a map of one pixel there.</summary>
    private OnnxValue Joined(Layer layer, string type, IReadOnlyList<OnnxValue> inputs, params (string, object)[] attributes)
    {
        var isVector = inputs.Any(input => input.IsVector);
        return graph.Node(layer.Name, type, [.. inputs.Select((input, i) => isVector ? graph.Vector(input, $"{layer.Name}/{i}").Name : input.Name)], layer.Output, isVector, attributes);
    }

    private string[] Parameters(Layer layer) => [.. layer.Parameters.Select(parameter => graph.Constant(parameter.Name, parameter.Shape, state[state.Space[parameter.Name]]))];

    private string[] Statistics(Layer layer) => [.. layer.Statistics.Select(part => graph.Constant(part.Name, [part.Length], state[state.Space.RunningStatistic(part.Name)]))];

    /// <summary>ONNX has no batch norm without scale and shift.</summary>
    private string[] Neutral(BatchNormLayer norm)
    {
        int[] shape = [norm.Output.Channels];
        return [graph.Constant($"/{norm.Name}/ones", shape, [.. Enumerable.Repeat(1f, shape[0])]), graph.Constant($"/{norm.Name}/zeros", shape, new float[shape[0]])];
    }

    private static (string, object)[] Window(Window window)
    {
        var (rows, columns) = (window.Rows, window.Columns);
        return
        [
            ("kernel_shape", new[] { rows.Kernel, columns.Kernel }),
            ("strides", new[] { rows.Stride, columns.Stride }),
            ("pads", new[] { rows.Padding, columns.Padding, rows.Padding, columns.Padding }),
        ];
    }
}
