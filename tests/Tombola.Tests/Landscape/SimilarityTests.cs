using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Memory;
using Tombola.Landscape;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

/// <summary>What <c>compare</c> says of two networks, against definitions in float64.</summary>
public sealed class SimilarityTests
{
    [Fact]
    public void Alignment_is_that_of_its_definition_for_any_features()
    {
        var cases = from examples in Gen.Choose(2, 12)
                    from columns in Gen.Choose(1, 5).Two()
                    from first in Gen.Choose(-100, 100).ArrayOf(examples * columns.Item1)
                    from second in Gen.Choose(-100, 100).ArrayOf(examples * columns.Item2)
                    select (examples, First: Floats(first), Second: Floats(second));
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var (expected, actual) = (Naive(one.First, one.Second, one.examples), CenteredAlignment.Of(one.First, one.Second, one.examples));
            return double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) < 1e-9;
        }));
    }

    [Fact]
    public void Features_that_differ_by_a_rotation_a_scale_and_a_shift_are_aligned()
    {
        var random = new Random(1);
        var x = Enumerable.Range(0, 60).Select(_ => (float)random.NextDouble()).ToArray();
        var y = new float[60];
        for (var n = 0; n < 30; n++) (y[2 * n], y[(2 * n) + 1]) = ((3 * ((0.6f * x[2 * n]) - (0.8f * x[(2 * n) + 1]))) + 5, 3 * ((0.8f * x[2 * n]) + (0.6f * x[(2 * n) + 1])));
        Assert.Equal(1, CenteredAlignment.Of(x, y, 30), 5);
        Assert.Equal(double.NaN, CenteredAlignment.Of(x, new float[60], 30));
    }

    [Fact]
    public void The_last_layer_applied_to_the_features_gives_the_logits()
    {
        // ResNet-8 with 8 features and ten classes: fewer features than classes.
        foreach (var (network, state, examples) in new[] { (Toy.Network, Toy.Start(), Toy.Data.Test), (ToyResNet.Network, ToyResNet.Start(), ToyResNet.Data.Test) })
        {
            using var team = new ThreadTeam(2);
            using var reader = new LastFeatures(network, examples, team);
            var features = reader.Of(state, CancellationToken.None);
            var predictions = new int[examples.Count];
            using var evaluator = new Evaluator(network, examples, team);
            evaluator.Evaluate([state], (_, example, _, prediction) => predictions[example] = prediction);
            var (weight, bias) = (state[network.Space["fc.weight"]].ToArray(), state[network.Space["fc.bias"]].ToArray());
            for (var n = 0; n < examples.Count; n++)
            {
                var logits = bias.Select((b, k) => b + Enumerable.Range(0, reader.Count).Sum(f => (double)weight[(k * reader.Count) + f] * features[(n * reader.Count) + f])).ToArray();
                Assert.Equal(Array.IndexOf(logits, logits.Max()), predictions[n]);
            }
        }
    }

    [Fact]
    public void Overlap_counts_what_remains_in_both_layer_by_layer()
    {
        var (first, second) = (Toy.Draw(Toy.Space, 30, 1), Toy.Draw(Toy.Space, 70, 2));
        var layers = MaskOverlap.Of(first, second);
        Assert.Equal(["fc_layers.0", "fc", "all"], layers.Select(layer => layer.Layer));
        foreach (var (layer, parameter) in layers.Zip(Toy.Space.Prunable))
        {
            var both = Enumerable.Range(parameter.Offset, parameter.Count).Count(i => first[i] && second[i]);
            var either = Enumerable.Range(parameter.Offset, parameter.Count).Count(i => first[i] || second[i]);
            Assert.Equal((parameter.Count, first.CountIn(parameter), second.CountIn(parameter), both), (layer.Prunable, layer.First, layer.Second, layer.Both));
            Assert.Equal((double)both / either, layer.Jaccard, 12);
        }

        Assert.Equal(layers.SkipLast(1).Sum(layer => layer.Both), layers[^1].Both);
        Assert.Equal(1, new MaskOverlap("empty", 5, 0, 0, 0).Jaccard);
    }

    private static float[] Floats(int[] numbers) => [.. numbers.Select(number => number / 10f)];

    /// <summary>Through the matrices of similarities between examples, where the program goes through those of features.</summary>
    private static double Naive(float[] first, float[] second, int examples)
    {
        var (k, l) = (Gram(first, examples), Gram(second, examples));
        return Dot(k, l) / Math.Sqrt(Dot(k, k) * Dot(l, l));
    }

    private static double[,] Gram(float[] features, int examples)
    {
        var columns = features.Length / examples;
        var mean = Enumerable.Range(0, columns).Select(f => Enumerable.Range(0, examples).Average(n => (double)features[(n * columns) + f])).ToArray();
        var gram = new double[examples, examples];
        for (var a = 0; a < examples; a++)
        {
            for (var b = 0; b < examples; b++) gram[a, b] = Enumerable.Range(0, columns).Sum(f => (features[(a * columns) + f] - mean[f]) * (features[(b * columns) + f] - mean[f]));
        }

        return gram;
    }

    private static double Dot(double[,] x, double[,] y) => x.Cast<double>().Zip(y.Cast<double>(), (a, b) => a * b).Sum();
}
