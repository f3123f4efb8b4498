using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Pruning;

public sealed class SynFlowPruningTests
{
    /// <summary>Every kind of layer: two paths of convolutions with batch norm that are added, poolings with borders, a concatenation.</summary>
    private static readonly Network Rich = Build();

    public static TheoryData<string> Networks => ["rich", "cifar_resnet_8_2", "cifar_vgg_11_2", "cifar_conv_2_2", "mnist_lenet_12_9_7"];

    [Fact]
    public void Scores_of_a_tiny_network_are_what_arithmetic_gives()
    {
        // Hidden units 1 + 2 = 3 and 3 + 0.5 = 3.5; what they pass on, 2 + 4 = 6 and 1 + 0.25 = 1.25 times.
        var (network, state) = Tiny();
        var flow = new SynapticFlow(network, state);
        Assert.Equal((3 * 6) + (3.5 * 1.25), flow.Total());
        Assert.Equal([1 * 6.0, 2 * 6, 3 * 1.25, 0.5 * 1.25, 0, 0, 2 * 3.0, 1 * 3.5, 4 * 3, 0.25 * 3.5, 0, 0], flow.Scores());
    }

    [Fact]
    public void Rounds_remove_the_weakest_of_what_is_left()
    {
        // From 8 weights to 3, never two in one round:
        // 0.625 (weight 3) goes, hidden unit 1 has 3; then 0.25 * 3 (weight 9), it passes on 1 times; then weights 2 and 7 tie at 3, the first goes,
        // the other has nothing left to pass on; then weights 0 and 6 tie at 6.
        int[] order = [3, 9, 2, 7, 0];
        var (network, state) = Tiny();
        for (var count = 1; count <= order.Length; count++)
        {
            var mask = PruningStrategies.Prune(Draws.Input(network, state), "synflow", count / 8.0);
            Assert.Equal(order[..count].Order(), Enumerable.Range(0, network.Space.Count).Where(i => !mask[i]));
        }
    }

    [Fact]
    public void A_hundred_rounds_thin_the_network_by_the_same_factor_each()
    {
        var state = Draws.State(Rich, 9);
        var flow = new SynapticFlow(Rich, state);
        var left = Rich.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).ToList();
        var (all, keep) = (left.Count, left.Count / 10);
        for (var round = 1; round <= 100; round++)
        {
            var scores = flow.Scores();
            var goal = (int)Math.Round(all * Math.Pow((double)keep / all, round / 100.0), MidpointRounding.ToEven);
            foreach (var index in left.OrderBy(i => scores[i]).ThenBy(i => i).Take(left.Count - goal).ToArray())
            {
                left.Remove(index);
                flow.Magnitudes[index] = 0;
            }
        }

