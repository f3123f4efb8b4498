using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Writes a network with its weights as an ONNX model: <c>input</c> [N, C, H, W] to <c>logits</c> [N, classes]. Zeros stay where they are.</summary>
internal static class OnnxModel
{
    /// <summary>Versions of the schema and of the operators: those of 2022, which every runtime knows.</summary>
    private const int Schema = 8, Operators = 17;

    /// <summary>Bytes that a message can have, less what stands around the weights.</summary>
    private const long Largest = int.MaxValue - (1 << 24);

    /// <exception cref="SettingException">A layer has no node of ONNX, or the network is larger than a file of ONNX can be.</exception>
    public static void Write(Stream stream, ExportContent content)
    {
        var (network, state) = (content.Network, content.State ?? throw new ArgumentException("A mask alone is no network.", nameof(content)));
        if (sizeof(float) * ((long)network.Space.Count + network.Space.StatisticsCount) > Largest)
        {
            throw new SettingException($"{network.Name} has {network.Space.Count} weights, and a file of ONNX holds 2 GB. Choose the format {ExportFormats.Safetensors.Name}.");
        }

        var model = new ProtoWriter();
        model.Number(1, Schema);
        model.Text(2, "tombola");
        model.Message(7, GraphOf(network, content.Checked(state)));
        model.Message(8, operators => operators.Number(2, Operators));
        foreach (var (key, value) in content.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            model.Message(14, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        model.CopyTo(stream);
    }

    private static ProtoWriter GraphOf(Network network, NetworkState state)
    {
        const string Input = "input";
        var graph = new OnnxGraph(network.Name);
        var (layers, values) = (new OnnxLayers(graph, state), new List<OnnxValue>());
        var images = new OnnxValue(Input, network.Input, false);
        foreach (var node in network.Nodes) values.Add(layers.Add(node.Layer, [.. node.Inputs.Select(input => input == Network.InputNode ? images : values[input])]));
        graph.Close(Input, network.Input, values[^1], "logits");
        return graph.Message;
    }
}
