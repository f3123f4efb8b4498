using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Training steps: what they change, what they never change, and what they do not depend on.</summary>
public class PlanStepTests
{
    private const int Batch = 60;

    private static readonly Network Network = Workbench.Small;

    public static TheoryData<string> Names => Workbench.OptimizerNames;

    /// <summary>The update is known to be right from its own tests, so here it is the bits that must agree.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_is_the_gradient_and_then_the_update(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        foreach (var mask in new[] { null, Workbench.Mask(Network, 0.4) })
        {
            using var plan = Training(mask, KernelChoice.Dense);
            using Optimizer optimizer = new(spec, Network.Space.Count), alone = new(spec, Network.Space.Count);
            var gradient = new float[Network.Space.Count];
            for (var step = 0u; step < 4; step++)
            {
                plan.Fill(Workbench.Samples(Network, Batch, step), Workbench.Labels(Network, Batch, step));
                var weights = plan.Weights.ToArray();
                var loss = plan.Gradient(Batch, gradient);
                Assert.Equal(loss, plan.Step(Batch, optimizer, rate));
                alone.BeginStep(rate);
                alone.Update(weights, gradient, mask is null ? default : mask.Bits, 0, 0);
                Bits.Equal(weights, plan.Weights);
                Bits.Equal(alone.First.Span, optimizer.First.Span);
                Bits.Equal(alone.Second.Span, optimizer.Second.Span);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_mask_holds_after_every_step(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        var mask = Workbench.Mask(Network, 0.2);
        using var plan = Training(mask);
        using var optimizer = plan.CreateOptimizer(spec);
        var before = plan.Weights.ToArray();
        for (var step = 0u; step < 10; step++)
        {
            plan.Fill(Workbench.Samples(Network, Batch, step), Workbench.Labels(Network, Batch, step));
            plan.Step(Batch, optimizer, rate);
            Assert.True(mask.HoldsFor(plan.Weights));
            if (!optimizer.First.IsEmpty) Assert.True(mask.HoldsFor(plan.Unpack(optimizer.First)));
            if (!optimizer.Second.IsEmpty) Assert.True(mask.HoldsFor(plan.Unpack(optimizer.Second)));
        }

        Assert.NotEqual(before, plan.Weights.ToArray());
    }

    [Theory]
    [InlineData("mnist_lenet_20_7", 60)]
    [InlineData("mnist_lenet_20_7", 130)]
    [InlineData("mnist_lenet_5", 7)]
    [InlineData("mnist_lenet_300_100", 60)]
    public void A_team_of_any_size_gives_the_same_bits(string model, int batch)
    {
        var network = Architectures.Create(model);
        foreach (var mask in new[] { null, Workbench.Mask(network, 0.5) })
        {
            var (weights, losses) = Train(1);
            foreach (var size in new[] { 2, 3, 5 })
            {
                var (otherWeights, otherLosses) = Train(size);
                Bits.Equal(weights, otherWeights);
                Assert.Equal(losses, otherLosses);
            }

            (float[] Weights, List<BatchLoss> Losses) Train(int size)
            {
                using var team = new ThreadTeam(size);
                using var plan = new Plan(network, mask, batch, training: true, team);
                using var optimizer = plan.CreateOptimizer(new(OptimizerKind.Adam));
                var state = Workbench.State(network);
                plan.Load(mask is null ? state : state.Under(mask));
                plan.Fill(Workbench.Samples(network, batch), Workbench.Labels(network, batch));
                var trace = new List<BatchLoss>();
                for (var step = 0; step < 3; step++) trace.Add(plan.Step(batch - step, optimizer, 1.2e-3));
                trace.Add(plan.Evaluate(batch));
                return (plan.Weights.ToArray(), trace);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void A_loss_that_is_not_finite_changes_no_weight_and_takes_no_step(float pixel)
    {
        using var plan = Training(null);
        using var optimizer = plan.CreateOptimizer(new(OptimizerKind.Adam));
        plan.Step(Batch, optimizer, 1e-3);
        var (weights, first, second) = (plan.Weights.ToArray(), optimizer.First.Span.ToArray(), optimizer.Second.Span.ToArray());
        plan.Samples.Slice(3 * plan.SampleStride, 784).Fill(pixel);
        var loss = plan.Step(Batch, optimizer, 1e-3);
        Assert.False(double.IsFinite(loss.LossSum));
        Bits.Equal(weights, plan.Weights);
        Bits.Equal(first, optimizer.First.Span);
        Bits.Equal(second, optimizer.Second.Span);
        Assert.Equal(1, optimizer.StepsTaken);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_step_allocates_nothing(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        using var plan = Training(Workbench.Mask(Network, 0.5));
        using var optimizer = plan.CreateOptimizer(spec);
        for (var step = 0; step < 5; step++) plan.Step(Batch, optimizer, rate);
        plan.Evaluate(Batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100; step++) plan.Step(Batch, optimizer, rate);
        plan.Evaluate(Batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_lowers_the_loss(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        using var plan = Training(null);
        using var optimizer = plan.CreateOptimizer(spec);
        var before = plan.Evaluate(Batch).Loss;
        for (var step = 0; step < 100; step++) plan.Step(Batch, optimizer, rate);
        Assert.InRange(plan.Evaluate(Batch).Loss, 0, before * 0.9);
    }

    [Fact]
    public void A_state_that_is_saved_and_loaded_has_the_same_bits()
    {
        using var plan = Training(null);
        using var optimizer = plan.CreateOptimizer(new(OptimizerKind.Adam));
        plan.Step(Batch, optimizer, 1e-3);
        var saved = plan.Save();
        Bits.Equal(plan.Weights, saved.Weights);
        var copy = saved.Weights.ToArray();
        plan.Step(Batch, optimizer, 1e-3);
        Bits.Equal(copy, saved.Weights);
        plan.Load(saved);
        Bits.Equal(copy, plan.Weights);
    }

    private static Plan Training(Mask? mask, KernelChoice kernels = KernelChoice.Automatic)
    {
        var plan = new Plan(Network, mask, Batch, training: true, kernels: kernels);
        var state = Workbench.State(Network);
        plan.Load(mask is null ? state : state.Under(mask));
        plan.Fill(Workbench.Samples(Network, Batch), Workbench.Labels(Network, Batch));
        return plan;
    }
}
