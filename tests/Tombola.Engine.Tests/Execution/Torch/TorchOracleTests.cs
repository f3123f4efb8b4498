using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>The same networks, images and optimisers in PyTorch.</summary>
/// <remarks>
/// The file holds PyTorch's float64 results. Its float32 run makes the same roundings as the engine in another order, so the engine may be off by
/// as much as that run was at its worst weight; a factor of 4 and one unit in the last place of a number near 1 (6e-8) leave room for luck.
/// </remarks>
public class TorchOracleTests
{
    private static readonly Network Tiny = Architectures.Create("mnist_lenet_8_6");

    public static TheoryData<string> Runs => [.. TorchOracle.Runs];

    [Fact]
    public void Logits_of_LeNet_300_100_are_those_of_PyTorch()
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        using var plan = Prepare(network, training: false);
        plan.Evaluate(TorchOracle.Batch);
        Near([.. Enumerable.Range(0, TorchOracle.Batch * 10).Select(i => plan.Logit(i / 10, i % 10))], 1, "mnist_lenet_300_100", "logits");
    }

    [Fact]
    public void The_gradient_is_that_of_PyTorch()
    {
        using var plan = Prepare(Tiny, training: true);
        var gradient = new float[Tiny.Space.Count];
        plan.Gradient(TorchOracle.Batch, gradient);
        Near(gradient, TorchOracle.Stride, "mnist_lenet_8_6", "gradient");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Ten_steps_lead_where_they_lead_in_PyTorch(string run)
    {
        var (spec, rate) = run switch
        {
            "sgd" => (new OptimizerSpec(OptimizerKind.Sgd), 0.1),
            "sgd with weight decay" => (new OptimizerSpec(OptimizerKind.Sgd, WeightDecay: 1e-2), 0.1),
            "momentum" => (new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4), 0.05),
            "nesterov" => (new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, Nesterov: true, WeightDecay: 1e-4), 0.05),
            "adam" => (new OptimizerSpec(OptimizerKind.Adam), 1.2e-3),
            "adam with weight decay" => (new OptimizerSpec(OptimizerKind.Adam, WeightDecay: 1e-2), 1.2e-3),
            "rmsprop" => (new OptimizerSpec(OptimizerKind.RmsProp), 1e-3),
            _ => (new OptimizerSpec(OptimizerKind.RmsProp, Momentum: 0.9, WeightDecay: 1e-4), 1e-4),
        };
        using var plan = Prepare(Tiny, training: true);
        using var optimizer = plan.CreateOptimizer(spec);
        var losses = new float[TorchOracle.Steps];
        for (var step = 0; step < TorchOracle.Steps; step++)
        {
            plan.Fill(TorchOracle.Images(Tiny, step), TorchOracle.Labels(Tiny, step));
            losses[step] = (float)plan.Step(TorchOracle.Batch, optimizer, rate).Loss;
        }

        Near(losses, 1, "training", run, "losses");
        var tolerance = Near(plan.Weights.ToArray(), TorchOracle.Stride, "training", run, "weights");

        // Ten steps move the weights so far that no wrong rule could hide within the tolerance.
        var start = TorchOracle.State(Tiny).Weights;
        Assert.True(plan.Weights.ToArray().Zip(start, (w, w0) => Math.Abs(w - w0)).Max() > 1000 * tolerance);
    }

    private static double Near(float[] actual, int stride, params string[] path)
    {
        var (values, singleError) = TorchOracle.Find(path);
        var tolerance = (4 * singleError) + 6e-8;
        Assert.Equal((actual.Length + stride - 1) / stride, values.Length);
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i * stride], tolerance);
        return tolerance;
    }

    private static Plan Prepare(Network network, bool training)
    {
        var plan = new Plan(network, null, TorchOracle.Batch, training);
        plan.Load(TorchOracle.State(network));
        plan.Fill(TorchOracle.Images(network, 0), TorchOracle.Labels(network, 0));
        return plan;
    }
}
