using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Pruning;

/// <summary>SNIP and GraSP against their definitions.</summary>
public sealed class GradientPruningTests
{
    /// <summary>2 inputs, 2 hidden units, 2 logits: a.weight is 0 to 3 of the weight vector, b.weight 6 to 9.</summary>
    private static readonly Network TwoLayers = Mlp(2, 2, 2);

    private static readonly NetworkState TwoLayerState = new(TwoLayers.Space, [0.5f, 0.25f, -1, 1, 0, 0, 1, -2, 0.5f, 1, 0, 0]);

    /// <summary>
    /// The first example, (1, 3) of class 0: hidden units (1.25, 2), logits (-2.75, 2.625), gradient of the logits q (-1, 1) with q the probability of class 1,
    /// of the hidden units q (-0.5, 3). The second, (0, 0), adds nothing to the gradient of any weight but counts in the mean.
    /// </summary>
    private static readonly MiniBatch TwoExamples = new([1, 3, 0, 0], [0, 0]);

    [Fact]
    public void Snip_scores_by_gradient_times_weight_of_the_mean_loss()
    {
        var half = 0.5 / (1 + Math.Exp(-5.375));
        double[] expected =
        [
            0.5 * 0.5 * half, 1.5 * 0.25 * half, 3 * 1 * half, 9 * 1 * half, 0, 0,
            1.25 * 1 * half, 2 * 2 * half, 1.25 * 0.5 * half, 2 * 1 * half, 0, 0,
        ];
        var input = Draws.Input(TwoLayers, TwoLayerState) with { Batch = TwoExamples };
        var scores = SnipScore.Of(input);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], scores[i], 1e-6 * expected.Max());
        Assert.Equal([2, 3, 6, 7, 9], Remaining(PruningStrategies.Prune(input, "snip", 3.0 / 8)));
    }

    [Fact]
    public void Snip_looks_at_the_network_under_its_mask_and_of_equal_scores_the_lowest_indices_go()
    {
        // Without weight 3, hidden unit 1 is off for both examples: weights 2, 7 and 9 do nothing.
        var input = Draws.Input(TwoLayers, TwoLayerState, new Mask(TwoLayers.Space, i => i != 3)) with { Batch = TwoExamples };
        var half = 0.5 / (1 + Math.Exp(0.625));
        var scores = SnipScore.Of(input);
        Assert.Equal([0.25 * half, 0.375 * half, 0, 0, 1.25 * half, 0, 0.625 * half, 0], Places(scores), Close(1e-6));
        Assert.Equal([0, 1, 6, 8, 9], Remaining(PruningStrategies.Prune(input, "snip", 2.0 / 7)));
    }

    [Fact]
    public void Grasp_scores_by_weight_times_hessian_times_gradient()
    {
        // One layer, x = (1, 2), class 0, p = (1 - q, q): g = q (-1, 1) x', and H turns it into J g x x' with J = q (1 - q) [1 -1; -1 1].
        var network = Mlp(2, 2);
        var state = new NetworkState(network.Space, [0.5f, -0.3f, 0.2f, 0.4f, 0, 0]);
        var q = 1 / (1 + Math.Exp(-1.1));
        var factor = q * (1 - q) * 2 * q * (1 + (2 * 2));
        var input = Draws.Input(network, state) with { Batch = new MiniBatch([1, 2], [0]) };
        var importances = GraspScore.Of(input);
        double[] expected = [-0.5 * 1 * factor, 0.3 * 2 * factor, 0.2 * 1 * factor, 0.4 * 2 * factor];

        // Rounding errors 2^-24 over a displacement of 2^-8 leave 2^-16; a few of them meet.
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], importances[i], 2e-4 * factor);

        // The highest -w (H g) are those of weights 0 and 2, although the magnitude of weight 0 is the largest.
        Assert.Equal([1, 3], Remaining(PruningStrategies.Prune(input, "grasp", 0.5)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    public void Grasp_agrees_with_differences_in_double_precision(int percent)
    {
        // Rows of one sign over positive inputs, so that no rectifier lies near its corner.
        var network = Mlp(4, 6, 3);
        var (stream, space) = (new RandomStream(3, RandomStream.Init), network.Space);
        var state = new NetworkState(space);
        for (var i = 0; i < 24; i++) state.Weights[i] = (float)((i / 4 % 3 == 0 ? -1 : 1) * (0.2 + (0.6 * stream.Uniform(0, (ulong)i, 0))));
        for (var i = 30; i < 48; i++) state.Weights[i] = (float)stream.Normal(0, (ulong)i, 0);
        var batch = new MiniBatch([.. Enumerable.Range(0, 20).Select(i => 0.2f + (0.8f * (float)stream.Uniform(1, (ulong)i, 0)))], [0, 1, 2, 1, 0]);
        var mask = Training.Toy.Draw(space, percent, 4);

        var weights = state.Under(mask).Weights.Select(weight => (double)weight).ToArray();
        var direction = MlpGradient(weights, batch);
        for (var i = 0; i < direction.Length; i++) direction[i] = mask[i] && Prunable(i) ? direction[i] : 0;
        var ahead = MlpGradient([.. weights.Zip(direction, (w, g) => w + (1e-5 * g))], batch);
        var behind = MlpGradient([.. weights.Zip(direction, (w, g) => w - (1e-5 * g))], batch);
        var expected = weights.Select((w, i) => w * (ahead[i] - behind[i]) / 2e-5).ToArray();

        var importances = GraspScore.Of(Draws.Input(network, state, mask) with { Batch = batch });
        for (var i = 0; i < expected.Length; i++)
        {
            if (Prunable(i)) Assert.Equal(expected[i], importances[i], 1e-3 * expected.Max(Math.Abs));
        }

        bool Prunable(int index) => index is < 24 or (>= 30 and < 48);
    }

    [Fact]
    public void Grasp_of_a_network_without_a_gradient_removes_the_lowest_indices()
    {
        var input = Draws.Input(TwoLayers, new NetworkState(TwoLayers.Space)) with { Batch = TwoExamples };
        Assert.Equal([6, 7, 8, 9], Remaining(PruningStrategies.Prune(input, "grasp", 0.5)));
    }

    [Theory]
    [InlineData("snip")]
    [InlineData("grasp")]
    public void Without_examples_or_with_those_of_another_network_there_is_a_sentence(string strategy)
    {
        var input = Draws.Input(TwoLayers, TwoLayerState);
        var missing = Assert.Throws<SettingException>(() => PruningStrategies.Prune(input, strategy, 0.5));
        Assert.Contains($"'{strategy}' looks at training examples", missing.Message, StringComparison.Ordinal);
        var wrong = Assert.Throws<SettingException>(() => PruningStrategies.Prune(input with { Batch = new MiniBatch([1, 2, 3], [0]) }, strategy, 0.5));
        Assert.Contains("takes images of 2", wrong.Message, StringComparison.Ordinal);
    }

    private static Network Mlp(int inputs, params int[] widths)
    {
        var builder = new NetworkBuilder("mlp", Shape.Vector(inputs));
        var x = builder.Input;
        for (var i = 0; i < widths.Length; i++) x = builder.Linear($"{(char)('a' + i)}", i == 0 ? x : builder.Relu(x), widths[i]);
        return builder.Build();
    }

    /// <summary>Gradient of the mean cross-entropy of a 4-6-3 network: a.weight, a.bias, b.weight, b.bias.</summary>
    private static double[] MlpGradient(double[] w, MiniBatch batch)
    {
        var gradient = new double[w.Length];
        for (var n = 0; n < batch.Labels.Length; n++)
        {
            var x = batch.Samples[(4 * n)..(4 * (n + 1))];
            var h = Enumerable.Range(0, 6).Select(j => Math.Max(0, w[24 + j] + Enumerable.Range(0, 4).Sum(i => w[(4 * j) + i] * x[i]))).ToArray();
            var p = Enumerable.Range(0, 3).Select(k => Math.Exp(w[48 + k] + Enumerable.Range(0, 6).Sum(j => w[30 + (6 * k) + j] * h[j]))).ToArray();
            var total = p.Sum();
            var logits = p.Select((value, k) => ((value / total) - (k == batch.Labels[n] ? 1 : 0)) / batch.Labels.Length).ToArray();
            for (var j = 0; j < 6; j++)
            {
                for (var k = 0; k < 3; k++) gradient[30 + (6 * k) + j] += logits[k] * h[j];
                var hidden = h[j] > 0 ? Enumerable.Range(0, 3).Sum(k => logits[k] * w[30 + (6 * k) + j]) : 0;
                for (var i = 0; i < 4; i++) gradient[(4 * j) + i] += hidden * x[i];
            }
        }

        return gradient;
    }

    private static double[] Places(double[] scores) => [.. scores[..4], .. scores[6..10]];

    private static int[] Remaining(Mask mask) => [.. mask.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Where(i => mask[i])];

    private static EqualityComparer<double> Close(double tolerance) => EqualityComparer<double>.Create((x, y) => Math.Abs(x - y) <= tolerance, _ => 0);
}
