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
        "8dc2841b2acab1ca4b87c28d5c0edbba3ec2bd24fa7e5b1610083e949c14da30",
        "e26d7cd5ff91f87d346630731a84514c89341a77b13f656e35fe92df30621f99")]
    [InlineData(
        "cifar_resnet_8_4",
        "8cca7c018ca9548b556603838b354721385093850a466c104a67a40a052ac313",
        "beb2d5396f38667c543b1a9da8e18613d56b18abaffe8c4c9a336437069834d1")]
    [InlineData(
        "narrow_vgg",
        "69c0f16efab1090c28fc0df0f2446eb1df87d70d8520ef58a06b9413b138c2cd",
        "da5e289cd8811ef89dc2a4b53697eff672d3a8916c1680bec4e94d640c97f624")]
    [InlineData(
        "mixed",
        "b8467d9577cf48a19267c966c7d2c825bc29b46249d6fa23ba4b063a844826a1",
        "1d2888f261735385e4a1f1a0d9373d9b2854e49dd238ee72b3bba93626d6e1ad")]
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
