using System.Text.Json;
using Tombola.Engine.Execution;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Products with the Hessian against PyTorch's double backward (<c>tests/oracles/torch_curvature.py</c>).</summary>
public class TorchCurvatureTests
{
    private static readonly JsonElement Root = Read();

    public static TheoryData<string> Nets => [.. Root.GetProperty("nets").EnumerateObject().Select(net => net.Name)];

    [Theory]
    [MemberData(nameof(Nets))]
    public void Products_are_those_of_PyTorch(string name)
    {
        var network = ConvolutionalOracle.Create(name);
        var found = Root.GetProperty("nets").GetProperty(name);
        var stride = found.GetProperty("stride").GetInt32();
        var direction = Formula.Vector(network.Space.Count, Root.GetProperty("direction_salt").GetUInt32(), 1);
        var (images, labels) = (ConvolutionalOracle.Images(network, 0), ConvolutionalOracle.Labels(network, 0));
        foreach (var (mode, statistics) in new[] { ("evaluation", false), ("training", true) })
        {
            using var plan = Backends.Cpu.Compile(new CurvatureRequest(network, images.Length) { NormParameters = true, BatchStatistics = statistics });
            plan.Load(FormulaState.Of(network));
            for (var n = 0; n < images.Length; n++)
            {
                images[n].CopyTo(plan.Sample(n));
                plan.Labels[n] = labels[n];
            }

            var product = new float[network.Space.Count];
            plan.Direct(direction);
            plan.Multiply(images.Length, product);

            // In float32 a rectifier of many thousands may decide otherwise than in float64.
            var tolerance = 1e-3 * found.GetProperty(mode).GetProperty("largest").GetDouble();
            double[] expected = [.. found.GetProperty(mode).GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], product[i * stride], tolerance);
        }
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracles", "torch_curvature.json")));
        return document.RootElement.Clone();
    }
}
