using Tombola.Engine.Execution;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>As <see cref="InstructionSetTests"/>, for networks with maps: the bits must not depend on the machine.</summary>
public class ConvolutionalInstructionSetTests
{
    private const int Batch = 40, Steps = 3;

    /// <summary>
    /// Pinned: SHA-256 of weights, running statistics and losses after three steps, the last with a short batch, and of the logits' losses in evaluation; dense
    /// and under a mask. A change here is a change of every result that was ever computed, and needs a reason as good.
    /// </summary>
    [Theory]
    [InlineData(
        "block of convolutions by Winograd",
        "",
        "")]
    [InlineData(
        "cifar_resnet_8_4",
        "",
        "")]
    [InlineData(
        "narrow_vgg",
        "",
        "")]
    [InlineData(
        "mixed",
        "",
        "")]
    public void The_bits_of_a_short_training_are_the_same_on_every_machine(string net, string dense, string masked) =>
        Assert.Equal((dense, masked), (Train(net, masked: false), Train(net, masked: true)));

    private static string Train(string net, bool masked)
    {
        var network = ConvolutionalOracle.Create(net);
        var mask = masked ? Workbench.Mask(network, 0.3) : null;
        using Plan plan = new(network, mask, Batch, training: true), evaluation = new(network, mask, Batch, training: false);
        using var optimizer = new Optimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4), network.Space.Count);
        var state = FormulaState.Of(network);
        plan.Load(mask is null ? state : state.Under(mask));
        for (var step = 0; step < Steps; step++)
        {
            plan.Fill(Workbench.Samples(network, Batch, (uint)step), Workbench.Labels(network, Batch, (uint)step));
            plan.Step(step == Steps - 1 ? 33 : Batch, optimizer, 0.05);
        }

        evaluation.Load(plan.Save());
        evaluation.Fill(Workbench.Samples(network, Batch), Workbench.Labels(network, Batch));
        evaluation.Evaluate(Batch);
        return Bits.Fingerprint([.. plan.Weights, .. plan.Statistics, .. plan.Losses, .. evaluation.Losses]);
    }
}
