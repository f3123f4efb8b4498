using System.Globalization;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Bench.Fit;

/// <summary>
/// Measures, inside whole training steps, up to which density the sparse kernels of each layer and phase are faster than its dense ones: the constants of
/// <see cref="SparseChoice"/>. Run with <c>dotnet run -c Release --project bench/Tombola.Bench -- fit [MODEL:BATCH ...]</c>.
/// </summary>
internal static class BreakEven
{
    private const int Steps = 7, Rounds = 3;

    private static readonly string[] Models = ["mnist_lenet_300_100:60", "mnist_lenet_300_100:32", "cifar_resnet_20:128", "cifar_vgg_16:128", "cifar_conv_2:128"];

    private static readonly double[] Densities = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9];

    /// <summary>Prints, for every layer and phase, dense milliseconds, sparse ones at each density, and where the two meet; then the same by kind of layer.</summary>
    public static void Run(IReadOnlyList<string> arguments)
    {
        var found = new List<(string Kind, Phase Phase, double Density)>();
        foreach (var argument in arguments.Count > 0 ? arguments : Models)
        {
            var (model, batch) = argument.Split(':') is [var name, var count] ? (name, int.Parse(count, CultureInfo.InvariantCulture)) : (argument, 128);
            var network = Architectures.Create(model);
            var (dense, lanes) = Times(network, 1, batch);
            var sparse = Densities.Select(density => Times(network, density, batch).Seconds).ToArray();
            Console.WriteLine($"{model}, batch {batch}: ms dense; at {string.Join(' ', Densities.Select(density => density.ToString(CultureInfo.InvariantCulture)))}; break-even");
            foreach (var (key, seconds) in dense)
            {
                var times = sparse.Select(at => at[key]).ToArray();
                var meet = Meet(seconds, times);
                found.Add((KindOf(network, key.Layer, lanes), key.Phase, meet));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {key.Layer} {key.Phase}: {seconds * 1e3:F3}; {string.Join(' ', times.Select(time => (time * 1e3).ToString("F3", CultureInfo.InvariantCulture)))}; {meet:F2}"));
            }
        }

        foreach (var group in found.GroupBy(item => (item.Kind, item.Phase)).OrderBy(group => group.Key.Kind, StringComparer.Ordinal).ThenBy(group => group.Key.Phase))
        {
            var sorted = group.Select(item => item.Density).Order().ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key.Kind} {group.Key.Phase}: {sorted[0]:F2} to {sorted[^1]:F2}, median {sorted[sorted.Length / 2]:F2} of {sorted.Length}"));
        }
    }

    /// <summary>Seconds of each layer with weights and phase: the least of some medians; and the plan's lanes. Below density 1 all layers are computed sparsely.</summary>
    private static (Dictionary<(string Layer, Phase Phase), double> Seconds, int Lanes) Times(Network network, double density, int batch)
    {
        var stream = new RandomStream(1, RandomStream.Prune);
        var prunable = network.Space.Parameters.SelectMany(parameter => Enumerable.Repeat(parameter.Prunable, parameter.Count)).ToArray();
        var mask = density == 1 ? null : new Mask(network.Space, i => !prunable[i] || stream.Uniform(0, (ulong)i, 0) < density);
        using var team = new ThreadTeam(1);
        using var plan = new Plan(network, mask, batch, training: true, team, SparseChoice.For(network, training: true, (_, _) => new SparsePhases(true, true, true)));
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4));
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init));
        plan.Load(mask is null ? state : state.Under(mask));
        for (var i = 0; i < plan.Samples.Length; i++) plan.Samples[i] = (float)stream.Uniform(1, (ulong)i, 0);
        for (var n = 0; n < batch; n++) plan.Labels[n] = n % network.Classes;
        var layers = network.Space.Prunable.Select(parameter => parameter.Layer).ToHashSet();
        var best = new Dictionary<(string, Phase), double>();
        for (var round = 0; round < Rounds; round++)
        {
            var steps = network.Flops * (double)batch < 1e9 ? 50 * Steps : Steps;
            foreach (var timing in plan.Profile(optimizer, 1e-3, steps).Where(timing => layers.Contains(timing.Layers)))
            {
                var key = (timing.Layers, timing.Phase);
                best[key] = Math.Min(timing.Seconds, best.GetValueOrDefault(key, double.MaxValue));
            }
        }

        return (best, plan.LaneWidth);
    }

    /// <summary>The density at which the sparse kernel takes as long as the dense one, between the measured ones; 0 or 1 if nowhere.</summary>
    private static double Meet(double dense, double[] sparse)
    {
        var last = Array.FindLastIndex(sparse, time => time <= dense);
        if (last < 0) return 0;
        if (last == sparse.Length - 1) return 1;
        return Densities[last] + ((Densities[last + 1] - Densities[last]) * (dense - sparse[last]) / (sparse[last + 1] - sparse[last]));
    }

    /// <summary>What the constants depend on: the lanes of a linear layer; a convolution's filter, stride and channels, and the width of its output map.</summary>
    private static string KindOf(Network network, string layer, int lanes) => network.Layers.Single(other => other.Name == layer) switch
    {
        ConvolutionLayer convolution => string.Create(CultureInfo.InvariantCulture, $"{convolution.Window.Size}/{convolution.Window.Columns.Stride} {convolution.Input.Channels} to {convolution.Filters}, {convolution.Output.Columns} wide"),
        _ => string.Create(CultureInfo.InvariantCulture, $"linear, {lanes} lanes"),
    };
}
