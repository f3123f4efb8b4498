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
        "e81fc0e9db6f43e77f32a0bf70fd4948f499949a285518811bca4456791e7805",
        "ef4ac52b487600651af0fba2622c84f399d966a59742f122fc16990100aef417")]
    [InlineData(
        "cifar_resnet_8_4",
        "bdcd8e199ee88b388d08c9e7162a9aa3256a1059b835a25c23fceb73f9c44450",
        "4b242d9122fbc70939346251410fb560191fb75dbf27d605f14d57355f0d4765")]
    [InlineData(
        "narrow_vgg",
        "3044cc18e56dfbe66a4661abe6d00f02403c5bd225f3e2026bc8ab07f523ef43",
        "7344d5ceb8cf0c9a0327a91fa627d8e0fc297a4c8f78797c63dd3a6ffee0bcd1")]
    [InlineData(
        "mixed",
        "6d61a15b550f1debba1d50ddfa2a5ad40d6469ab2c471915f22ad27e2adff7a9",
        "95ecc6a63253b2d4842fec824cbd3027c8374dfe56ec0529bb4fc2decdec52a8")]
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