        var mask = PruningStrategies.Prune(Draws.Input(Rich, state), "synflow", 1 - ((double)keep / all));
        Assert.Equal(left, Rich.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Where(i => mask[i]));
    }

    [Theory]
    [InlineData("mnist_lenet_12_9_7")]
    [InlineData("cifar_conv_2_2")]
    public void Without_biases_every_layer_has_the_same_flow(string model)
    {
        var network = Architectures.Create(model);
        var state = Draws.State(network, 2);
        foreach (var parameter in network.Space.Parameters.Where(parameter => !parameter.Prunable)) state[parameter].Clear();
        var flow = new SynapticFlow(network, state);
        var scores = flow.Scores();

        // Sums of at most a few thousand positive terms in each layer.
        foreach (var parameter in network.Space.Prunable) Assert.Equal(1, scores.AsSpan(parameter.Offset, parameter.Count).ToArray().Sum() / flow.Total(), 1e-11);
    }

    [Fact]
    public void Rounds_prevent_the_collapse_of_a_layer_that_one_shot_brings()
    {
        var network = Architectures.Create("mnist_lenet_200_10_10");
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init));
        var keep = network.Space.PrunableCount / 200;
        var scores = new SynapticFlow(network, state).Scores();
        int[] all = [.. network.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count))];
        var lost = LowestScores.Of(scores, all, all.Length - keep).ToHashSet();
        var (once, rounds) = (
            new Mask(network.Space, i => !lost.Contains(i)), PruningStrategies.Prune(Draws.Input(network, state), "synflow", 1 - ((double)keep / all.Length)));
        Assert.Equal((keep, keep), (once.Remaining, rounds.Remaining));
        Assert.Equal(0, once.CountIn(network.Space.Prunable[0]));
        Assert.All(network.Space.Prunable, parameter => Assert.NotEqual(0, rounds.CountIn(parameter)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_flow_is_the_sum_of_the_engine_s_logits_for_magnitudes_and_ones(string name)
    {
        var network = Find(name);
        var state = Draws.State(network, 3);
        var magnitudes = new NetworkState(network.Space, [.. state.Weights.Select(Math.Abs)], [.. state.Statistics.Select(Math.Abs)]);
        using var plan = Backends.Cpu.Compile(new PlanRequest(network, 1));
        plan.Load(magnitudes);
        plan.Sample(0).Fill(1);
        plan.Evaluate(1);
        var sum = Enumerable.Range(0, network.Classes).Sum(c => (double)plan.Logit(0, c));

        // Rounding errors of floats, a layer after the other.
        Assert.Equal(1, new SynapticFlow(network, state).Total() / sum, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Scores_are_derivatives(string name)
    {
        var network = Find(name);
        var flow = new SynapticFlow(network, Draws.State(network, 4));
        var (scores, total) = (flow.Scores().ToArray(), flow.Total());
        var stream = new RandomStream(5, RandomStream.Probe);
        foreach (var parameter in network.Space.Prunable)
        {
            for (var draw = 0; draw < 12; draw++)
            {
                var index = parameter.Offset + stream.Below(parameter.Count, (uint)parameter.Offset, (ulong)draw, 0);
                var magnitude = flow.Magnitudes[index];

                // R is affine in each weight, but for a maximum that moves, so that only rounding errors remain: 2^-53 R over a thousandth of the weight.
                flow.Magnitudes[index] = magnitude * 1.001;
                var above = flow.Total();
                flow.Magnitudes[index] = magnitude * 0.999;
                Assert.Equal(scores[index], (above - flow.Total()) / 0.002, 1e-11 * total);
                flow.Magnitudes[index] = magnitude;
            }
        }

        Assert.All(network.Space.Parameters.Where(parameter => !parameter.Prunable), parameter => Assert.Equal(0, scores.AsSpan(parameter.Offset, parameter.Count).ToArray().Sum()));
    }

    [Fact]
    public void Signs_and_labels_do_not_matter_but_the_mask_does()
    {
        var state = Draws.State(Rich, 6);
        var negative = new NetworkState(Rich.Space, [.. state.Weights.Select(weight => -weight)], state.Statistics);
        var mask = Toy.Draw(Rich.Space, 60, 7);
        var pruned = PruningStrategies.Prune(Draws.Input(Rich, state, mask), "synflow", 0.8);
        Assert.Equal(pruned, PruningStrategies.Prune(Draws.Input(Rich, negative, mask), "synflow", 0.8));
        Assert.Equal(pruned, PruningStrategies.Prune(Draws.Input(Rich, state.Under(mask), mask) with { Batch = Draws.Batch(Rich, 3, 8) }, "synflow", 0.8));
        var other = state.Clone();
        foreach (var parameter in Rich.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++) other.Weights[i] = mask[i] ? state.Weights[i] : 100;
        }

        Assert.Equal(pruned, PruningStrategies.Prune(Draws.Input(Rich, other, mask), "synflow", 0.8));
        Assert.NotEqual(pruned, PruningStrategies.Prune(Draws.Input(Rich, other), "synflow", 1 - (0.2 * mask.Density)));
    }

    [Fact]
    public void A_flow_beyond_the_numbers_is_refused()
    {
        var (network, state) = Tiny();
        var flow = new SynapticFlow(network, state);
        flow.Magnitudes[0] = flow.Magnitudes[6] = 1e300;
        Assert.Throws<ArithmeticException>(() => LowestScores.Of(flow.Scores(), [0, 1, 6, 7], 1));
    }

    [Fact]
    public void Cancellation_stops_it() => Assert.Throws<OperationCanceledException>(
        () => PruningStrategies.Prune(Draws.Input(Rich, Draws.State(Rich, 1)) with { Cancellation = new CancellationToken(canceled: true) }, "synflow", 0.5));

    private static (Network Network, NetworkState State) Tiny()
    {
        var builder = new NetworkBuilder("tiny", Shape.Vector(2));
        builder.Linear("b", builder.Relu(builder.Linear("a", builder.Input, 2)), 2);
        var network = builder.Build();
        return (network, new NetworkState(network.Space, [1, -2, 3, 0.5f, 0, 0, 2, -1, 4, -0.25f, 0, 0]));
    }

    private static Network Build()
    {
        var builder = new NetworkBuilder("rich", new Shape(2, 9, 7));
        var x = builder.Relu(builder.BatchNorm("n1", builder.Convolution("c1", builder.Input, 5, 3, padding: 1, bias: false)));
        var y = builder.BatchNorm("n2", builder.Convolution("c2", x, 5, 3, padding: 1), affine: false);
        var sum = builder.Relu(builder.Add(y, x));
        var largest = builder.MaxPool(sum, 3, 2, padding: 1);
        var grouped = builder.Convolution("g2", builder.Convolution("g1", sum, 6, Window.Of((1, 5), padding: (0, 2))), 4, Window.Of((3, 2), (1, 1), (1, 1)), groups: 2);
        var mean = builder.AveragePool(builder.Convolution("c3", grouped, 4, Window.Of((2, 3))), 3, 2, padding: 1);
        var wide = builder.Convolution("c4", sum, 3, 3, stride: 2, padding: 1);
        var joint = builder.Dropout(builder.Concat(builder.Convolution("c5", largest, 3, 2), mean, builder.Convolution("c6", wide, 2, 2)), 0.3);
        builder.Linear("fc", builder.Concat(builder.Flatten(builder.AveragePool(joint, 2, 1)), builder.GlobalAveragePool(joint)), 4);
        return builder.Build();
    }

    private static Network Find(string name) => name == "rich" ? Rich : Architectures.Create(name);
}
