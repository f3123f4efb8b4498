using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Naming;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

public class OptimizerTests
{
    private const int Count = 100, Steps = 20;

    public static TheoryData<string> Names => Workbench.OptimizerNames;

    /// <summary>
    /// Every step rounds the weight once (2^-24 of it) and its change a few times (a few 2^-24 of at most 10 rates, which momentum
    /// 0.9 can gather); 20 steps of both stay below 1e-6 of the weight and 1e-4 of the rate.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Twenty_steps_are_those_of_the_rule_in_float64(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        using var optimizer = new Optimizer(spec, Count);
        var twin = new ReferenceOptimizer(spec, Count);
        var weights = Formula.Vector(Count, 1);
        double[] exact = [.. weights.Select(w => (double)w)];
        for (var step = 0u; step < Steps; step++)
        {
            var gradient = Formula.Vector(Count, 2 + step);
            optimizer.BeginStep(rate);
            optimizer.Update(weights, gradient, default, 0, 0);
            twin.Step(exact, [.. gradient.Select(g => (double)g)], rate);
        }

        Assert.Equal(Steps, optimizer.StepsTaken);
        for (var i = 0; i < Count; i++) Assert.Equal(exact[i], weights[i], (1e-6 * Math.Abs(exact[i])) + (1e-4 * rate));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Updating_in_runs_gives_the_same_bits_as_updating_at_once(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        using Optimizer whole = new(spec, Count), runs = new(spec, Count);
        float[] weights = Formula.Vector(Count, 1), others = [.. weights];
        for (var step = 0u; step < 3; step++)
        {
            var gradient = Formula.Vector(Count, 2 + step);
            whole.BeginStep(rate);
            whole.Update(weights, gradient, default, 0, 0);
            runs.BeginStep(rate);
            foreach (var (from, to) in new[] { (63, 100), (0, 5), (5, 63) })
            {
                runs.Update(others.AsSpan(from, to - from), gradient.AsSpan(from, to - from), default, from, from);
            }
        }

        Bits.Equal(weights, others);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimiser_that_takes_over_states_and_steps_goes_on_bit_for_bit(string name)
    {
        var (spec, rate) = Workbench.Optimizers[name];
        using Optimizer first = new(spec, Count), second = new(spec, Count);
        var weights = Formula.Vector(Count, 1);
        for (var step = 0u; step < 6; step++)
        {
            var optimizer = step < 3 ? first : second;
            if (step == 3)
            {
                first.First.Span.CopyTo(second.First.Span);
                first.Second.Span.CopyTo(second.Second.Span);
                second.StepsTaken = first.StepsTaken;
            }

            optimizer.BeginStep(rate);
            optimizer.Update(weights, Formula.Vector(Count, 2 + step), default, 0, 0);
        }

        using var uninterrupted = new Optimizer(spec, Count);
        var others = Formula.Vector(Count, 1);
        for (var step = 0u; step < 6; step++)
        {
            uninterrupted.BeginStep(rate);
            uninterrupted.Update(others, Formula.Vector(Count, 2 + step), default, 0, 0);
        }

        Bits.Equal(others, weights);
    }

    [Fact]
    public void Only_states_that_the_rule_needs_take_memory()
    {
        using var plain = new Optimizer(new(OptimizerKind.Sgd), Count);
        using var momentum = new Optimizer(new(OptimizerKind.Sgd, Momentum: 0.9), Count);
        using var adam = new Optimizer(new(OptimizerKind.Adam), Count);
        Assert.Equal((0, 0), (plain.First.Length, plain.Second.Length));
        Assert.Equal((Count, 0), (momentum.First.Length, momentum.Second.Length));
        Assert.Equal((Count, Count), (adam.First.Length, adam.Second.Length));
        Assert.True(plain.Bytes < momentum.Bytes && momentum.Bytes < adam.Bytes);
    }

    /// <summary>A pruned weight has gradient and states zero; without epsilon its change would be 0 / 0.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam, 0)]
    [InlineData(OptimizerKind.RmsProp, 0)]
    [InlineData(OptimizerKind.Adam, -1e-8)]
    [InlineData(OptimizerKind.RmsProp, 1e-60)]
    [InlineData(OptimizerKind.Adam, double.NaN)]
    public void An_epsilon_that_does_not_keep_zero_apart_is_refused(OptimizerKind kind, double epsilon) =>
        Assert.Throws<SettingException>(() => new Optimizer(new(kind, Epsilon: epsilon), Count));
}
