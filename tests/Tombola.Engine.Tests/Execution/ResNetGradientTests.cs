using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>The gradient of a whole residual network, against backpropagation in float64 and against differences of the loss.</summary>
public class ResNetGradientTests
{
    private static readonly Network Network = Architectures.Create("cifar_resnet_8_4");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_element_is_that_of_the_network_in_float64(int count)
    {
        var state = FormulaState.Of(Network);
        var expected = Expectation.Of(Network, state, count, training: true);
        foreach (var batch in new[] { count, 40 })
        {
            using var plan = new Plan(Network, null, batch, training: true);
            plan.Load(state);
            plan.Fill(expected.Samples, expected.Labels);
            var gradient = new float[Network.Space.Count];
            expected.HasLogitsOf(plan, plan.Gradient(count, gradient));
            expected.HasGradient(gradient);
            plan.UpdateStatistics(count, BatchNormLayer.Momentum);
            expected.HasStatistics(plan.Statistics);
        }
    }

    /// <summary>
    /// Among some 50 000 rectifiers one or the other is within h of its corner, and there the difference quotient is wrong by a share of that unit's part;
    /// so h is 1e-8. Then the loss's own rounding of 1e-15 makes errors of 1e-7, and the plan, in float32, of 1e-6 for gradients up to 0.5.
    /// </summary>
    [Fact]
    public void Elements_are_slopes_of_the_loss()
    {
        const double H = 1e-8;
        var state = FormulaState.Of(Network);
        var expected = Expectation.Of(Network, state, 2, training: true);
        var twin = new ReferenceNetwork(Network, state);
        using var plan = new Plan(Network, null, 2, training: true);
        plan.Load(state);
        plan.Fill(expected.Samples, expected.Labels);
        var gradient = new float[Network.Space.Count];
        plan.Gradient(2, gradient);
        foreach (var parameter in Network.Space.Parameters)
        {
            // One element of each tensor, another place in each.
            var i = parameter.Offset + (Network.Space.IndexOf(parameter) * 7 % parameter.Count);
            var weight = twin.Weights[i];
            twin.Weights[i] = weight + H;
            var above = twin.Loss(expected.Samples, expected.Labels);
            twin.Weights[i] = weight - H;
            var slope = (above - twin.Loss(expected.Samples, expected.Labels)) / (2 * H);
            Assert.Equal(slope, gradient[i], 3e-6);
            twin.Weights[i] = weight;
        }
    }
}
