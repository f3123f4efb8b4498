using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class RecalibratorTests
{
    private static readonly Recalibration Few = new(50);

    /// <summary>Two batch norms, the second behind the first, on images of 4 x 4.</summary>
    private static readonly Network Small = BuildSmall();

    [Theory]
    [InlineData(300)]
    [InlineData(256)]
    [InlineData(1000)]
    [InlineData(60)]
    public void Statistics_are_the_cumulative_mean_over_mini_batches_worked_out_in_float64(int examples)
    {
        var images = SmallImages(300);
        using var recalibrator = new Recalibrator(Small, new Recalibration(examples), images);
        var state = Initializers.Initialize(Small, "kaiming_normal", new RandomStream(3, RandomStream.Init));
        Array.Fill(state.Statistics, 77);
        var found = recalibrator.Recalibrate(state);
        Assert.Equal(state.Weights, found.Weights);
        Assert.All(Reference(state, images, Math.Min(examples, 300)).Zip(found.Statistics), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void What_the_statistics_were_before_does_not_matter()
    {
        using var recalibrator = new Recalibrator(ToyResNet.Network, Few, ToyResNet.Data.Train);
        var (first, second) = (ToyResNet.Start(), ToyResNet.Start());
        Array.Fill(second.Statistics, 5);
        Assert.True(Toy.SameBits(recalibrator.Recalibrate(first), recalibrator.Recalibrate(second)));
    }

    [Fact]
    public void Two_threads_find_the_bits_of_one()
    {
        using var two = new ThreadTeam(2);
        using var alone = new Recalibrator(ToyResNet.Network, Few, ToyResNet.Data.Train);
        using var together = new Recalibrator(ToyResNet.Network, Few, ToyResNet.Data.Train, two);
        Assert.True(Toy.SameBits(alone.Recalibrate(ToyResNet.Start()), together.Recalibrate(ToyResNet.Start())));
    }

    [Fact]
    public void A_path_interpolates_the_statistics_like_weights()
    {
        var (x, y) = (ToyResNet.Start(1), ToyResNet.Start(2));
        for (var i = 0; i < x.Statistics.Length; i++) (x.Statistics[i], y.Statistics[i]) = (i, -3 * i);
        Assert.Equal(x.Statistics, LinearPath.At(x, y, 0).Statistics);
        Assert.Equal(y.Statistics, LinearPath.At(x, y, 1).Statistics);
        Assert.Equal(x.Statistics.Select(value => -value), LinearPath.At(x, y, 0.5).Statistics);
        Assert.True(Toy.SameBits(x, LinearPath.At(x, x.Clone(), 0.3)));
    }

    [Fact]
    public void On_a_recalibrated_path_the_ends_are_their_own_and_the_points_between_are_recalibrated()
    {
        var (x, y) = (Trained(1), Trained(2));
        using var evaluator = new Evaluator(ToyResNet.Network, ToyResNet.Data.Test);
        using var recalibrator = new Recalibrator(ToyResNet.Network, Few, ToyResNet.Data.Train);
        var interpolated = LinearPath.Evaluate(x, y, 5, evaluator);
        var recalibrated = LinearPath.Evaluate(x, y, 5, evaluator, recalibrator);
        Assert.Equal((interpolated[0], interpolated[4]), (recalibrated[0], recalibrated[4]));
        Assert.Equal(evaluator.Evaluate(x).Loss, recalibrated[0].Loss);
        for (var i = 1; i < 4; i++)
        {
            Assert.NotEqual(interpolated[i].Loss, recalibrated[i].Loss);
            Assert.Equal(evaluator.Evaluate(recalibrator.Recalibrate(LinearPath.At(x, y, i / 4.0))).Loss, recalibrated[i].Loss);
        }
    }

    [Fact]
    public void A_recalibrated_path_is_the_same_when_its_points_are_made_again_for_every_block_of_examples()
    {
        var (x, y) = (Trained(1), Trained(2));
        var examples = ToyResNet.Examples(Evaluator.ChunkFor(ToyResNet.Network) + 20, 3);
        using var team = new ThreadTeam(2);
        using var together = new Evaluator(ToyResNet.Network, examples, team);
        using var blocks = new Evaluator(ToyResNet.Network, examples, team) { FloatsAtOnce = 1 };
        using var recalibrator = new Recalibrator(ToyResNet.Network, Few, ToyResNet.Data.Train, team);
        Assert.Equal(LinearPath.Evaluate(x, y, 4, together, recalibrator), LinearPath.Evaluate(x, y, 4, blocks, recalibrator));
    }

    private static NetworkState Trained(ulong seed) => ToyResNet.Trainer().Run(ToyResNet.Start(seed), 0, 20, new HashSet<long>(), new Diary(), null, CancellationToken.None);

    private static Network BuildSmall()
    {
        var builder = new NetworkBuilder("small", new Shape(1, 4, 4));
        var x = builder.Relu(builder.BatchNorm("bn1", builder.Convolution("conv1", builder.Input, 3, 3, padding: 1)));
        x = builder.BatchNorm("bn2", builder.Convolution("conv2", x, 2, 1, bias: false));
        builder.Linear("fc", builder.GlobalAveragePool(x), 10);
        return builder.Build();
    }

    private static ExampleSource SmallImages(int count)
    {
        var stream = new RandomStream(9, RandomStream.Data);
        return ExampleSource.FromBytes(
            new Shape(1, 4, 4), [.. Enumerable.Range(0, count * 16).Select(p => (byte)stream.Below(256, 0, (ulong)p, 0))], [.. Enumerable.Range(0, count).Select(n => n % 10)], 10);
    }

    /// <summary>Plain loops in float64, batch after batch.</summary>
    private static double[] Reference(NetworkState state, ExampleSource images, int count)
    {
        var order = new int[images.Count];
        new RandomStream(0, RandomStream.Probe).Permutation(order, 0);
        var statistics = new double[Small.Space.StatisticsCount];
        for (var first = 0; first < count; first += 128)
        {
            var batch = order[first..Math.Min(first + 128, count)];
            var share = (double)batch.Length / (first + batch.Length);
            var input = batch.Select(n =>
            {
                var pixels = new float[16];
                images.Read(n, pixels);
                return pixels.Select(pixel => (double)pixel).ToArray();
            }).ToArray();
            var hidden = Normalise(Convolve(input, state, "conv1", 1, 3, 3), state, "bn1", 3, statistics.AsSpan(0, 6), share);
            foreach (var map in hidden) for (var i = 0; i < map.Length; i++) map[i] = Math.Max(0, map[i]);
            Normalise(Convolve(hidden, state, "conv2", 3, 2, 1), state, "bn2", 2, statistics.AsSpan(6, 4), share);
        }

        return statistics;
    }

    private static double[][] Convolve(double[][] inputs, NetworkState state, string layer, int channels, int filters, int kernel)
    {
        var weight = state[state.Space[$"{layer}.weight"]].ToArray();
        var bias = state.Space.TryFind($"{layer}.bias", out var parameter) ? state[parameter].ToArray() : new float[filters];
        return [.. inputs.Select(input =>
        {
            var output = new double[filters * 16];
            for (var k = 0; k < filters; k++)
            {
                for (var place = 0; place < 16; place++)
                {
                    double sum = bias[k];
                    for (var tap = 0; tap < channels * kernel * kernel; tap++)
                    {
                        var (c, r, s) = (tap / (kernel * kernel), (tap / kernel % kernel) - (kernel / 2), (tap % kernel) - (kernel / 2));
                        var (row, column) = ((place / 4) + r, (place % 4) + s);
                        if (row is >= 0 and < 4 && column is >= 0 and < 4) sum += weight[(k * channels * kernel * kernel) + tap] * input[(c * 16) + (row * 4) + column];
                    }

                    output[(k * 16) + place] = sum;
                }
            }

            return output;
        })];
    }

    /// <summary>Mixes mean and unbiased variance of the batch into the statistics, and normalises by the batch itself.</summary>
    private static double[][] Normalise(double[][] inputs, NetworkState state, string layer, int channels, Span<double> statistics, double share)
    {
        var (weight, bias) = (state[state.Space[$"{layer}.weight"]].ToArray(), state[state.Space[$"{layer}.bias"]].ToArray());
        var outputs = inputs.Select(input => new double[input.Length]).ToArray();
        for (var c = 0; c < channels; c++)
        {
            var values = inputs.SelectMany(input => input.Skip(c * 16).Take(16)).ToArray();
            var mean = values.Average();
            var squares = values.Sum(value => (value - mean) * (value - mean));
            statistics[c] += share * (mean - statistics[c]);
            statistics[channels + c] += share * ((squares / (values.Length - 1)) - statistics[channels + c]);
            for (var n = 0; n < inputs.Length; n++)
            {
                for (var i = c * 16; i < (c + 1) * 16; i++)
                {
                    outputs[n][i] = ((inputs[n][i] - mean) / Math.Sqrt((squares / values.Length) + 1e-5) * weight[c]) + bias[c];
                }
            }
        }

        return outputs;
    }
}
