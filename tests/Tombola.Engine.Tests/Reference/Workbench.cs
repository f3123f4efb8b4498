using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Networks, samples and plans to try things on.</summary>
internal static class Workbench
{
    /// <summary>Two hidden layers whose widths are multiples of nothing: 20 and 7 units.</summary>
    public static Network Small { get; } = Architectures.Create("mnist_lenet_20_7");

    /// <summary>Every optimiser by a name, with constants that leave no branch of its rule idle.</summary>
    public static IReadOnlyDictionary<string, (OptimizerSpec Spec, double Rate)> Optimizers { get; } = new Dictionary<string, (OptimizerSpec, double)>
    {
        ["plain"] = (new OptimizerSpec(OptimizerKind.Sgd), 0.1),
        ["plain with decay"] = (new OptimizerSpec(OptimizerKind.Sgd, WeightDecay: 1e-2), 0.1),
        ["momentum"] = (new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4), 0.05),
        ["nesterov"] = (new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, Nesterov: true, WeightDecay: 1e-4), 0.05),
        ["adam"] = (new OptimizerSpec(OptimizerKind.Adam), 1.2e-3),
        ["adam with decay"] = (new OptimizerSpec(OptimizerKind.Adam, WeightDecay: 1e-2), 1.2e-3),
        ["rmsprop"] = (new OptimizerSpec(OptimizerKind.RmsProp), 1e-3),
        ["rmsprop with momentum"] = (new OptimizerSpec(OptimizerKind.RmsProp, Momentum: 0.9, WeightDecay: 1e-4), 1e-4),
    };

    public static TheoryData<string> OptimizerNames => [.. Optimizers.Keys];

    public static NetworkState State(Network network, ulong seed = 1) =>
        Initializers.Initialize(network, "kaiming_normal", new RandomStream(seed, RandomStream.Init));

    /// <summary>Values in [0, 1), one in five of them 0 as in a picture's background.</summary>
    public static float[][] Samples(Network network, int count, uint salt = 7)
    {
        var features = network.Input.Count;
        return [.. Enumerable.Range(0, count).Select(n => Enumerable.Range(0, features).Select(f => Pixel((uint)((n * features) + f))).ToArray())];

        float Pixel(uint index) => (float)Math.Max(0, (Formula.Unit(index, salt) * 1.25) - 0.25);
    }

    public static int[] Labels(Network network, int count, uint salt = 9) =>
        [.. Enumerable.Range(0, count).Select(n => (int)(Formula.Unit((uint)n, salt) * network.Classes))];

    /// <summary>A mask that keeps about <paramref name="density"/> of the prunable weights.</summary>
    public static Mask Mask(Network network, double density, uint salt = 11)
    {
        var prunable = new bool[network.Space.Count];
        foreach (var parameter in network.Space.Prunable) prunable.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        return new Mask(network.Space, i => !prunable[i] || Formula.Unit((uint)i, salt) < density);
    }

    public static void Fill(this Plan plan, float[][] samples, int[] labels, int first = 0)
    {
        for (var n = first; n < Math.Min(samples.Length, first + plan.Batch); n++)
        {
            samples[n].CopyTo(plan.Samples[((n - first) * plan.SampleStride)..]);
            plan.Labels[n - first] = labels[n];
        }
    }
}
