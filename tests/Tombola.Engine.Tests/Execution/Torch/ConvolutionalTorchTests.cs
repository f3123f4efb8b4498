using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>The same convolutional networks, images and steps in PyTorch.</summary>
/// <remarks>
/// As in <see cref="TorchOracleTests"/>: PyTorch's float32 run makes the same roundings in another order, so the engine may be off by 4 times what that run
/// is at its worst element, and by one unit in the last place of the largest number. PyTorch sums products; Winograd's transforms make the usual rounding of a
/// 3x3 convolution of C channels larger, by 94 sqrt(C / 2 + 16) / (6.4 sqrt(C)) at the worst place of a tile (94 is the largest product of the matrices' norms,
/// as in the kernels' own tests), which is 18 for 16 channels and less for more.
/// </remarks>
public class ConvolutionalTorchTests
{
    public static TheoryData<string> Nets => [.. Quick(ConvolutionalOracle.Nets)];

    public static TheoryData<string> TrainedNets => [.. Quick(ConvolutionalOracle.TrainedNets)];

    [Theory]
    [MemberData(nameof(Nets))]
    public void Logits_with_running_statistics_are_those_of_PyTorch(string net)
    {
        using var plan = Prepare(ConvolutionalOracle.Create(net), training: false);
        plan.Evaluate(ConvolutionalOracle.Batch);
        Near(Logits(plan), net, "evaluation", "logits");
    }

    [Theory]
    [MemberData(nameof(TrainedNets))]
    public void The_gradient_is_that_of_PyTorch(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        using var plan = Prepare(network, training: true);
        var gradient = new float[network.Space.Count];
        plan.Gradient(ConvolutionalOracle.Batch, gradient);
        Near(Logits(plan), net, "gradient", "logits");
        Near(gradient, net, "gradient", "gradient");
        plan.UpdateStatistics(ConvolutionalOracle.Batch, BatchNormLayer.Momentum);
        Near(plan.Statistics.ToArray(), net, "gradient", "statistics");
    }

    [Theory]
    [MemberData(nameof(TrainedNets))]
    public void Five_steps_lead_where_they_lead_in_PyTorch(string net)
    {
        var network = ConvolutionalOracle.Create(net);
        using Plan plan = Prepare(network, training: true), evaluation = Prepare(network, training: false);
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4));
        var losses = new float[ConvolutionalOracle.Steps];
        for (var step = 0; step < losses.Length; step++)
        {
            plan.Fill(ConvolutionalOracle.Images(network, step), ConvolutionalOracle.Labels(network, step));
            losses[step] = (float)plan.Step(ConvolutionalOracle.Batch, optimizer, ConvolutionalOracle.Rate).Loss;
        }

        Near(losses, net, "training", "losses");
        var tolerance = Near(plan.Weights.ToArray(), net, "training", "weights");
        Near(plan.Statistics.ToArray(), net, "training", "statistics");
        evaluation.Load(plan.Save());
        evaluation.Evaluate(ConvolutionalOracle.Batch);
        Near(Logits(evaluation), net, "training", "logits");

        // Five steps move the weights so far that no wrong rule could hide within the tolerance.
        var start = FormulaState.Of(network).Weights;
        Assert.True(plan.Weights.ToArray().Zip(start, (w, w0) => Math.Abs(w - w0)).Max() > 1000 * tolerance);
    }

    /// <summary>Without fused multiply-adds in hardware the larger nets take minutes, and to see that they have the same bits there is what fingerprints are for.</summary>
    private static IEnumerable<string> Quick(IEnumerable<string> nets) => nets.Where(net => Fma.IsSupported || net is not ("cifar_resnet_8" or "cifar_vgg_11"));

    private static double Near(float[] actual, string net, string run, string what)
    {
        var (values, stride, singleError) = ConvolutionalOracle.Find(net, run, what, actual.Length);
        var usesWinograd = ConvolutionalOracle.Create(net).Layers.OfType<ConvolutionLayer>().Any(ReferenceWinogradLayer<float>.IsUsedFor);
        var tolerance = ((usesWinograd ? 18 : 1) * 4 * singleError) + (6e-8 * values.Max(Math.Abs));
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i * stride], tolerance);
        return tolerance;
    }

    private static float[] Logits(Plan plan) =>
        [.. Enumerable.Range(0, ConvolutionalOracle.Batch * plan.Network.Classes).Select(i => plan.Logit(i / plan.Network.Classes, i % plan.Network.Classes))];

    private static Plan Prepare(Network network, bool training)
    {
        var plan = new Plan(network, null, ConvolutionalOracle.Batch, training);
        plan.Load(FormulaState.Of(network));
        plan.Fill(ConvolutionalOracle.Images(network, 0), ConvolutionalOracle.Labels(network, 0));
        return plan;
    }
}
