using System.Text.Json;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>What PyTorch computed for convolutional nets (<c>tests/oracles/torch_convolutional.json</c>), and the images it computed it from.</summary>
internal static class ConvolutionalOracle
{
    private const uint ImageSalt = 200, LabelSalt = 300;

    private static readonly JsonElement Root = Read();

    public static int Batch { get; } = Root.GetProperty("batch").GetInt32();

    public static int Steps { get; } = Root.GetProperty("steps").GetInt32();

    public static double Rate { get; } = Root.GetProperty("rate").GetDouble();

    public static IEnumerable<string> Nets => Root.GetProperty("nets").EnumerateObject().Select(net => net.Name);

    /// <summary>Those that are trained for a few steps.</summary>
    public static IEnumerable<string> TrainedNets => Nets.Where(name => Root.GetProperty("nets").GetProperty(name).TryGetProperty("training", out _));

    public static IEnumerable<string> StateDicts => Root.GetProperty("state_dicts").EnumerateObject().Select(net => net.Name);

    public static Network Create(string name) => name.StartsWith("cifar_", StringComparison.Ordinal) ? Architectures.Create(name) : SmallNetworks.Create(name);

    /// <summary>Names and shapes in the order of PyTorch's state dict, without the counters of batches.</summary>
    public static IEnumerable<(string Name, int[] Shape)> StateDict(string net) =>
        Root.GetProperty("state_dicts").GetProperty(net).EnumerateArray()
            .Select(entry => (entry[0].GetString()!, entry[1].EnumerateArray().Select(side => side.GetInt32()).ToArray()));

    /// <summary>The float64 results of a run: every so many elements of the whole vector, and how far PyTorch's own float32 run was from it.</summary>
    public static (double[] Values, int Stride, double SingleError) Find(string net, string run, string what, int length)
    {
        var found = Root.GetProperty("nets").GetProperty(net).GetProperty(run).GetProperty(what);
        double[] values = [.. found.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        var stride = values.Length == length ? 1 : what is "gradient" or "weights" ? Root.GetProperty("nets").GetProperty(net).GetProperty("stride").GetInt32() : 37;
        Assert.Equal((length + stride - 1) / stride, values.Length);
        return (values, stride, found.GetProperty("single_error").GetDouble());
    }

    public static float[][] Images(Network network, int step) => Workbench.Samples(network, Batch, ImageSalt + (uint)step);

    public static int[] Labels(Network network, int step) => Workbench.Labels(network, Batch, LabelSalt + (uint)step);

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracles", "torch_convolutional.json")));
        return document.RootElement.Clone();
    }
}
