using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>What plans of convolutional networks must not depend on, to the last bit, and what they must leave alone.</summary>
public class ConvolutionalPlanTests
{
    private const int Batch = 70;

    /// <summary>
    /// Nets in which every pass has a part: residual blocks with projections, concatenation and poolings, every method of convolution. The larger ones only where
    /// fused multiply-adds are in hardware; without, they take minutes.
    /// </summary>
    public static TheoryData<string> Nets =>
    [
        "mixed", "concatenation", "two convolutions", "max pooling with overlap and padding", "sum with a projection", "block of convolutions by Winograd",
        .. Fma.IsSupported ? new[] { "cifar_resnet_8_4", "narrow_vgg" } : [],
    ];

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_team_of_any_size_gives_the_same_bits(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        foreach (var mask in new[] { null, Workbench.Mask(network, 0.3) })
        {
            var (state, losses) = Train(1);
            foreach (var size in new[] { 2, 3 })
            {
                var (other, otherLosses) = Train(size);
                Bits.Equal(state.Weights, other.Weights);
                Bits.Equal(state.Statistics, other.Statistics);
                Assert.Equal(losses, otherLosses);
            }

            (NetworkState State, List<BatchLoss> Losses) Train(int size)
            {
                using var team = new ThreadTeam(size);
                using var plan = Prepare(network, training: true, mask: mask, team: team, batch: 40);
                using var evaluation = Prepare(network, training: false, mask: mask, team: team, batch: 40);
                using var optimizer = plan.CreateOptimizer(Momentum);
                var trace = new List<BatchLoss>();
                for (var step = 0; step < 2; step++) trace.Add(plan.Step(40 - (7 * step), optimizer, 0.05));
                evaluation.Load(plan.Save());
                trace.Add(evaluation.Evaluate(40));
                return (plan.Save(), trace);
            }
        }
    }

    /// <summary>
    /// A batch so large that lane blocks go through the layers in several groups, of one and of two: threads take whole groups, share every task where there are
    /// fewer groups than threads, and the last group is not full.
    /// </summary>
    [Theory]
    [InlineData(120, 115)]
    [InlineData(300, 290)]
    public void Groups_of_lane_blocks_give_the_same_bits_for_any_team_and_the_gradient_of_the_network_in_float64(int batch, int count)
    {
        // Without rectifiers, one of which would surely hang on a rounding in so many samples.
        var builder = new NetworkBuilder("smooth", new Shape(2, 4, 5));
        var x = builder.BatchNorm("stem.bn", builder.Convolution("stem", builder.Input, 16, 3, padding: 1));
        var y = builder.BatchNorm("block.bn", builder.Convolution("block", x, 16, 3, padding: 1, bias: false));
        builder.Linear("fc", builder.GlobalAveragePool(builder.Add(y, x)), 4);
        var network = builder.Build();
        var (first, firstGradient) = Train(1);
        foreach (var size in new[] { 2, 3, 7 })
        {
            var (other, gradient) = Train(size);
            Bits.Equal(first.Weights, other.Weights);
            Bits.Equal(first.Statistics, other.Statistics);
            Bits.Equal(firstGradient, gradient);
        }

        Expectation.Of(network, FormulaState.Of(network), count, training: true).HasGradient(firstGradient);

        (NetworkState State, float[] Gradient) Train(int size)
        {
            using var team = new ThreadTeam(size);
            using var plan = new Plan(network, null, batch, training: true, team);
            using var optimizer = plan.CreateOptimizer(Momentum);
            var expected = Expectation.Of(network, FormulaState.Of(network), count, training: true);
            plan.Load(FormulaState.Of(network));
            plan.Fill(expected.Samples, expected.Labels);
            var gradient = new float[network.Space.Count];
            plan.Gradient(count, gradient);
            for (var step = 0; step < 2; step++) plan.Step(count - (70 * step), optimizer, 0.05);
            return (plan.Save(), gradient);
        }
    }

    /// <summary>In evaluation samples have nothing to do with each other.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void A_sample_has_the_same_logits_to_the_bit_in_a_batch_of_any_size(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        var (samples, labels) = (Workbench.Samples(network, Batch), Workbench.Labels(network, Batch));
        var expected = Evaluate(Batch);
        foreach (var batch in new[] { 1, 31, 33 }) Bits.Equal(expected, Evaluate(batch));

