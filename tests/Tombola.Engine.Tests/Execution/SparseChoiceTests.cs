using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>When layers are computed sparsely, what plans say about it, and what they refuse because of it. Nothing here depends on where the thresholds lie.</summary>
public class SparseChoiceTests
{
    private static readonly OptimizerSpec Momentum = new(OptimizerKind.Sgd, Momentum: 0.9);

    /// <summary>A network with one layer of a shape that chance chose, which reads another layer or the input.</summary>
    private static readonly Arbitrary<Network> Networks = Gen.Choose(0, int.MaxValue / 2).Select(seed =>
    {
        int Below(uint draw, int bound) => (int)(Formula.Unit(draw, (uint)seed) * bound);
        var side = 1 + Below(0, 40);
        var builder = new NetworkBuilder("one layer", new Shape(1 + Below(1, 300), side, side));
        var from = Below(2, 2) == 0 ? builder.Input : builder.Relu(builder.Input);
        if (Below(3, 2) == 0) builder.Linear("layer", from, 1 + Below(4, 500));
        else builder.Convolution("layer", from, 1 + Below(4, 500), 1 + (2 * Below(5, 4)), 1 + Below(6, 3), padding: Below(5, 4));
        return builder.Build();
    }).ToArbitrary();

    [Fact]
    public void What_is_sparse_at_a_density_is_so_at_every_lower_one() =>
        Prop.ForAll(Networks, Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (network, first, second) =>
        {
            var parameter = network.Space["layer.weight"];
            var (low, high) = (Of(Math.Min(first, second)), Of(Math.Max(first, second)));
            return new[] { false, true }.All(training =>
            {
                var choice = SparseChoice.For(network, training, lanes: 64, KernelChoice.Automatic);
                var (fewer, more) = (choice(parameter, low), choice(parameter, high));
                return (fewer.Forward || !more.Forward) && (fewer.InputGradient || !more.InputGradient) && (fewer.WeightGradient || !more.WeightGradient);
            });

            int Of(int permille) => (int)((long)parameter.Count * permille / 1000);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_choice_is_a_function_of_shape_and_density() =>
        Prop.ForAll(Networks, network =>
        {
            var parameter = network.Space["layer.weight"];
            var choice = SparseChoice.For(network, training: true, lanes: 64, KernelChoice.Automatic);
            int[] remaining = [.. Enumerable.Range(0, 20).Select(i => (int)((long)parameter.Count * i / 19))];
            var upwards = remaining.Select(n => choice(parameter, n)).ToArray();
            var downwards = remaining.Reverse().Select(n => choice(parameter, n)).Reverse();
            var again = SparseChoice.For(network, training: true, lanes: 64, KernelChoice.Automatic);
            return upwards.SequenceEqual(downwards) && upwards.SequenceEqual(remaining.Select(n => again(parameter, n)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Dense_kernels_are_chosen_when_asked_for_whatever_remains() =>
        Prop.ForAll(Networks, Gen.Choose(0, 100).ToArbitrary(), (network, percent) =>
        {
            var parameter = network.Space["layer.weight"];
            return SparseChoice.For(network, training: true, lanes: 64, KernelChoice.Dense)(parameter, (int)((long)parameter.Count * percent / 100)) == default;
        }).QuickCheckThrowOnFailure();

    /// <summary>A linear layer has sparse kernels for all phases together, so a plan never says that one of them is sparse.</summary>
    [Fact]
    public void Linear_layers_are_sparse_in_all_phases_or_in_none()
    {
        foreach (var phases in SparsePlans.Phases)
        {
            using var plan = SparsePlans.Compile(Workbench.Small, Workbench.Mask(Workbench.Small, 0.1), 5, training: true, phases);
            foreach (var pass in plan.Describe())
            {
                string?[] kernels = [pass.Forward, pass.InputGradient ?? pass.Forward, pass.WeightGradient];
                Assert.Single(kernels.Select(IsSparse).Distinct());
            }
        }
    }

    public static TheoryData<string> Models => ["mnist_lenet_20_7", "mnist_lenet_300_100", "narrow_vgg", "cifar_resnet_8_4", "mixed", "concatenation", "sum with a projection"];

    /// <summary>What a plan counts is what it describes.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Sparse_layers_are_counted_as_a_plan_describes_them(string model)
    {
        var network = Create(model);
        var counted = new HashSet<SparseLayers>();
        foreach (var kernels in Enum.GetValues<KernelChoice>())
        {
            foreach (var kind in new[] { "1 %", "10 %", "50 %", "a density for every layer", "whole layers", "nothing", "everything" })
            {
                var mask = SparsePlans.Mask(network, kind);
                using var plan = new Plan(network, mask, 4, training: true, kernels: kernels);
                var passes = plan.Describe().Where(pass => network.Space.Prunable.Any(parameter => pass.Layers.Split(" + ")[0] == parameter.Layer)).ToArray();
                var expected = new SparseLayers(
                    passes.Length,
                    passes.Count(pass => IsSparse(pass.Forward)),
                    passes.Count(pass => IsSparse(pass.InputGradient ?? pass.WeightGradient)),
                    passes.Count(pass => IsSparse(pass.WeightGradient)));
                Assert.Equal(expected, plan.SparseLayers);
                Assert.True(kernels == KernelChoice.Automatic || expected is (_, 0, 0, 0));
                counted.Add(expected);
            }
        }

        Assert.True(counted.Count > 1);
    }

    [Fact]
    public void A_plan_stores_all_weights_or_those_that_remain()
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        var mask = Workbench.Mask(network, 0.01);
        using Plan dense = new(network, mask, 60, training: true, kernels: KernelChoice.Dense), automatic = new(network, mask, 60, training: true), all = SparsePlans.Compile(network, mask, 60, training: true);
        using Plan whole = new(network, null, 60, training: true), full = new(network, Mask.Full(network.Space), 60, training: true);
        Assert.All(new[] { dense, whole, full }, plan => Assert.Equal(network.Space.Count, plan.StoredWeights));
        Assert.InRange(automatic.StoredWeights, all.StoredWeights, network.Space.Count - 1);
        Assert.Equal(network.Space.Count - network.Space.PrunableCount + mask.Remaining, all.StoredWeights);
        Assert.True(all.ArenaBytes < dense.ArenaBytes / 2);
    }

    [Fact]
    public void Nothing_is_skipped_by_dense_kernels_and_all_that_is_pruned_by_sparse_ones()
    {
        foreach (var name in new[] { "mnist_lenet_20_7", "two convolutions", "mixed" })
        {
            var network = Create(name);
            using Plan dense = new(network, Workbench.Mask(network, 0.1), 5, training: true, kernels: KernelChoice.Dense), full = new(network, Mask.Full(network.Space), 5, training: true);
            using Plan whole = new(network, null, 5, training: false), empty = SparsePlans.Compile(network, SparsePlans.Mask(network, "nothing"), 5, training: true);
            Assert.Equal((0, 0, 0, 1), (dense.SkippedArithmetic, full.SkippedArithmetic, whole.SkippedArithmetic, empty.SkippedArithmetic));
        }

        // Layers of 16 x 20, 20 x 12 and 12 x 4 weights, of each of which every fourth remains.
        var builder = new NetworkBuilder("uniform", Shape.Vector(16));
        builder.Linear("fc", builder.Relu(builder.Linear("second", builder.Relu(builder.Linear("first", builder.Input, 20)), 12)), 4);
        var linear = builder.Build();
        foreach (var training in new[] { false, true })
        {
            using var plan = SparsePlans.Compile(linear, SparsePlans.Of(linear, (_, i) => i % 4 == 1), 5, training);
            Assert.Equal(0.75, plan.SkippedArithmetic, 1e-12);
        }
    }

    /// <summary>Two thirds of the weights of 9 and 153 filters, over maps of 5 x 7 and 3 x 5; the first layer has no data gradient.</summary>
    [Theory]
    [InlineData("all", 1, 1, 1, 1)]
    [InlineData("forward", 1, 0, 0, 0)]
    [InlineData("forward and data gradient", 1, 1, 0, 0)]
    [InlineData("weight gradient", 0, 0, 1, 0)]
    [InlineData("data and weight gradient", 0, 1, 1, 0)]
    public void Of_phases_that_are_sparse_the_pruned_part_is_skipped(string phases, int forward, int inputGradient, int weightGradient, int linear)
    {
        var network = SmallNetworks.Create("two convolutions");
        using var plan = SparsePlans.Compile(network, SparsePlans.Of(network, (_, i) => i % 3 == 0), 5, training: true, phases);
        const double First = 17 * 9 * 35, Second = 9 * 17 * 9 * 15, Head = 9 * 15 * 4;
        var skipped = ((forward + weightGradient) * (First + Second)) + (inputGradient * Second) + (3 * linear * Head);
        Assert.Equal(2.0 / 3 * skipped / ((2 * First) + (3 * Second) + (3 * Head)), plan.SkippedArithmetic, 1e-12);
    }

    /// <summary>Nobody divides nothing by nothing.</summary>
    [Fact]
    public void A_network_without_products_skips_nothing()
    {
        var builder = new NetworkBuilder("norm", new Shape(3, 4, 4));
        builder.GlobalAveragePool(builder.BatchNorm("bn", builder.Input));
        using var plan = new Plan(builder.Build(), null, 5, training: true);
        Assert.Equal(0, plan.SkippedArithmetic);
    }

    [Fact]
    public void Gradients_of_pruned_weights_need_dense_kernels()
    {
        foreach (var name in new[] { "mnist_lenet_20_7", "two convolutions" })
        {
            var network = Create(name);
            var mask = Workbench.Mask(network, 0.1);
            foreach (var phases in SparsePlans.Phases.Where(phases => phases != "any"))
            {
                using var plan = SparsePlans.Compile(network, mask, 5, training: true, phases);
                plan.Load(FormulaState.Of(network).Under(mask));
                var gradient = new float[network.Space.Count];
                if (plan.Describe().Any(pass => IsSparse(pass.WeightGradient)))
                {
                    Assert.Contains("KernelChoice.Dense", Assert.Throws<InvalidOperationException>(() => plan.Gradient(5, gradient)).Message, StringComparison.Ordinal);
                    continue;
                }

                var expected = Expectation.Of(network, FormulaState.Of(network).Under(mask), 5, training: true);
                plan.Fill(expected.Samples, expected.Labels);
                expected.HasLogitsOf(plan, plan.Gradient(5, gradient));
                expected.HasGradient(gradient);
            }
        }
    }

    [Fact]
    public void An_optimiser_of_a_dense_plan_and_one_of_a_sparse_plan_are_not_exchanged()
    {
        var network = Workbench.Small;
        var mask = Workbench.Mask(network, 0.1);
        using Plan dense = new(network, mask, 5, training: true, kernels: KernelChoice.Dense), sparse = SparsePlans.Compile(network, mask, 5, training: true);
        using Optimizer ofDense = dense.CreateOptimizer(Momentum), ofSparse = sparse.CreateOptimizer(Momentum);
        foreach (var (plan, optimizer) in new[] { (dense, ofSparse), (sparse, ofDense) })
        {
            plan.Load(FormulaState.Of(network).Under(mask));
            var failure = Assert.Throws<ArgumentException>(() => plan.Step(5, optimizer, 0.1));
            Assert.Contains($"{plan.StoredWeights}", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"{optimizer.Weights}", failure.Message, StringComparison.Ordinal);
            Bits.Equal(FormulaState.Of(network).Under(mask).Weights, plan.Weights);
            Assert.Equal(0, optimizer.StepsTaken);
        }
    }

    [Fact]
    public void States_that_the_mask_does_not_hold_for_and_masks_of_other_networks_are_refused()
    {
        var network = SmallNetworks.Create("two convolutions");
        using var plan = SparsePlans.Compile(network, Workbench.Mask(network, 0.1), 5, training: true);
        Assert.Throws<ArgumentException>(() => plan.Load(FormulaState.Of(network)));
        Assert.False(plan.Weights.ContainsAnyExcept(0f));
        Assert.Throws<ArgumentException>(() => SparsePlans.Compile(network, Workbench.Mask(Workbench.Small, 0.1), 5, training: true));
    }

    private static bool IsSparse(string? kernel) => kernel is not null && kernel.StartsWith("sparse", StringComparison.Ordinal);

    private static Network Create(string name) => name.StartsWith("mnist_", StringComparison.Ordinal) ? Architectures.Create(name) : ConvolutionalOracle.Create(name);
}
