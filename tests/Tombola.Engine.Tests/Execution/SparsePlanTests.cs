using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Plans that compute with the weights that a mask leaves, whichever phases they do it in, against the masked network in float64.</summary>
/// <remarks>The gradient of such a plan is the velocity of a fresh optimiser after one step.</remarks>
public class SparsePlanTests
{
    private const double Rate = 0.05;

    private static readonly OptimizerSpec Momentum = new(OptimizerKind.Sgd, Momentum: 0.9);

    /// <summary>A whole batch of one, some lanes of one block, all but one lane of two blocks, and a last block of three with one live lane.</summary>
    private static readonly (int Batch, int Count)[] Sizes = [(1, 1), (5, 5), (64, 63), (80, 65)];

    /// <summary>Every layer there is; those of the larger nets where fused multiply-adds are in hardware.</summary>
    public static TheoryData<string> Names => [.. SmallNetworks.Tiny, .. Fma.IsSupported ? new[] { "narrow_vgg", "cifar_resnet_8_4" } : []];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kind_of_mask_leaves_the_network_in_float64(string name)
    {
        var network = ConvolutionalOracle.Create(name);
        var large = network.Input.Rows >= 32;
        var checkedMasks = 0;

        // Every second kind; which of them the length of the name decides.
        for (var kind = large ? 0 : name.Length % 2; kind < SparsePlans.MaskKinds.Count; kind += large ? 4 : 2)
        {
            // The twin is slow, and among many numbers one is always near a corner.
            var most = large || network.Layers.Sum(layer => layer.Output.Count) > 250 ? 2 : Sizes.Length;
            var (batch, count) = Sizes[kind % 6 % most];
            if (Verify(network, SparsePlans.MaskKinds[kind], (uint)kind, batch, count)) checkedMasks++;
        }

        Assert.True(checkedMasks >= (large ? 1 : 3), $"Only {checkedMasks} masks could be looked at.");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(80, false)]
    [InlineData(160, false)]
    [InlineData(240, true)]
    public void Graphs_that_chance_made_are_under_masks_what_they_are_in_float64(uint first, bool rich)
    {
        const int Networks = 80;
        var masks = 0;
        for (var seed = first; seed < first + Networks; seed++)
        {
            // What dropout leaves is the plan's choice, which the network in float64 does not know.
            var network = rich ? RandomNetwork.CreateRich(seed, wide: false) : RandomNetwork.Create(seed);
            if (network.Layers.Any(layer => layer is DropoutLayer)) continue;
            RandomNetwork.Try(seed, network, () =>
            {
                if (Verify(network, SparsePlans.MaskKinds[(int)seed % SparsePlans.MaskKinds.Count], seed, batch: 35, count: 7)) masks++;
            });
        }

        Assert.True(masks >= Networks / 3, $"Only {masks} masks could be looked at.");
    }

    /// <summary>Three lane blocks and more without a rectifier, so that nothing hangs on a rounding.</summary>
    [Fact]
    public void Groups_of_lane_blocks_give_the_gradient_of_the_network_in_float64()
    {
        var builder = new NetworkBuilder("smooth", new Shape(2, 4, 5));
        var x = builder.BatchNorm("stem.bn", builder.Convolution("stem", builder.Input, 16, 3, padding: 1));
        var y = builder.BatchNorm("block.bn", builder.Convolution("block", x, 16, 3, padding: 1, bias: false));
        builder.Linear("fc", builder.Flatten(builder.Add(y, x)), 4);
        Assert.True(Verify(builder.Build(), "10 %", salt: 5, batch: 300, count: 290));
    }

    /// <summary>Of one lane block of 16, 32 or 64, and of more.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(32)]
    [InlineData(63)]
    [InlineData(150)]
    public void Linear_networks_are_those_in_float64_for_any_number_of_lanes(int count)
    {
        var builder = new NetworkBuilder("linear", new Shape(1, 5, 7));
        builder.Linear("fc", builder.Relu(builder.Linear("second", builder.Linear("first", builder.Input, 21), 9)), 4);
        var network = builder.Build();
        var masks = Enumerable.Range(0, SparsePlans.MaskKinds.Count).Count(kind => Verify(network, SparsePlans.MaskKinds[kind], (uint)kind, count + (kind % 3), count));
        Assert.True(masks >= 7, $"Only {masks} masks could be looked at.");
    }

