using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Every kind of layer, and every way layers meet, against the network in float64: forwards, backwards and in the running statistics.</summary>
public class PlanLayerTests
{
    public static TheoryData<string> Names => SmallNetworks.Names;

    /// <summary>A whole batch of one, some lanes of one block, all but one lane of two blocks, and a last block of three with one live lane.</summary>
    private static readonly (int Batch, int Count)[] Sizes = [(1, 1), (5, 5), (64, 63), (80, 65)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluation_is_that_of_the_network_in_float64(string name)
    {
        var network = SmallNetworks.Create(name);
        var state = FormulaState.Of(network);
        foreach (var (batch, count) in SizesFor(network))
        {
            using var plan = new Plan(network, null, batch, training: false);
            var expected = Expectation.Of(network, state, count, training: false);
            plan.Load(state);
            plan.Fill(expected.Samples, expected.Labels);
            expected.HasLogitsOf(plan, plan.Evaluate(count));
            Bits.Equal(state.Statistics, plan.Statistics);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_is_that_of_the_network_in_float64(string name)
    {
        var network = SmallNetworks.Create(name);
        var state = FormulaState.Of(network);
        foreach (var (batch, count) in SizesFor(network))
        {
            if (count == 1 && network.Layers.Any(layer => layer is BatchNormLayer { Output: { Rows: 1, Columns: 1 } })) continue;
            using var plan = new Plan(network, null, batch, training: true);
            var expected = Expectation.Of(network, state, count, training: true);
            plan.Load(state);
            plan.Fill(expected.Samples, expected.Labels);
            var gradient = new float[network.Space.Count];
            expected.HasLogitsOf(plan, plan.Gradient(count, gradient));
            expected.HasGradient(gradient);
            Bits.Equal(state.Weights, plan.Weights);
            Bits.Equal(state.Statistics, plan.Statistics);
            expected.HasLogitsOf(plan, plan.UpdateStatistics(count, BatchNormLayer.Momentum));
            expected.HasStatistics(plan.Statistics);
        }
    }

    [Fact]
    public void Of_equal_values_in_a_window_the_first_takes_the_gradient()
    {
        using var plan = new Plan(EqualValues.Network, null, 1, training: true);
        plan.Load(EqualValues.State);
        plan.Fill(EqualValues.Samples, EqualValues.Labels);
        var gradient = new float[EqualValues.Gradient.Length];
        plan.Gradient(1, gradient);

        // Small whole numbers times one rounded error.
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(EqualValues.Gradient[i], gradient[i], 1e-6);
    }

    /// <summary>A channel whose mean is 1000 of its deviations: what is left of the digits must not be lost in the moments.</summary>
    [Fact]
    public void Batch_norm_of_values_far_from_zero_loses_no_more_than_it_must()
    {
        var builder = new NetworkBuilder("far", new Shape(3, 5, 7));
        builder.Linear("fc", builder.BatchNorm("bn", builder.Input), 4);
        var network = builder.Build();
        var state = FormulaState.Of(network);
        var expected = Expectation.Of(network, state, 40, training: true, offset: 300);
        using var plan = new Plan(network, null, 40, training: true);
        plan.Load(state);
        plan.Fill(expected.Samples, expected.Labels);
        var gradient = new float[network.Space.Count];
        expected.HasLogitsOf(plan, plan.Gradient(40, gradient));
        expected.HasGradient(gradient);
        plan.UpdateStatistics(40, BatchNormLayer.Momentum);
        expected.HasStatistics(plan.Statistics);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Dropout_drops_what_its_stream_says_and_nothing_in_evaluation(bool flat, bool input)
    {
        var builder = new NetworkBuilder("dropout", new Shape(2, 5, 7));
        var x = builder.Convolution("conv", input ? builder.Dropout(builder.Input, 0.25) : builder.Input, 3, 3);
        x = builder.Relu(flat ? builder.Flatten(x) : x);
        builder.Linear("fc", builder.Dropout(x, 0.5), 4);
        var network = builder.Build();
        var (samples, labels, state) = (Workbench.Samples(network, 40), Workbench.Labels(network, 40), FormulaState.Of(network));
        var stream = new RandomStream(5, RandomStream.Dropout);
        var layers = network.Layers.ToList();
        foreach (var step in new[] { 0u, 7u })
        {
            var twin = new ReferenceNetwork(network, state)
            {
                Keeps = (layer, sample, element) => stream.Uniform(step, ((ulong)sample << 32) | (uint)element, (uint)layers.IndexOf(layer)) >= layer.Rate,
            };
            using Plan training = new(network, null, 40, training: true), evaluation = new(network, null, 40, training: false);
            training.SeedDropout(stream, step);
            var gradient = new float[network.Space.Count];
            foreach (var plan in new[] { training, evaluation })
            {
                plan.Load(state);
                plan.Fill(samples, labels);
            }

            // Sums of up to 45 products of size below 3, each rounded to 2^-24.
            Assert.Equal(twin.Loss(samples, labels), training.Gradient(40, gradient).Loss, 1e-5);
            var (exact, size) = twin.Gradient(samples, labels);
            for (var i = 0; i < gradient.Length; i++) Assert.Equal(exact[i], gradient[i], 1e-5 * (size[i] + 1e-2));
            Assert.Equal(twin.Loss(samples, labels, training: false), evaluation.Evaluate(40).Loss, 1e-5);
        }
    }

    /// <summary>The twin is slow, and among many numbers one is always near a corner.</summary>
    private static (int Batch, int Count)[] SizesFor(Network network) =>
        network.Input.Rows >= 32 ? Sizes[1..2] : network.Layers.Sum(layer => layer.Output.Count) > 500 ? [.. Sizes[..2], (40, 33)] : Sizes;
}
