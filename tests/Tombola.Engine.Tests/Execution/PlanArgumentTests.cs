using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>A plan works on native memory, so every wrong argument has to be stopped at the door.</summary>
public class PlanArgumentTests
{
    private static readonly Network Network = Workbench.Small;

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_label_that_is_no_class_is_refused_by_sample_and_changes_nothing(int label)
    {
        using var plan = new Plan(Network, null, 20, training: true);
        using var optimizer = plan.CreateOptimizer(new(OptimizerKind.Adam));
        plan.Load(Workbench.State(Network));
        plan.Fill(Workbench.Samples(Network, 20), Workbench.Labels(Network, 20));
        plan.Labels[13] = label;
        var failure = Assert.Throws<InvalidOperationException>(() => plan.Step(20, optimizer, 0.1));
        Assert.Contains("sample 13", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{label}", failure.Message, StringComparison.Ordinal);
        Bits.Equal(Workbench.State(Network).Weights, plan.Weights);
        Assert.Throws<InvalidOperationException>(() => plan.Evaluate(20));
        Assert.Equal(13, plan.Evaluate(13).Samples);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(21)]
    public void A_count_outside_the_batch_is_refused(int count)
    {
        using var plan = new Plan(Network, null, 20, training: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Evaluate(count));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(12, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 10)]
    public void A_logit_outside_the_last_call_is_refused(int sample, int label)
    {
        using var plan = new Plan(Network, null, 20, training: false);
        plan.Evaluate(12);
        Assert.Equal(0, plan.Logit(11, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Logit(sample, label));
    }

    [Fact]
    public void Evaluating_again_needs_something_prepared()
    {
        using var plan = new Plan(Network, null, 20, training: false);
        Assert.Throws<InvalidOperationException>(() => plan.EvaluateAgain());
    }

    [Fact]
    public void A_plan_for_evaluation_does_not_train()
    {
        using var plan = new Plan(Network, null, 20, training: false);
        using var optimizer = plan.CreateOptimizer(new(OptimizerKind.Sgd));
        Assert.Throws<InvalidOperationException>(() => plan.Step(20, optimizer, 0.1));
        Assert.Throws<InvalidOperationException>(() => plan.Gradient(20, new float[Network.Space.Count]));
    }

    [Fact]
    public void An_optimiser_for_another_network_is_refused_before_it_changes_anything()
    {
        using var plan = new Plan(Network, null, 20, training: true);
        using var optimizer = new Optimizer(new(OptimizerKind.Adam), Network.Space.Count - 1);
        Assert.Throws<ArgumentException>(() => plan.Step(20, optimizer, 0.1));
        Assert.Equal(0, optimizer.StepsTaken);
    }

    [Fact]
    public void Masks_and_states_of_another_network_are_refused()
    {
        var other = Architectures.Create("mnist_lenet_21_7");
        Assert.Throws<ArgumentException>(() => new Plan(Network, Mask.Full(other.Space), 20, training: true));
        using var plan = new Plan(Network, null, 20, training: true);
        Assert.Throws<ArgumentException>(() => plan.Load(Workbench.State(other)));
        Assert.Throws<SettingException>(() => new Plan(Network, null, 0, training: true));
    }

    [Fact]
    public void A_state_that_the_mask_does_not_hold_for_is_refused()
    {
        using var plan = new Plan(Network, Workbench.Mask(Network, 0.5), 20, training: true);
        Assert.Throws<ArgumentException>(() => plan.Load(Workbench.State(Network)));
        Assert.False(plan.Weights.ContainsAnyExcept(0f));
    }

    [Fact]
    public void What_a_plan_packs_it_loads_and_nothing_else()
    {
        var (state, mask) = (Workbench.State(Network), Workbench.Mask(Network, 0.5));
        using var dense = new Plan(Network, null, 20, training: false);
        using var sparse = new Plan(Network, mask, 20, training: false, null, static (_, _) => new SparsePhases(true, true, true));
        dense.Load(dense.Pack(state));
        sparse.Load(sparse.Pack(state.Under(mask)));
        Bits.Equal(state.Weights, dense.Weights);
        Bits.Equal(state.Under(mask).Weights, sparse.Weights);
        Assert.Throws<ArgumentException>(() => sparse.Pack(state));
        Assert.Contains($"stores {Network.Space.Count}", Assert.Throws<ArgumentException>(() => dense.Load(sparse.Pack(state.Under(mask)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_for_another_network_with_as_many_weights_is_refused()
    {
        Network network = Of("first", 6, 4), other = Of("second", 6, 4), turned = Of("first", 4, 6);
        foreach (var stranger in new[] { other, turned })
        {
            var refused = Assert.Throws<ArgumentException>(() => new Plan(network, Workbench.Mask(stranger, 0.5), 5, training: true));
            Assert.Contains("another network", refused.Message, StringComparison.Ordinal);
        }

        static Network Of(string layer, int inputs, int outputs)
        {
            // 24 weights and as many biases in all, however the layer lies.
            var builder = new NetworkBuilder("two layers", Shape.Vector(inputs));
            builder.Linear($"{layer}.last", builder.Linear(layer, builder.Input, outputs), inputs);
            return builder.Build();
        }
    }
}
