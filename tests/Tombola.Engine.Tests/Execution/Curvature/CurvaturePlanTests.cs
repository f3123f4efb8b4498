using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Products with the Hessian and the Gauss-Newton matrix against differences in float64.</summary>
public class CurvaturePlanTests
{
    private const int Count = 7, Batch = 35;

    /// <summary>Float32 through a few layers; and differences in float64 are wrong where a rectifier lies within 1e-6 of its corner, which the samples avoid.</summary>
    private const double Tolerance = 2e-4;

    public static TheoryData<string> Networks => [.. SmallNetworks.Tiny];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Hessian_products_are_differences_of_the_gradient(string name)
    {
        var network = SmallNetworks.Create(name);
        foreach (var (norms, statistics) in ModesOf(network)) Check(network, Workbench.Mask(network, 1), norms, statistics, KernelChoice.Automatic);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Sparse_plans_have_the_same_curvature_on_the_remaining_weights(string name)
    {
        var network = SmallNetworks.Create(name);
        foreach (var density in new[] { 0.1, 0.35 })
        {
            Check(network, Workbench.Mask(network, density), norms: true, statistics: false, KernelChoice.Automatic);
            Check(network, Workbench.Mask(network, density), norms: false, statistics: false, KernelChoice.Automatic);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(80)]
    public void Networks_that_chance_made_have_the_curvature_of_their_twins(uint first)
    {
        for (var seed = first; seed < first + 40; seed++)
        {
            var network = RandomNetwork.CreateRich(seed, wide: seed % 10 == 0);
            RandomNetwork.Try(seed, network, () =>
            {
                foreach (var (norms, statistics) in ModesOf(network)) Check(network, Workbench.Mask(network, seed % 2 == 0 ? 1 : 0.2), norms, statistics, KernelChoice.Automatic);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gauss_Newton_products_are_those_of_the_logits_derivatives(string name)
    {
        var network = SmallNetworks.Create(name);
        foreach (var (norms, statistics) in ModesOf(network))
        {
            if (FindSamples(network, statistics) is not { } found) continue;
            var reference = new CurvatureReference(network, found.State, found.Samples, found.Labels, statistics);
            using var plan = Compile(network, null, found, norms, statistics, gaussNewton: true);
            var (u, v) = (Direction(network, null, norms, 21), Direction(network, null, norms, 22));
            var product = Multiply(plan, v);
            Assert.Equal(reference.GaussNewton(u, v), Dot(u, product), Tolerance * (1 + Norm(u) * Norm(product)));
            Assert.True(Dot(v, product) >= -Tolerance * Norm(v) * Norm(product));
        }
    }

    private static (bool Norms, bool Statistics)[] Modes { get; } = [(false, false), (true, false), (true, true)];

    /// <summary>Dropout has no curvature where it drops.</summary>
    private static IEnumerable<(bool Norms, bool Statistics)> ModesOf(Network network) => Modes.Where(mode => !mode.Statistics || !network.Layers.Any(layer => layer is DropoutLayer));

    private static void Check(Network network, Mask mask, bool norms, bool statistics, KernelChoice kernels)
    {
        if (FindSamples(network, statistics, mask) is not { } found) return;
        var reference = new CurvatureReference(network, found.State, found.Samples, found.Labels, statistics);
        using var plan = Compile(network, mask, found, norms, statistics, kernels: kernels);
        for (var salt = 21u; salt < 23; salt++)
        {
            var direction = Direction(network, mask, norms, salt);
            var product = Multiply(plan, direction);
            var expected = reference.Hessian(direction);
            for (var i = 0; i < expected.Length; i++)
            {
                if (!mask[i]) expected[i] = 0;
            }

            foreach (var layer in network.Layers.OfType<BatchNormLayer>().Where(_ => !norms))
            {
                foreach (var part in layer.Parameters) expected.AsSpan(network.Space[part.Name].Offset, network.Space[part.Name].Count).Clear();
            }

            var size = expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    Math.Abs(expected[i] - product[i]) <= Tolerance * (1e-3 + size),
                    $"{network.Name}, norms {norms}, statistics {statistics}, density {mask.Density:F2}: element {i} ({network.Space.Parameters.Last(part => part.Offset <= i).Name}) of the product is {product[i]:R}, expected {expected[i]:R} (largest {size:R}).");
            }
        }
    }

    private static Found? FindSamples(Network network, bool training, Mask? mask = null)
    {
        var state = FormulaState.Of(network);
        mask?.Apply(state.Weights);
        var expectation = Expectation.TryOf(network, state, Count, training);
        return expectation is null ? null : new Found(state, expectation.Samples, expectation.Labels);
    }

    private static ICurvaturePlan Compile(
        Network network, Mask? mask, Found found, bool norms, bool statistics, bool gaussNewton = false, KernelChoice kernels = KernelChoice.Automatic, Memory.ThreadTeam? team = null)
    {
        var plan = Backends.Cpu.Compile(new CurvatureRequest(network, Batch)
        {
            Mask = mask is { Density: 1 } ? null : mask,
            NormParameters = norms,
            BatchStatistics = statistics,
            GaussNewton = gaussNewton,
            Kernels = kernels,
            Team = team,
        });
        plan.Load(found.State);
        for (var n = 0; n < Count; n++)
        {
            found.Samples[n].CopyTo(plan.Sample(n));
            plan.Labels[n] = found.Labels[n];
        }

        return plan;
    }

    private static float[] Multiply(ICurvaturePlan plan, float[] direction)
    {
        var product = new float[direction.Length];
        product.AsSpan().Fill(float.NaN);
        plan.Direct(direction);
        plan.Multiply(Count, product);
        return product;
    }

    private static float[] Direction(Network network, Mask? mask, bool norms, uint salt)
    {
        var direction = Formula.Vector(network.Space.Count, salt, 1).ToArray();
        mask?.Apply(direction);
        foreach (var layer in network.Layers.OfType<BatchNormLayer>().Where(_ => !norms))
        {
            foreach (var part in layer.Parameters) network.Space[part.Name].Of(direction.AsSpan()).Clear();
        }

        return direction;
    }

    private static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();

    private static double Norm(float[] x) => Math.Sqrt(Dot(x, x));

    private sealed record Found(NetworkState State, float[][] Samples, int[] Labels);
}
