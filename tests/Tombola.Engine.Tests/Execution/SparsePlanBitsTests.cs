using System.Runtime.Intrinsics.X86;
using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>What plans that compute sparsely must not depend on, to the last bit, and what they must leave alone.</summary>
public class SparsePlanBitsTests
{
    private const int Batch = 70;

    private static readonly OptimizerSpec Momentum = new(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4);

    public static TheoryData<string> Nets =>
    [
        "mnist_lenet_20_7", "mixed", "concatenation", "two convolutions", "sum with a projection", "block of convolutions by Winograd",
        .. Fma.IsSupported ? new[] { "cifar_resnet_8_4" } : [],
    ];

    public static TheoryData<string> Names => Workbench.OptimizerNames;

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_team_of_any_size_gives_the_same_bits(string net)
    {
        var network = Create(net);
        var large = network.Input.Rows == 32;
        foreach (var phases in SparsePlans.Phases.Where(phases => !large || phases == "all"))
        {
            var mask = SparsePlans.Mask(network, "a density for every layer", (uint)phases.Length);
            var batch = phases is "all" or "any" && !large ? 120 : 40;
            var expected = Trace(1);
            foreach (var size in phases is "all" ? new[] { 2, 3 } : [2 + (phases.Length % 2)]) Bits.Equal(expected, Trace(size));

            float[] Trace(int size)
            {
                using var team = new ThreadTeam(size);
                using var plan = Prepare(network, mask, batch, phases, team: team);
                using var evaluation = Prepare(network, mask, batch, phases, training: false, team: team);
                using var optimizer = plan.CreateOptimizer(Momentum);
                var trace = new List<float>();
                for (var step = 0; step < 2; step++) trace.Add((float)plan.Step(batch - (7 * step), optimizer, 0.05).LossSum);
                evaluation.Load(plan.Save());
                trace.Add((float)evaluation.Evaluate(batch).LossSum);
                return [.. trace, .. evaluation.Losses, .. plan.Weights, .. plan.Statistics, .. plan.Unpack(optimizer.First)];
            }
        }
    }

    /// <summary>Chance makes graphs, masks, teams and batches.</summary>
    [Fact]
    public void Graphs_that_chance_made_have_the_same_bits_for_any_team()
    {
        for (var seed = 0u; seed < (Fma.IsSupported ? 40 : 10); seed++)
        {
            var network = RandomNetwork.CreateRich(seed, wide: Fma.IsSupported && seed % 8 == 1);
            var mask = SparsePlans.Mask(network, SparsePlans.MaskKinds[(int)seed % SparsePlans.MaskKinds.Count], seed);
            RandomNetwork.Try(seed, network, () =>
            {
                var batch = 1 + (int)(Formula.Unit(seed, 21) * 150);
                var expected = Trace(1);
                Bits.Equal(expected, Trace(2 + (int)(seed % 2)));

                float[] Trace(int size)
                {
                    using var team = new ThreadTeam(size);
                    using var plan = Prepare(network, mask, batch, SparsePlans.Phases[(int)seed % SparsePlans.Phases.Count], team: team);
                    using var optimizer = plan.CreateOptimizer(Momentum);
                    plan.SeedDropout(new RandomStream(seed, RandomStream.Dropout), seed);
                    for (var step = 0; step < 2; step++) plan.Step(Math.Max(1, batch - step), optimizer, 0.01);
                    return [.. plan.Losses, .. plan.Weights, .. plan.Statistics, .. plan.Unpack(optimizer.First)];
                }
            });
        }
    }

    /// <summary>Lanes beyond the batch, whatever they held, take no part; nor does the size that the plan was made for.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void A_short_batch_is_not_disturbed_by_what_the_lanes_held_before(string net)
    {
        var network = Create(net);
        var mask = Workbench.Mask(network, 0.2);
        foreach (var count in new[] { 3, 37 })
        {
            var expected = Step(Prepare(network, mask, Batch), count);
            foreach (var rubbish in new[] { float.NaN, 1e18f })
            {
                var used = Prepare(network, mask, Batch);
                using var optimizer = used.CreateOptimizer(Momentum);
                used.Samples.Fill(rubbish);
                used.Step(Batch, optimizer, 0);
                used.Load(FormulaState.Of(network).Under(mask));
                Fill(used);
                Bits.Equal(expected, Step(used, count));
            }

            // Lane blocks of linear networks grow with the batch, and so do the chains of a sum.
            if (network.Layers.Any(layer => layer is ConvolutionLayer)) Bits.Equal(expected, Step(Prepare(network, mask, count), count));
        }

        static float[] Step(Plan made, int count)
        {
            using var plan = made;
            using var optimizer = plan.CreateOptimizer(Momentum);
            plan.Step(count, optimizer, 0.05);
            return [.. plan.Losses, .. plan.Weights, .. plan.Statistics, .. plan.Unpack(optimizer.First)];
        }
    }

