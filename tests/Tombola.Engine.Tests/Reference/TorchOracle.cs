using System.Text.Json;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>What PyTorch computed (<c>tests/oracles/torch_lenet.json</c>), and the weights and images it computed it from.</summary>
internal static class TorchOracle
{
    private const uint ParameterSalt = 100, ImageSalt = 200, LabelSalt = 300;

    private static readonly JsonElement Root = Read();

    public static int Batch { get; } = Root.GetProperty("batch").GetInt32();

    public static int Steps { get; } = Root.GetProperty("steps").GetInt32();

    /// <summary>Distance in a vector between elements that are in the file.</summary>
    public static int Stride { get; } = Root.GetProperty("stride").GetInt32();

    public static IEnumerable<string> Runs => Root.GetProperty("training").EnumerateObject().Select(run => run.Name);

    /// <summary>The float64 results at a path in the file, and how far PyTorch's own float32 run was from them.</summary>
    public static (double[] Values, double SingleError) Find(params string[] path)
    {
        var found = path.Aggregate(Root, (element, name) => element.GetProperty(name));
        return ([.. found.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())], found.GetProperty("single_error").GetDouble());
    }

    public static NetworkState State(Network network)
    {
        var state = new NetworkState(network.Space);
        for (var p = 0; p < network.Space.Parameters.Count; p++)
        {
            var parameter = network.Space.Parameters[p];
            Formula.Vector(parameter.Count, ParameterSalt + (uint)p, parameter.Prunable ? Math.Sqrt(6.0 / parameter.FanIn) : 0.1).CopyTo(state[parameter]);
        }

        return state;
    }

    public static float[][] Images(Network network, int step) => Workbench.Samples(network, Batch, ImageSalt + (uint)step);

    public static int[] Labels(Network network, int step) => Workbench.Labels(network, Batch, LabelSalt + (uint)step);

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracles", "torch_lenet.json")));
        return document.RootElement.Clone();
    }
}