    public static TheoryData<string, string> Gone => new()
    {
        { "linear", "first" }, { "linear", "second" }, { "linear", "fc" }, { "linear", "first second fc" },
        { "convolutional", "first" }, { "convolutional", "second" }, { "convolutional", "fc" }, { "convolutional", "first second fc" },
    };

    /// <summary>What nothing flows through still has biases and batch norms.</summary>
    [Theory]
    [MemberData(nameof(Gone))]
    public void A_network_that_lost_whole_layers_still_trains_what_it_has(string kind, string layers)
    {
        var builder = new NetworkBuilder(kind, new Shape(2, 4, 5));
        var x = kind == "linear"
            ? builder.Relu(builder.Linear("second", builder.Relu(builder.Linear("first", builder.Input, 12)), 9))
            : builder.Relu(builder.BatchNorm("second.bn", builder.Convolution("second", builder.Relu(builder.BatchNorm("first.bn", builder.Convolution("first", builder.Input, 6, 3, padding: 1, bias: false))), 5, 3)));
        builder.Linear("fc", x, 4);
        var network = builder.Build();
        var gone = layers.Split(' ');
        var mask = SparsePlans.Of(network, (parameter, i) => !gone.Contains(parameter.Layer) && Formula.Unit((uint)(parameter.Offset + i), 3) < 0.4);
        using var plan = SparsePlans.Compile(network, mask, 40, training: true);
        plan.Load(FormulaState.Of(network).Under(mask));
        Assert.Equal(network.Space.Count - network.Space.PrunableCount + mask.Remaining, plan.StoredWeights);
        for (var step = 0; step < 6; step++)
        {
            // An optimiser without a past each time, whose velocity is the gradient.
            using var optimizer = plan.CreateOptimizer(Momentum);
            var expected = Expectation.Of(network, plan.Save(), 7, training: true);
            plan.Fill(expected.Samples, expected.Labels);
            expected.HasLogitsOf(plan, plan.Step(7, optimizer, Rate));
            expected.HasGradient(plan.Unpack(optimizer.First), mask);
            expected.HasStatistics(plan.Statistics);
        }

        var state = plan.Save();
        Assert.True(mask.HoldsFor(state.Weights));
        Assert.All(state.Weights, weight => Assert.True(float.IsFinite(weight)));
        var bias = network.Space["fc.bias"];
        Assert.NotEqual(FormulaState.Of(network)[bias].ToArray(), state[bias].ToArray());
    }

    [Fact]
    public void A_network_of_which_no_number_remains_runs()
    {
        var builder = new NetworkBuilder("empty", new Shape(2, 4, 5));
        builder.GlobalAveragePool(builder.Convolution("conv", builder.Input, 3, 3, bias: false));
        var network = builder.Build();
        var mask = SparsePlans.Of(network, (_, _) => false);
        using var plan = SparsePlans.Compile(network, mask, 10, training: true);
        using var optimizer = plan.CreateOptimizer(Momentum);
        plan.Fill(Workbench.Samples(network, 10), Workbench.Labels(network, 10));
        Assert.Equal(0, plan.StoredWeights);
        Assert.Equal(Math.Log(3), plan.Step(10, optimizer, Rate).Loss, 1e-6);
        Assert.Equal(new float[network.Space.Count], plan.Weights.ToArray());
    }

    public static TheoryData<string, double> Densities => new() { { "mnist_lenet_20_7", 0.1 }, { "mnist_lenet_20_7", 0.5 }, { "two convolutions", 0.1 }, { "mixed", 0.2 } };