    /// <summary>Everything that a checkpoint holds, taken over into another plan.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Training_that_was_interrupted_goes_on_to_the_same_bits(string optimizer)
    {
        const int Steps = 7;
        var (spec, rate) = Workbench.Optimizers[optimizer];
        foreach (var net in new[] { "mnist_lenet_20_7", "mixed" })
        {
            var network = Create(net);
            var mask = SparsePlans.Mask(network, "a density for every layer");
            var expected = Train(Steps);
            foreach (var stop in new[] { 1, 4 }) Bits.Equal(expected, Train(stop));

            float[] Train(int stop)
            {
                using Plan plan = Prepare(network, mask, Batch, "any"), other = Prepare(network, mask, Batch, "any");
                using Optimizer first = plan.CreateOptimizer(spec), second = other.CreateOptimizer(spec);
                Take(plan, first, 0, stop);
                if (stop == Steps) return Result(plan, first);
                other.Load(plan.Save());
                other.Pack(plan.Unpack(first.First), second.First);
                other.Pack(plan.Unpack(first.Second), second.Second);
                second.StepsTaken = first.StepsTaken;
                Take(other, second, stop, Steps);
                return Result(other, second);
            }

            void Take(Plan plan, Optimizer with, int from, int to)
            {
                for (var step = from; step < to; step++)
                {
                    plan.Fill(Workbench.Samples(network, Batch, (uint)step), Workbench.Labels(network, Batch, (uint)step));
                    plan.Step(Batch - step, with, rate);
                }
            }

            static float[] Result(Plan plan, Optimizer of) =>
                [.. plan.Losses, .. plan.Weights, .. plan.Statistics, .. plan.Unpack(of.First), .. plan.Unpack(of.Second), of.StepsTaken];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_mask_holds_after_every_step(string optimizer)
    {
        var (spec, rate) = Workbench.Optimizers[optimizer];
        foreach (var net in new[] { "mnist_lenet_20_7", "mixed" })
        {
            var network = Create(net);
            foreach (var phases in SparsePlans.Phases)
            {
                var mask = SparsePlans.Mask(network, "outputs and inputs without weights");
                using var plan = Prepare(network, mask, Batch, phases);
                using var with = plan.CreateOptimizer(spec);
                var before = plan.Weights.ToArray();
                for (var step = 0u; step < 3; step++)
                {
                    plan.Step(Batch, with, rate);
                    Assert.True(mask.HoldsFor(plan.Weights));
                    foreach (var state in new[] { with.First, with.Second }) Assert.True(state.IsEmpty || mask.HoldsFor(plan.Unpack(state)));
                }

                Assert.True(mask.HoldsFor(plan.Save().Weights));
                Assert.NotEqual(before, plan.Weights.ToArray());
            }
        }
    }

    /// <summary>The round trip keeps what the plan trains, in whichever order it trains it, and makes all else zero.</summary>
    [Fact]
    public void Spreading_undoes_gathering() =>
        Prop.ForAll(
            Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(0, SparsePlans.MaskKinds.Count - 1).ToArbitrary(), Gen.Choose(0, SparsePlans.Phases.Count - 1).ToArbitrary(), (seed, kind, phases) =>
            {
                var network = RandomNetwork.Create((uint)seed);
                var mask = SparsePlans.Mask(network, SparsePlans.MaskKinds[kind], (uint)seed);
                using var plan = SparsePlans.Compile(network, mask, 5, training: true, SparsePlans.Phases[phases]);
                using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Adam));
                float[] all = Formula.Vector(network.Space.Count, (uint)seed), masked = [.. all];
                mask.Apply(masked);
                plan.Pack(masked, optimizer.First);
                plan.Pack(all, optimizer.Second);
                var (first, second) = (plan.Unpack(optimizer.First), plan.Unpack(optimizer.Second));
                var kept = Enumerable.Range(0, all.Length).All(i => second[i] == all[i] || (second[i] == 0 && !mask[i]));
                return kept && masked.SequenceEqual(first) && second.Count(value => value != 0) == plan.StoredWeights && optimizer.First.Span.Length == plan.StoredWeights;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_optimiser_without_states_has_nothing_to_spread()
    {
        var network = Create("mixed");
        using var plan = Prepare(network, Workbench.Mask(network, 0.1), 5);
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd));
        Assert.Empty(plan.Unpack(optimizer.First));
        plan.Pack([], optimizer.First);
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_state_that_is_saved_and_loaded_has_the_same_bits(string net)
    {
        var network = Create(net);
        var mask = Workbench.Mask(network, 0.1);
        using Plan plan = Prepare(network, mask, Batch), other = Prepare(network, mask, Batch);
        using var optimizer = plan.CreateOptimizer(Momentum);
        plan.Step(Batch, optimizer, 0.05);
        var saved = plan.Save();
        Bits.Equal(plan.Weights, saved.Weights);
        var copy = saved.Weights.ToArray();
        plan.Step(Batch, optimizer, 0.05);
        Bits.Equal(copy, saved.Weights);
        other.Load(saved);
        Bits.Equal(copy, other.Weights);
        Bits.Equal(saved.Statistics, other.Statistics);
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_loss_that_is_not_finite_changes_nothing(string net)
    {
        var network = Create(net);
        using var plan = Prepare(network, Workbench.Mask(network, 0.1), Batch);
        using var optimizer = plan.CreateOptimizer(Momentum);
        var before = plan.Save();
        plan.Samples.Fill(float.NaN);
        Assert.False(double.IsFinite(plan.Step(Batch, optimizer, 0.05).LossSum));
        Bits.Equal(before.Weights, plan.Weights);
        Bits.Equal(before.Statistics, plan.Statistics);
        Assert.Equal(0, optimizer.StepsTaken);
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_training_step_allocates_nothing(string net)
    {
        var network = Create(net);
        foreach (var phases in SparsePlans.Phases)
        {
            using var plan = Prepare(network, Workbench.Mask(network, 0.1), 5, phases);
            using var optimizer = plan.CreateOptimizer(Momentum);
            for (var step = 0; step < 3; step++) plan.Step(5, optimizer, 0.05);
            plan.Evaluate(5);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 5; step++) plan.Step(5, optimizer, 0.05);
            plan.Evaluate(5);
            _ = plan.Weights;
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>Nor does one that a team shares, in any of its threads, each of which counts for itself.</summary>
    [Theory]
    [InlineData("mnist_lenet_20_7", 2)]
    [InlineData("block of convolutions by Winograd", 2)]
    [InlineData("block of convolutions by Winograd", 3)]
    public void A_training_step_of_a_team_allocates_nothing(string net, int size)
    {
        var network = Create(net);
        using var team = new ThreadTeam(size);
        using var plan = Prepare(network, Workbench.Mask(network, 0.1), 128, team: team);
        using var optimizer = plan.CreateOptimizer(Momentum);
        long[] before = new long[size], after = new long[size];
        Action<int> start = member => before[member] = GC.GetAllocatedBytesForCurrentThread(), stop = member => after[member] = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 3; step++) plan.Step(128, optimizer, 0.05);
        team.Run(start);
        for (var step = 0; step < 5; step++) plan.Step(128, optimizer, 0.05);
        team.Run(stop);
        Assert.Equal(before, after);
    }

    /// <summary>In evaluation samples have nothing to do with each other.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void A_sample_has_the_same_logits_to_the_bit_in_a_batch_of_any_size(string net)
    {
        var network = Create(net);
        var (mask, samples, labels) = (Workbench.Mask(network, 0.1), Workbench.Samples(network, Batch), Workbench.Labels(network, Batch));
        var expected = Evaluate(Batch);
        foreach (var batch in new[] { 1, 31, 33 }) Bits.Equal(expected, Evaluate(batch));

        float[] Evaluate(int batch)
        {
            var logits = new List<float>();
            using var plan = Prepare(network, mask, batch, training: false);
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

    /// <summary>What a plan for evaluation packed follows the weights and statistics that are loaded.</summary>
    [Fact]
    public void New_weights_and_new_statistics_are_noticed()
    {
        var network = Create("mixed");
        var mask = Workbench.Mask(network, 0.3);
        using var plan = Prepare(network, mask, 5, training: false);
        var first = plan.Evaluate(5);
        var state = FormulaState.Of(network).Under(mask);
        state.Statistics.AsSpan().Fill(0.7f);
        plan.Load(state);
        var second = plan.EvaluateAgain();
        for (var i = 0; i < state.Weights.Length; i++) state.Weights[i] *= 0.5f;
        plan.Load(state);
        var third = plan.EvaluateAgain();
        plan.Load(FormulaState.Of(network).Under(mask));
        Assert.Equal(first, plan.EvaluateAgain());
        Assert.Equal(3, new[] { first, second, third }.Select(loss => loss.LossSum).Distinct().Count());
    }

    private static Network Create(string net) => net.StartsWith("mnist_", StringComparison.Ordinal) ? Architectures.Create(net) : ConvolutionalOracle.Create(net);

    private static Plan Prepare(Network network, Mask mask, int batch, string phases = "all", bool training = true, ThreadTeam? team = null)
    {
        var plan = SparsePlans.Compile(network, mask, batch, training, phases, team);
        plan.Load(FormulaState.Of(network).Under(mask));
        Fill(plan);
        return plan;
    }

    private static void Fill(Plan plan) => plan.Fill(Workbench.Samples(plan.Network, plan.Batch), Workbench.Labels(plan.Network, plan.Batch));
}
