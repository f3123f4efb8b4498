using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Interchange;

namespace Tombola.Tests.Interchange;

/// <summary>Networks with states and masks to take away.</summary>
internal static class Exports
{
    /// <summary>Two layers to prune, of which neither has a number of weights that is a multiple of eight, batch norm and a bias.</summary>
    public static Network Odd { get; } = Made("odd", new Shape(2, 3, 3), b => b.Linear("fc", b.Relu(b.BatchNorm("bn", b.Convolution("conv", b.Input, 3, 3, padding: 1, bias: false))), 5));

    /// <summary>Every kind of layer: groups, rectangles, strides, padding, vectors beside maps of one pixel.</summary>
    public static Network EveryLayer { get; } = Made("every_layer", new Shape(3, 9, 7), b =>
    {
        var x = b.Relu(b.BatchNorm("stem_bn", b.Convolution("stem", b.Input, 6, Window.Of((1, 5), padding: (0, 2)), bias: false), affine: false));
        x = b.BatchNorm("grouped_bn", b.Convolution("grouped", x, 12, Window.Of((3, 2), stride: (2, 1), padding: (1, 1)), groups: 3));
        x = b.Add(b.Relu(x), b.Convolution("same", x, 12, 3, padding: 1));
        var pooled = b.Concat(b.MaxPool(x, 3, 2, padding: 1), b.AveragePool(x, 3, 2, padding: 1), b.Convolution("strided", x, 4, 3, stride: 2, padding: 1));
        var mean = b.GlobalAveragePool(pooled);
        var vector = b.Relu(b.BatchNorm("vector_bn", b.Linear("hidden", b.Dropout(b.Flatten(pooled), 0.5), 28)));
        b.Linear("fc", b.Concat(b.Add(mean, vector), b.Relu(b.Convolution("pixel", vector, 5, 1)), mean), 10);
    });

    public static Network Made(string name, Shape input, Action<NetworkBuilder> make)
    {
        var builder = new NetworkBuilder(name, input);
        make(builder);
        return builder.Build();
    }

    /// <summary>Weights, biases and statistics that all differ, as after training.</summary>
    public static NetworkState State(Network network)
    {
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(7, RandomStream.Init), BatchNormInitializers.Default);
        foreach (var parameter in network.Space.Parameters.Where(parameter => !parameter.Prunable))
        {
            for (var i = 0; i < parameter.Count; i++) state[parameter][i] += 0.1f * MathF.Sin(i + parameter.Offset);
        }

        for (var i = 0; i < state.Statistics.Length; i++) state.Statistics[i] += 0.3f * MathF.Cos(i);
        return state;
    }

    /// <summary>A third of the prunable weights remains.</summary>
    public static Mask Third(Network network) => Masked(network, i => i % 3 == 0);

    /// <summary>Those of the prunable weights remain of which something is true.</summary>
    public static Mask Masked(Network network, Func<int, bool> remains)
    {
        var prunable = new bool[network.Space.Count];
        foreach (var parameter in network.Space.Prunable) prunable.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        return new Mask(network.Space, i => !prunable[i] || remains(i));
    }

    public static ExportContent Content(Network network, Mask? mask = null) => new(network, mask is null ? State(network) : State(network).Under(mask), mask) { Metadata = new Dictionary<string, string> { ["model"] = network.Name, ["what"] = "trained" } };

    public static byte[] Bytes(ExportFormat format, ExportContent content)
    {
        using var stream = new MemoryStream();
        format.Write(stream, content);
        return stream.ToArray();
    }

    /// <summary>All of a state, bit by bit.</summary>
    public static uint[] Bits(NetworkState state) => [.. state.Weights.Concat(state.Statistics).Select(BitConverter.SingleToUInt32Bits)];
}
