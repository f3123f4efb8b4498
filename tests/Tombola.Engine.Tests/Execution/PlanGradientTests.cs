using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>The gradient against backpropagation in float64 and against differences of the loss, which know nothing of backpropagation.</summary>
public class PlanGradientTests
{
    private static readonly Network Network = Workbench.Small;

    public static TheoryData<int, int> BatchesAndCounts => new()
    {
        { 1, 1 }, { 5, 5 }, { 60, 60 }, { 60, 17 }, { 64, 64 }, { 100, 100 }, { 100, 64 }, { 130, 130 }, { 130, 65 },
    };

    /// <summary>
    /// An element is a mean of products error x activation. The errors of the two carry the rounding of the sums before them (784, 20 and 7
    /// terms) of about 2e-5 of the size of their terms, so the bound is that share of the largest element of the same tensor.
    /// </summary>
    [Theory]
    [MemberData(nameof(BatchesAndCounts))]
    public void Every_element_is_that_of_the_network_in_float64(int batch, int count)
    {
        var (samples, labels, state) = (Workbench.Samples(Network, count), Workbench.Labels(Network, count), Workbench.State(Network));
        var (expected, size) = new ReferenceNetwork(Network, state.Weights).Gradient(samples, labels);
        var (loss, gradient) = Gradient(Network, state, samples, labels, batch);
        Assert.Equal(count, loss.Samples);
        foreach (var parameter in Network.Space.Parameters)
        {
            var bound = 2e-5 * size.AsSpan(parameter.Offset, parameter.Count).ToArray().Max();
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++) Assert.Equal(expected[i], gradient[i], bound);
        }
    }

    /// <summary>
    /// The loss is smooth but for the corners of the rectifier, which none of these weights comes within h = 1e-5 of; so central differences err by h^2
    /// and by 1e-16 / h, below 1e-9. The plan's own error, 2e-5 of a gradient of up to about 0.1, rules.
    /// </summary>
    [Fact]
    public void Every_element_is_the_slope_of_the_loss()
    {
        const double H = 1e-5;
        var (samples, labels, state) = (Workbench.Samples(Network, 5), Workbench.Labels(Network, 5), Workbench.State(Network));
        var twin = new ReferenceNetwork(Network, state.Weights);
        var exact = twin.Gradient(samples, labels).Gradient;
        var (_, gradient) = Gradient(Network, state, samples, labels, 5);
        var probed = 0;
        foreach (var parameter in Network.Space.Parameters)
        {
            var stride = Math.Max(1, parameter.Count / 97);
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i += stride, probed++)
            {
                var weight = twin.Weights[i];
                twin.Weights[i] = weight + H;
                var above = twin.Loss(samples, labels);
                twin.Weights[i] = weight - H;
                var slope = (above - twin.Loss(samples, labels)) / (2 * H);
                twin.Weights[i] = weight;
                Assert.Equal(slope, exact[i], 1e-9);
                Assert.Equal(slope, gradient[i], 3e-6);
            }
        }

        Assert.True(probed > 250);
    }

    [Fact]
    public void Pruned_weights_have_gradients_too()
    {
        var mask = Workbench.Mask(Network, 0.3);
        var (samples, labels, state) = (Workbench.Samples(Network, 30), Workbench.Labels(Network, 30), Workbench.State(Network).Under(mask));
        var (_, dense) = Gradient(Network, state, samples, labels, 30);
        var (_, masked) = Gradient(Network, state, samples, labels, 30, mask);
        Bits.Equal(dense, masked);
        Assert.Contains(Enumerable.Range(0, masked.Length), i => !mask[i] && masked[i] != 0);
    }

    private static (BatchLoss Loss, float[] Gradient) Gradient(
        Network network, NetworkState state, float[][] samples, int[] labels, int batch, Mask? mask = null)
    {
        using var plan = new Plan(network, mask, batch, training: true, kernels: KernelChoice.Dense);
        plan.Load(state);
        plan.Fill(samples, labels);
        var gradient = new float[network.Space.Count];
        var loss = plan.Gradient(samples.Length, gradient);
        Bits.Equal(state.Weights, plan.Weights);
        return (loss, gradient);
    }
}