        float[] Evaluate(int batch)
        {
            var logits = new List<float>();
            using var plan = Prepare(network, training: false, batch: batch);
            for (var first = 0; first < Batch; first += batch)
            {
                var count = Math.Min(batch, Batch - first);
                plan.Fill(samples, labels, first);
                plan.Evaluate(count);
                for (var n = 0; n < count; n++) logits.AddRange(Enumerable.Range(0, network.Classes).Select(c => plan.Logit(n, c)));
            }

            return [.. logits];
        }
    }

    /// <summary>Lanes beyond the batch, whatever they held, take no part in moments, gradients or statistics; nor does the size that the plan was made for.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void A_short_batch_is_not_disturbed_by_what_the_lanes_held_before(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        float[] expected = new float[network.Space.Count], actual = new float[network.Space.Count];
        using Plan fresh = Prepare(network, training: true, batch: Batch), used = Prepare(network, training: true, batch: Batch);
        foreach (var count in new[] { 3, 37 })
        {
            foreach (var rubbish in new[] { float.NaN, 1e30f })
            {
                used.Samples.Fill(rubbish);
                used.Gradient(Batch, actual);
                foreach (var plan in new[] { fresh, used }) plan.Load(FormulaState.Of(network));
                Fill(used, network, Batch);
                var loss = fresh.Gradient(count, expected);
                Assert.Equal(loss, used.Gradient(count, actual));
                Bits.Equal(expected, actual);
            }

            using var small = Prepare(network, training: true, batch: count);
            small.Gradient(count, actual);
            Bits.Equal(expected, actual);
            foreach (var plan in new[] { fresh, used, small })
            {
                plan.Load(FormulaState.Of(network));
                plan.UpdateStatistics(count, 0.1);
            }

            Bits.Equal(fresh.Statistics, used.Statistics);
            Bits.Equal(fresh.Statistics, small.Statistics);
        }
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_step_is_the_gradient_and_then_the_update_and_the_statistics(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        foreach (var mask in new[] { null, Workbench.Mask(network, 0.3) })
        {
            using Plan plan = Prepare(network, training: true, mask: mask, batch: 40, kernels: KernelChoice.Dense), other = Prepare(network, training: true, mask: mask, batch: 40, kernels: KernelChoice.Dense);
            using Optimizer optimizer = plan.CreateOptimizer(Momentum), alone = plan.CreateOptimizer(Momentum);
            var gradient = new float[network.Space.Count];
            for (var step = 0; step < 3; step++)
            {
                var weights = plan.Weights.ToArray();
                other.Load(plan.Save());
                var loss = other.Gradient(40, gradient);
                Assert.Equal(loss, other.UpdateStatistics(40, BatchNormLayer.Momentum));
                Assert.Equal(loss, plan.Step(40, optimizer, 0.05));
                alone.BeginStep(0.05);
                alone.Update(weights, gradient, mask is null ? default : mask.Bits, 0, 0);
                Bits.Equal(weights, plan.Weights);
                Bits.Equal(other.Statistics, plan.Statistics);
                Assert.True(mask is null || mask.HoldsFor(plan.Weights));
            }

            Assert.NotEqual(FormulaState.Of(network).Weights, plan.Weights.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void Pruned_weights_have_gradients_too(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        var mask = Workbench.Mask(network, 0.3);
        float[] dense = new float[network.Space.Count], masked = new float[network.Space.Count];
        using Plan plan = Prepare(network, training: true, batch: 10), under = Prepare(network, training: true, mask: mask, batch: 10, kernels: KernelChoice.Dense);
        plan.Load(FormulaState.Of(network).Under(mask));
        plan.Gradient(10, dense);
        under.Gradient(10, masked);
        Bits.Equal(dense, masked);
        Assert.Contains(Enumerable.Range(0, masked.Length), i => !mask[i] && masked[i] != 0);
    }

    [Fact]
    public void Shares_of_1_over_n_make_the_running_statistics_a_mean_over_batches()
    {
        var network = ConvolutionalOracle.Create("mixed");
        using var plan = Prepare(network, training: true, batch: 20);
        var means = new double[network.Space.StatisticsCount];
        for (var n = 1; n <= 4; n++)
        {
            plan.Fill(Workbench.Samples(network, 20, (uint)n), Workbench.Labels(network, 20));
            plan.UpdateStatistics(20, 1.0 / n);
            var twin = new ReferenceNetwork(network, FormulaState.Of(network));
            var updated = twin.Forward(Workbench.Samples(network, 20, (uint)n), training: true).Statistics;
            for (var i = 0; i < means.Length; i++) means[i] += (updated[i] - (0.9 * twin.Statistics[i])) / 0.1 / 4;
        }

        // Lifetime of some hundred numbers of size up to 5 that passed through at most five layers.
        for (var i = 0; i < means.Length; i++) Assert.Equal(means[i], plan.Statistics[i], 1e-5 * (1 + Math.Abs(means[i])));
    }

    /// <summary>A plan for evaluation keeps what it made of weights and statistics until either changes.</summary>
    [Fact]
    public void New_weights_and_new_statistics_are_noticed()
    {
        var network = ConvolutionalOracle.Create("cifar_resnet_8_4");
        using var plan = Prepare(network, training: false, batch: 5);
        var first = plan.Evaluate(5);
        var state = FormulaState.Of(network);
        state.Statistics[0] += 0.5f;
        plan.Load(state);
        var second = plan.Evaluate(5);
        state.Weights[0] += 0.5f;
        plan.Load(state);
        plan.Prepare(5);
        var third = plan.EvaluateAgain();
        plan.Load(FormulaState.Of(network));
        Assert.Equal(first, plan.EvaluateAgain());
        Assert.Equal(3, new[] { first, second, third }.Select(loss => loss.LossSum).Distinct().Count());
    }

    [Fact]
    public void A_loss_that_is_not_finite_changes_neither_weights_nor_statistics()
    {
        var network = ConvolutionalOracle.Create("cifar_resnet_8_4");
        using var plan = Prepare(network, training: true, batch: 5);
        using var optimizer = plan.CreateOptimizer(Momentum);
        plan.Samples.Slice(3 * plan.SampleStride, 10).Fill(float.NaN);
        Assert.False(double.IsFinite(plan.Step(5, optimizer, 0.05).LossSum));
        Bits.Equal(FormulaState.Of(network).Weights, plan.Weights);
        Bits.Equal(FormulaState.Of(network).Statistics, plan.Statistics);
        Assert.Equal(0, optimizer.StepsTaken);
        Fill(plan, network, 5);
        Assert.True(double.IsFinite(plan.Step(5, optimizer, 0.05).LossSum));
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_training_step_allocates_nothing(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        using var plan = Prepare(network, training: true, batch: 5);
        using var optimizer = plan.CreateOptimizer(Momentum);
        for (var step = 0; step < 3; step++) plan.Step(5, optimizer, 0.05);
        plan.Evaluate(5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 10; step++) plan.Step(5, optimizer, 0.05);
        plan.Evaluate(5);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Nor does one that a team shares, in any of its threads. Each of them counts for itself, so that tests that run beside this one do not count.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_training_step_of_a_team_allocates_nothing(int size)
    {
        // Four lane blocks, a group each: a team of two shares the groups, as does one of three, and both share the rest.
        var network = ConvolutionalOracle.Create(Fma.IsSupported ? "cifar_resnet_8_4" : "block of convolutions by Winograd");
        using var team = new ThreadTeam(size);
        using var plan = Prepare(network, training: true, batch: 128, team: team);
        using var optimizer = plan.CreateOptimizer(Momentum);
        long[] before = new long[size], after = new long[size];
        Action<int> start = member => before[member] = GC.GetAllocatedBytesForCurrentThread(), stop = member => after[member] = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 3; step++) plan.Step(128, optimizer, 0.05);
        team.Run(start);
        for (var step = 0; step < 5; step++) plan.Step(128, optimizer, 0.05);
        team.Run(stop);
        Assert.Equal(before, after);
    }

    private static readonly OptimizerSpec Momentum = new(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4);

    private static Plan Prepare(Network network, bool training, int batch, Mask? mask = null, ThreadTeam? team = null, KernelChoice kernels = KernelChoice.Automatic)
    {
        var plan = new Plan(network, mask, batch, training, team, kernels);
        var state = FormulaState.Of(network);
        plan.Load(mask is null ? state : state.Under(mask));
        Fill(plan, network, batch);
        return plan;
    }

    private static void Fill(Plan plan, Network network, int batch) => plan.Fill(Workbench.Samples(network, batch), Workbench.Labels(network, batch));
}
