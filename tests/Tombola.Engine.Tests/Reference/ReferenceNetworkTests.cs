using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>The twin itself: against differences of its own loss, which know nothing of backpropagation; against PyTorch; and against sums done by hand.</summary>
public class ReferenceNetworkTests
{
    /// <summary>What PyTorch and the twin may differ by in float64: sums of up to 1e5 terms of size 1, each rounded to 2^-53.</summary>
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Names => SmallNetworks.TinyNames;

    public static TheoryData<string> OracleNets => ["cifar_resnet_8_4", "mixed", "narrow_vgg"];

    /// <summary>
    /// Differences over 2h = 2e-7 err by the loss's own rounding, a few 1e-16 over 2e-7, some 1e-9, and by h^2. A rectifier within 1e-7 of its corner would
    /// spoil them; these data have none.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_gradient_is_the_slope_of_the_loss(string name)
    {
        const double H = 1e-7;
        var network = SmallNetworks.Create(name);
        var (samples, labels) = (Workbench.Samples(network, 5), Workbench.Labels(network, 5));
        foreach (var training in new[] { true, false })
        {
            var twin = new ReferenceNetwork(network, FormulaState.Of(network));
            var (exact, size) = twin.Gradient(samples, labels, training);
            foreach (var parameter in network.Space.Parameters)
            {
                for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i += Math.Max(1, parameter.Count / 13))
                {
                    var weight = twin.Weights[i];
                    twin.Weights[i] = weight + H;
                    var above = twin.Loss(samples, labels, training);
                    twin.Weights[i] = weight - H;
                    var slope = (above - twin.Loss(samples, labels, training)) / (2 * H);
                    twin.Weights[i] = weight;
                    Assert.True(Math.Abs(slope - exact[i]) < 3e-8, $"{parameter.Name}[{i - parameter.Offset}], training {training}: {slope} but {exact[i]}");
                    Assert.True(size[i] >= Math.Abs(exact[i]) * (1 - 1e-12));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(OracleNets))]
    public void Evaluation_is_that_of_PyTorch(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        var pass = new ReferenceNetwork(network, FormulaState.Of(network)).Forward(ConvolutionalOracle.Images(network, 0), training: false);
        Near([.. pass.Logits.SelectMany(row => row)], net, "evaluation", "logits");
        Assert.Equal(FormulaState.Of(network).Statistics.Select(x => (double)x), pass.Statistics);
    }

    [Theory]
    [MemberData(nameof(OracleNets))]
    public void Gradient_and_running_statistics_are_those_of_PyTorch(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        var pass = new ReferenceNetwork(network, FormulaState.Of(network)).Forward(ConvolutionalOracle.Images(network, 0), training: true);
        var labels = ConvolutionalOracle.Labels(network, 0);
        Near([.. pass.Logits.SelectMany(row => row)], net, "gradient", "logits");
        Near(pass.Gradient(labels).Gradient, net, "gradient", "gradient");
        Near(pass.Statistics, net, "gradient", "statistics");
    }

    /// <summary>In float64, where roundings are nothing, Winograd's way and the plain one are the same function.</summary>
    [Theory]
    [InlineData(4, 5)]
    [InlineData(9, 7)]
    public void A_convolution_by_Winograd_is_the_same_convolution(int rows, int columns)
    {
        var layer = new ConvolutionLayer("conv", new Shape(3, rows, columns), 2, Window.Square(3, padding: 1), Bias: true);
        var space = new WeightSpace(layer.Parameters);
        var context = new ReferenceContext<double>([.. Formula.Vector(space.Count, 1).Select(w => (double)w)], [], [], true, (_, _, _) => true);
        double[][][] inputs = [[[.. Formula.Vector(layer.Input.Count, 2).Select(x => (double)x)]]];
        double[][] above = [[.. Formula.Vector(layer.Output.Count, 3).Select(g => (double)g)]];
        var results = new ReferenceLayer<double>[] { new ReferenceProductLayer<double>(layer, space), new ReferenceWinogradLayer<double>(layer, space) }.Select(way =>
        {
            double[][][] below = [[new double[layer.Input.Count]]];
            var gradient = new ReferenceGradient<double>(space.Count);
            way.Backward(inputs, above, below, context, gradient);
            return way.Forward(inputs, context)[0].Concat(below[0][0]).Concat(gradient.Gradient).ToArray();
        }).ToArray();
        for (var i = 0; i < results[0].Length; i++) Assert.Equal(results[0][i], results[1][i], 1e-13);
    }

    [Fact]
    public void A_convolution_is_the_sum_that_it_says()
    {
        var builder = new NetworkBuilder("by hand", new Shape(1, 2, 3));
        builder.Convolution("conv", builder.Input, 1, 2, stride: 2, padding: 1);
        var twin = new ReferenceNetwork(builder.Build(), [1, 10, 100, 1000, 0.5f]);

        // Windows start at row -1 and columns -1 and 1, then at row 1.
        Assert.Equal([1000.5, 3200.5, 40.5, 65.5], twin.Logits([1, 2, 3, 4, 5, 6]));
    }

    [Fact]
    public void Poolings_treat_what_lies_outside_as_they_should()
    {
        float[] sample = [-1, -2, -3, -4];
        Assert.Equal([-1, -2, -3, -4], Pool((b, x) => b.MaxPool(x, 2, 2, 1), sample));
        Assert.Equal([-0.25, -0.5, -0.75, -1], Pool((b, x) => b.AveragePool(x, 2, 2, 1), sample));
        Assert.Equal([-2.5], Pool((b, x) => b.GlobalAveragePool(x), sample));

        static double[] Pool(Func<NetworkBuilder, int, int> pool, float[] sample)
        {
            var builder = new NetworkBuilder("by hand", new Shape(1, 2, 2));
            pool(builder, builder.Convolution("conv", builder.Input, 1, 1, bias: false));
            return new ReferenceNetwork(builder.Build(), [1]).Logits(sample);
        }
    }

    /// <summary>All values of the window are equal: the first takes the gradient, so the weight's gradient is the first pixel times the error.</summary>
    [Fact]
    public void Of_equal_values_the_first_takes_the_gradient()
    {
        var twin = new ReferenceNetwork(EqualValues.Network, EqualValues.State.Weights);
        var (gradient, _) = twin.Gradient(EqualValues.Samples, EqualValues.Labels);
        for (var i = 0; i < EqualValues.Gradient.Length; i++) Assert.Equal(EqualValues.Gradient[i], gradient[i], 1e-15);
    }

    [Fact]
    public void Running_statistics_move_a_tenth_of_the_way_to_mean_and_unbiased_variance()
    {
        var builder = new NetworkBuilder("by hand", new Shape(1, 1, 2));
        builder.Linear("fc", builder.BatchNorm("bn", builder.Input, affine: false), 2);
        var network = builder.Build();
        var pass = new ReferenceNetwork(network, new float[6], [5, 2]).Forward([[1, 2], [3, 6]], training: true);

        // Mean 3; squares 4 + 1 + 0 + 9 = 14 over 3.
        Assert.Equal(4.8, pass.Statistics[0], 1e-15);
        Assert.Equal(1.8 + (1.4 / 3), pass.Statistics[1], 1e-15);
        Assert.Equal(-2 / Math.Sqrt(3.5 + 1e-5), pass.Output(0)[0][0], 1e-15);
    }

    [Fact]
    public void Dropout_keeps_what_the_test_says_and_nothing_drops_in_evaluation()
    {
        var builder = new NetworkBuilder("by hand", new Shape(4, 1, 1));
        builder.Linear("fc", builder.Dropout(builder.Input, 0.75), 2);
        var network = builder.Build();
        var twin = new ReferenceNetwork(network, [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]) { Keeps = (_, sample, feature) => sample == feature };
        float[][] samples = [[1, 2, 3, 4], [1, 2, 3, 4]];
        Assert.Equal([4, 8], twin.Forward(samples, training: true).Logits.Select(row => row[0]));
        Assert.Equal([10, 10], twin.Forward(samples, training: false).Logits.Select(row => row[0]));
        Assert.Equal([2.0, 0, 0, 0], twin.Gradient(samples[..1], [1]).Gradient[..4].Select(g => g / ReferenceLoss.Of([4, 0], 1).Gradient[0] / 2));
    }

    private static void Near(double[] actual, string net, string run, string what)
    {
        var (values, stride, _) = ConvolutionalOracle.Find(net, run, what, actual.Length);
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i * stride], Tolerance);
    }
}
