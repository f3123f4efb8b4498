using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
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
        Check(network, Workbench.Mask(network, 0.1), norms: false, statistics: false, KernelChoice.Automatic);
        Check(network, Workbench.Mask(network, 0.35), norms: true, statistics: false, KernelChoice.Automatic);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Networks_that_chance_made_have_the_curvature_of_their_twins(uint first)
    {
        for (var seed = first; seed < first + 20; seed++)
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

    [Theory]
    [InlineData("cifar_resnet_8_4", 1)]
    [InlineData("cifar_resnet_8_4", 0.1)]
    [InlineData("cifar_resnet_8", 1)]
    [InlineData("cifar_resnet_8", 0.05)]
    [InlineData("cifar_conv_2_8", 0.2)]
    [InlineData("mnist_lenet_20_7", 1)]
    [InlineData("mnist_lenet_300_100", 0.05)]
    public void Whole_networks_have_a_symmetric_linear_Hessian_with_the_same_bits_for_every_team(string model, double density)
    {
        var network = Architectures.Create(model);
        var mask = Workbench.Mask(network, density);
        var state = FormulaState.Of(network);
        mask.Apply(state.Weights);
        var found = new Found(state, Workbench.Samples(network, Count), Workbench.Labels(network, Count));
        foreach (var (norms, statistics) in ModesOf(network))
        {
            using var plan = Compile(network, mask, found, norms, statistics);
            using var two = new Memory.ThreadTeam(2);
            using var three = new Memory.ThreadTeam(3);
            using var shared = Compile(network, mask, found, norms, statistics, team: two);
            using var split = Compile(network, mask, found, norms, statistics, team: three);
            var (u, v) = (Direction(network, mask, norms, 21), Direction(network, mask, norms, 22));
            var (hu, hv) = (Multiply(plan, u), Multiply(plan, v));
            var size = Norm(u) * Norm(hv);
            Assert.Equal(Dot(u, hv), Dot(v, hu), 1e-5 * size);
            float[] both = [.. u.Zip(v, (a, b) => (2 * a) - (0.5f * b))];
            var sum = Multiply(plan, both);
            Assert.True(sum.Select((value, i) => Math.Abs(value - ((2 * hu[i]) - (0.5 * hv[i])))).Max() <= 1e-4 * hu.Max(Math.Abs));
            Assert.Equal(hv, Multiply(plan, v));
            Assert.Equal(hv, Multiply(shared, v));
            Assert.Equal(hv, Multiply(split, v));
        }
    }

    [Fact]
    public void Dense_kernels_and_sparse_ones_agree()
    {
        var network = Architectures.Create("cifar_resnet_8");
        var mask = Workbench.Mask(network, 0.05);
        var state = FormulaState.Of(network);
        mask.Apply(state.Weights);
        var found = new Found(state, Workbench.Samples(network, Count), Workbench.Labels(network, Count));
        using var sparse = Compile(network, mask, found, norms: false, statistics: false);
        using var dense = Compile(network, mask, found, norms: false, statistics: false, kernels: KernelChoice.Dense);
        Assert.Contains(sparse.Describe(), pass => pass.Forward.StartsWith("sparse", StringComparison.Ordinal));
        Assert.DoesNotContain(dense.Describe(), pass => pass.Forward.StartsWith("sparse", StringComparison.Ordinal));
        var direction = Direction(network, mask, false, 21);
        var (first, second) = (Multiply(sparse, direction), Multiply(dense, direction));
        Assert.True(first.Zip(second, (a, b) => Math.Abs(a - b)).Max() <= 1e-4 * second.Max(Math.Abs));
    }

    [Fact]
    public void Without_a_hidden_layer_it_is_the_Hessian_of_softmax_regression()
    {
        // H = sum over samples of (diag(p) - p p') times x x', with 1 behind x for the bias.
        var builder = new NetworkBuilder("regression", new Shape(1, 2, 3));
        builder.Linear("fc", builder.Flatten(builder.Input), 4);
        var network = builder.Build();
        var state = FormulaState.Of(network);
        var found = new Found(state, Workbench.Samples(network, Count), Workbench.Labels(network, Count));
        using var plan = Compile(network, null, found, norms: false, statistics: false);
        using var gaussNewton = Compile(network, null, found, norms: false, statistics: false, gaussNewton: true);
        var direction = Direction(network, null, false, 21);
        var expected = new double[direction.Length];
        var twin = new ReferenceNetwork(network, state);
        for (var n = 0; n < Count; n++)
        {
            var logits = twin.Logits(found.Samples[n]);
            var total = logits.Sum(Math.Exp);
            double[] p = [.. logits.Select(z => Math.Exp(z) / total)];
            double[] r = [.. Enumerable.Range(0, 4).Select(c => found.Samples[n].Select((x, i) => (double)x * direction[(c * 6) + i]).Sum() + direction[24 + c])];
            var mean = p.Zip(r, (a, b) => a * b).Sum();
            for (var c = 0; c < 4; c++)
            {
                for (var i = 0; i < 6; i++) expected[(c * 6) + i] += p[c] * (r[c] - mean) * found.Samples[n][i];
                expected[24 + c] += p[c] * (r[c] - mean);
            }
        }

        foreach (var one in new[] { plan, gaussNewton })
        {
            var product = Multiply(one, direction);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], product[i], 1e-5 * expected.Max(Math.Abs));
        }
    }

    [Fact]
    public void What_has_no_curvature_is_refused()
    {
        var network = SmallNetworks.Create("dropout of the logits");
        var refused = Assert.Throws<Naming.SettingException>(() => Backends.Cpu.Compile(new CurvatureRequest(network, 4) { BatchStatistics = true }));
        Assert.Contains("dropout", refused.Message, StringComparison.Ordinal);
        Assert.Throws<Naming.SettingException>(() => Backends.Cpu.Compile(new CurvatureRequest(network, 0)));
        var resnet = Architectures.Create("cifar_resnet_8_4");
        var mask = Workbench.Mask(resnet, 0.5);
        using var plan = Backends.Cpu.Compile(new CurvatureRequest(resnet, 4) { Mask = mask });
        var ones = Enumerable.Repeat(1f, resnet.Space.Count).ToArray();
        Assert.Contains("prunes", Assert.Throws<ArgumentException>(() => plan.Direct(ones)).Message, StringComparison.Ordinal);
        mask.Apply(ones);
        Assert.Contains("bn.weight", Assert.Throws<ArgumentException>(() => plan.Direct(ones)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => plan.Direct(ones.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => plan.Multiply(1, new float[3]));
    }

    private static (bool Norms, bool Statistics)[] Modes { get; } = [(false, false), (true, false), (true, true)];

    /// <summary>Dropout has no curvature where it drops.</summary>
    private static IEnumerable<(bool Norms, bool Statistics)> ModesOf(Network network) => Modes.Where(mode => !mode.Statistics || !network.Layers.Any(layer => layer is DropoutLayer));

    private static void Check(Network network, Mask mask, bool norms, bool statistics, KernelChoice kernels)
    {
        if (FindSamples(network, statistics, mask) is not { } found) return;
        var reference = new CurvatureReference(network, found.State, found.Samples, found.Labels, statistics);
        using var plan = Compile(network, mask, found, norms, statistics, kernels: kernels);
        var direction = Direction(network, mask, norms, 21);
        var product = Multiply(plan, direction);
        var expected = reference.Hessian(direction);
        for (var i = 0; i < expected.Length; i++)
        {
            if (!mask[i]) expected[i] = 0;
        }

        foreach (var part in network.Layers.OfType<BatchNormLayer>().Where(_ => !norms).SelectMany(layer => layer.Parameters))
        {
            expected.AsSpan(network.Space[part.Name].Offset, network.Space[part.Name].Count).Clear();
        }

        var size = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(expected[i] - product[i]) <= Tolerance * (1e-3 + size)) continue;
            var name = network.Space.Parameters.Last(part => part.Offset <= i).Name;
            Assert.Fail($"{network.Name}, norms {norms}, statistics {statistics}, density {mask.Density:F2}: element {i} ({name}) of the product is {product[i]:R}, expected {expected[i]:R} (largest {size:R}).");
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
