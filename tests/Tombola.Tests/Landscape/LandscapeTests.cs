using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class LandscapeTests
{
    private static readonly WeightSpace Tiny = new([("a.weight", [1, 2], true), ("a.bias", [1], false)]);

    private static readonly Arbitrary<NetworkState> States = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite)
        .Or(Gen.Elements(0f, -0f, 1f)).ArrayOf(Tiny.Count).Select(weights => new NetworkState(Tiny, weights)).ToArbitrary();

    private static readonly Arbitrary<double> Alphas = Gen.Choose(0, 1000).Select(x => x / 1000.0).ToArbitrary();

    [Fact]
    public void The_ends_of_a_line_are_the_networks_themselves_bit_for_bit() =>
        Prop.ForAll(States, States, (x, y) => Toy.SameBits(x, LinearPath.At(x, y, 0)) && Toy.SameBits(y, LinearPath.At(x, y, 1))).QuickCheckThrowOnFailure();

    [Fact]
    public void Between_equal_networks_every_point_is_the_same() =>
        Prop.ForAll(States, Alphas, (x, alpha) => Toy.SameBits(x, LinearPath.At(x, x.Clone(), alpha))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_middle_is_the_mean() =>
        Assert.Equal([2f, 0.5f, -3f], LinearPath.At(Of(1, 2, -3), Of(3, -1, -3), 0.5).Weights);

    [Fact]
    public void What_both_ends_prune_stays_pruned_in_between()
    {
        var (x, y) = (Toy.Start(1).Under(Toy.Mask), Toy.Start(2).Under(Toy.Mask));
        foreach (var alpha in new[] { 0, 0.1, 0.5, 0.9, 1 }) Assert.True(Toy.Mask.HoldsFor(LinearPath.At(x, y, alpha).Weights));
    }

    [Fact]
    public void A_path_starts_and_ends_with_the_errors_of_its_ends()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Train);
        var (x, y) = (Toy.Start(1), Toy.Start(2));
        var path = LinearPath.Evaluate(x, y, 5, evaluator);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], path.Select(point => point.Alpha));
        foreach (var (state, point) in new[] { (x, path[0]), (LinearPath.At(x, y, 0.25), path[1]), (y, path[4]) })
        {
            var loss = evaluator.Evaluate(state);
            Assert.Equal((loss.Loss, loss.Error), (point.Loss, point.Error));
        }
    }

    [Fact]
    public void The_path_from_a_network_to_itself_is_flat()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Train);
        var path = LinearPath.Evaluate(Toy.Start(), Toy.Start(), LinearPath.DefaultPoints, evaluator);
        Assert.Equal(31, path.Count);
        Assert.Single(path.Select(point => (point.Loss, point.Error)).Distinct());
        Assert.Equal(0, new ErrorBarrier(path).Height);
    }

    [Fact]
    public void A_path_tells_how_far_it_is_and_is_none_the_different_for_it()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Train);
        var (x, y, seen) = (Toy.Start(1), Toy.Start(2), new List<long>());
        var path = LinearPath.Evaluate(x, y, LinearPath.DefaultPoints, evaluator, advance: seen.Add);
        Assert.Equal([1024L, 2048, 3072, 4096, 5120, 6144], seen);
        Assert.Equal(LinearPath.Evaluate(x, y, LinearPath.DefaultPoints, evaluator), path);
    }

    [Theory]
    [InlineData(1, 1 << 24)]
    [InlineData(2, 1 << 24)]
    [InlineData(3, 1 << 24)]
    [InlineData(1, 600 * 784)]
    [InlineData(2, 600 * 784)]
    [InlineData(2, 1)]
    [InlineData(7, 1 << 24)]
    public void A_path_decodes_each_example_once_and_has_the_bits_of_single_evaluations(int threads, int floatsAtOnce)
    {
        // Two whole chunks and a part of one; all points at once, or in turn on blocks of one chunk or several.
        var examples = Toy.Examples((2 * Evaluator.ChunkFor(Toy.Network)) + 37, 3);
        using var team = new ThreadTeam(threads);
        using var evaluator = new Evaluator(Toy.Network, examples, team) { FloatsAtOnce = floatsAtOnce };
        var (x, y, seen) = (Toy.Start(1), Toy.Start(2), new List<long>());
        var path = LinearPath.Evaluate(x, y, 5, evaluator, advance: seen.Add);
        Assert.Equal(examples.Count, evaluator.Decoded);
        Assert.Equal([1024, 2048, 3072, 4096, 5120], seen);
        using var single = new Evaluator(Toy.Network, examples);
        foreach (var point in path)
        {
            var loss = single.Evaluate(LinearPath.At(x, y, point.Alpha));
            Assert.Equal((loss.Loss, loss.Error), (point.Loss, point.Error));
        }
    }

    [Fact]
    public void A_path_that_is_cancelled_stops()
    {
        using var stop = new CancellationTokenSource();
        using var evaluator = new Evaluator(Toy.Network, Toy.Examples(2000, 3));
        Assert.Throws<OperationCanceledException>(() => LinearPath.Evaluate(Toy.Start(1), Toy.Start(2), 5, evaluator, advance: _ => stop.Cancel(), cancellation: stop.Token));
        Assert.True(evaluator.Decoded < 2000);
    }

    [Fact]
    public void Every_weight_of_a_point_is_rounded_once()
    {
        // 61 weights: whole vectors and a rest.
        var space = new WeightSpace([("a.weight", [61], true)]);
        var (x, y) = (Noise(1), Noise(2));
        Assert.Equal(x.Zip(y, (a, b) => (float)(((1 - 0.3) * a) + (0.3 * b))), LinearPath.At(new NetworkState(space, x), new NetworkState(space, y), 0.3).Weights);

        float[] Noise(ulong seed) => [.. Enumerable.Range(0, space.Count).Select(i => (float)(new RandomStream(seed, RandomStream.Init).Uniform(0, (ulong)i, 0) - 0.5))];
    }

    [Fact]
    public void A_path_of_one_point_is_refused()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Test);
        Assert.Throws<SettingException>(() => LinearPath.Evaluate(Toy.Start(), Toy.Start(), 1, evaluator));
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.5, 0.2 }, 0.35, 0.35)]
    [InlineData(new[] { 0.1, 0.1, 0.3 }, 0.1, 0)]
    [InlineData(new[] { 0.2, 0.1, 0.2 }, 0, 0)]
    [InlineData(new[] { 0.0, 0.4, 0.4, 0.1, 0.4 }, 0.2, 0.3)]
    public void Barriers_are_the_ones_worked_out_by_hand(double[] errors, double height, double chord)
    {
        var barrier = Barrier(errors);
        Assert.Equal(height, barrier.Height, 12);
        Assert.Equal(chord, barrier.ChordHeight, 12);
    }

    [Theory]
    [InlineData(0.119, true)]
    [InlineData(0.121, false)]
    public void Two_points_of_error_part_stable_from_unstable(double middle, bool stable) => Assert.Equal(stable, Barrier(0.1, middle, 0.1).IsStable);

    [Fact]
    public void The_height_over_the_chord_is_never_negative() =>
        Prop.ForAll(Gen.Choose(0, 10_000).Select(x => x / 10_000.0).ArrayOf(7).ToArbitrary(), errors => Barrier(errors).ChordHeight >= 0).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 0, 0, 1, 1.4142135623730951, 0, 90)]
    [InlineData(3, 4, 3, 4, 0, 1, 0)]
    [InlineData(2, 0, -2, 0, 4, -1, 180)]
    [InlineData(1, 0, 1, 1, 1, 0.70710678118654757, 45)]
    [InlineData(3, 4, 0, 0, 5, 0, 90)]
    [InlineData(0, 0, 0, 0, 0, 1, 0)]
    public void Weight_distances_are_the_ones_worked_out_by_hand(float x1, float x2, float y1, float y2, double l2, double cosine, double angle)
    {
        // The biases are far apart, but only prunable weights count.
        var distance = WeightDistance.Between(Of(x1, x2, 100), Of(y1, y2, -100));
        Assert.Equal(l2, distance.L2, 12);
        Assert.Equal(cosine, distance.Cosine, 12);
        Assert.Equal(angle, distance.Angle, 5);
    }

    [Fact]
    public void A_mask_leaves_out_the_weights_that_it_prunes()
    {
        var distance = WeightDistance.Between(Of(1, 7, 0), Of(4, -9, 0), new Mask(Tiny, i => i != 1));
        Assert.Equal((3.0, 1.0), (distance.L2, distance.Cosine));
    }

    [Fact]
    public void A_network_does_what_itself_does()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Test);
        Assert.Equal(new FunctionDistance(0, 0), FunctionDistance.Between(Toy.Start(), Toy.Start(), Toy.Data.Test.Count, evaluator));
    }

    [Fact]
    public void Function_distance_counts_predictions_and_measures_losses()
    {
        using var evaluator = new Evaluator(Toy.Network, Toy.Data.Test);
        var (first, second) = (Answers(Toy.Start(1)), Answers(Toy.Start(2)));
        var distance = FunctionDistance.Between(Toy.Start(1), Toy.Start(2), 60, evaluator);
        Assert.Equal(first.Zip(second).Count(pair => pair.First.Prediction != pair.Second.Prediction) / 60.0, distance.PredictionDifference);
        Assert.Equal(Math.Sqrt(first.Zip(second).Sum(pair => Math.Pow((double)pair.First.Loss - pair.Second.Loss, 2))), distance.LossDistance, 9);
        Assert.True(distance.PredictionDifference > 0);

        (float Loss, int Prediction)[] Answers(NetworkState state)
        {
            var answers = new (float, int)[60];
            evaluator.Evaluate([state], (_, example, loss, prediction) => answers[example] = (loss, prediction));
            return answers;
        }
    }

    private static NetworkState Of(params float[] weights) => new(Tiny, weights);

    private static ErrorBarrier Barrier(params double[] errors) =>
        new([.. errors.Select((error, i) => new PathPoint((double)i / (errors.Length - 1), 0, error))]);
}