    /// <summary>Roundings grow in training, but not so far in 50 steps that a loss would show it.</summary>
    [Theory]
    [MemberData(nameof(Densities))]
    public void Sparse_and_dense_plans_train_to_the_same_loss(string name, double density)
    {
        const int Batch = 60, Steps = 50;
        var network = name.StartsWith("mnist", StringComparison.Ordinal) ? Architectures.Create(name) : SmallNetworks.Create(name);
        var mask = Workbench.Mask(network, density);
        var (sparse, first) = Train(SparsePlans.Compile(network, mask, Batch, training: true));
        var (dense, denseFirst) = Train(new Plan(network, mask, Batch, training: true, kernels: KernelChoice.Dense));
        Assert.Equal(denseFirst, first, 1e-5);
        Assert.Equal(dense, sparse, 1e-3);
        Assert.True(sparse < first - 0.01, $"The loss went from {first} to {sparse}.");

        (double Last, double First) Train(Plan made)
        {
            using var plan = made;
            using var optimizer = plan.CreateOptimizer(Momentum);
            plan.Load(FormulaState.Of(network).Under(mask));
            plan.Fill(Workbench.Samples(network, Batch), Workbench.Labels(network, Batch));
            var before = plan.Evaluate(Batch).Loss;
            for (var step = 0; step < Steps; step++) plan.Step(Batch, optimizer, 0.02);
            return (plan.Evaluate(Batch).Loss, before);
        }
    }

    /// <summary>Whoever evaluates may tell the plan what is zero, or not.</summary>
    [Theory]
    [MemberData(nameof(Densities))]
    public void What_a_mask_leaves_has_nearly_the_losses_of_a_plan_that_knows_no_mask(string name, double density)
    {
        const int Batch = 60;
        var network = name.StartsWith("mnist", StringComparison.Ordinal) ? Architectures.Create(name) : SmallNetworks.Create(name);
        var mask = Workbench.Mask(network, density);
        using Plan sparse = SparsePlans.Compile(network, mask, Batch, training: false), automatic = new(network, mask, Batch, training: false), whole = new(network, null, Batch, training: false);
        foreach (var plan in new[] { whole, sparse, automatic })
        {
            plan.Load(FormulaState.Of(network).Under(mask));
            plan.Fill(Workbench.Samples(network, Batch), Workbench.Labels(network, Batch));
            plan.Evaluate(Batch);
            for (var n = 0; n < Batch; n++) Assert.Equal(whole.Losses[n], plan.Losses[n], 1e-4);
        }
    }

    /// <summary>Evaluation and one training step with all choices of phases; false if something hangs on a rounding whatever the network is given.</summary>
    private static bool Verify(Network network, string kind, uint salt, int batch, int count)
    {
        var mask = SparsePlans.Mask(network, kind, salt);
        var state = FormulaState.Of(network).Under(mask);
        foreach (var training in new[] { false, true })
        {
            // The deviation of a few pixels magnifies roundings by more than a single run in float32 shows.
            if (training && count == 1 && network.Layers.Any(layer => layer is BatchNormLayer)) continue;
            if (Expectation.TryOf(network, state, count, training) is not { } expected) return false;
            foreach (var phases in SparsePlans.Phases)
            {
                try
                {
                    Verify(network, mask, state, expected, batch, training, phases);
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"{kind}, {(training ? "training" : "evaluation")}, sparse {phases}, {count} of {batch}: {error.Message}", error);
                }
            }
        }

        return true;
    }

    private static void Verify(Network network, Mask mask, NetworkState state, Expectation expected, int batch, bool training, string phases)
    {
        var count = expected.Samples.Length;
        using var plan = SparsePlans.Compile(network, mask, batch, training, phases);
        plan.Load(state);
        plan.Fill(expected.Samples, expected.Labels);
        expected.HasLogitsOf(plan, plan.Evaluate(count));
        Bits.Equal(state.Weights, plan.Weights);
        Bits.Equal(state.Statistics, plan.Statistics);
        if (!training) return;
        using Optimizer optimizer = plan.CreateOptimizer(Momentum), alone = new(Momentum, network.Space.Count);
        expected.HasLogitsOf(plan, plan.Step(count, optimizer, Rate));
        expected.HasStatistics(plan.Statistics);
        var gradient = plan.Unpack(optimizer.First);
        expected.HasGradient(gradient, mask);

        // The update is that of a vector with all weights.
        var weights = state.Weights.ToArray();
        alone.BeginStep(Rate);
        alone.Update(weights, gradient, mask.Bits, 0, 0);
        Bits.Equal(weights, plan.Weights);
    }
}
