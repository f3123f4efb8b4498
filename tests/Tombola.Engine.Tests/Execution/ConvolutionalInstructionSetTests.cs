using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>As <see cref="InstructionSetTests"/>, for networks with maps: the bits must not depend on the machine.</summary>
public class ConvolutionalInstructionSetTests
{
    private const int Batch = 40, Steps = 3;

    /// <summary>
    /// Pinned: SHA-256 of weights, running statistics and losses after three steps, the last with a short batch, and of the logits' losses in evaluation; dense,
    /// under a mask with dense kernels, and with sparse ones. A change here is a change of every result that was ever computed, and needs a reason as good.
    /// </summary>
    [Theory]
    [InlineData(
        "block of convolutions by Winograd",
        "6309496bed1a00760c3503267395b7e4333c209c000af30c2e64e9240d151764",
        "69298713582c482d85ee066b3296483e9d09a9ffa7587fe6fa3c8ba1d664cc7b",
        "01abb740337ad7ac9095c6f51abca1c02c350f16a605eadfe585ae11b6e7aba7")]
    [InlineData(
        "cifar_resnet_8_4",
        "177b625d359f0912a26db88aaf602b9d86ad7586be22ee6d1a3b98daa9779396",
        "091acb7e1b0a16273fa296a6258f699af7850aa0052c7045739c8eecf637e5ed",
        "c36da561127fc42efa65c5699e71e140929a3520ca3b7b0fcb85a41818ba6483")]
    [InlineData(
        "narrow_vgg",
        "bf75e97a5be01b0db719d2939a5500fa9a0cc94df704ec39e986f32e977cdc60",
        "59ac250dfc6287de2786d57f34fe084d68e8d370a0b6489fe5e2ad8efe8ee58e",
        "be6093b3b4b6e8ad2fbb73b71e5427878e4e1700705c65a777d24773d4be3596")]
    [InlineData(
        "mixed",
        "9e8004903561b7a976a16c03e0c96b5c3d307c57513ad16370e09959229ae725",
        "035c12184bf3af9922d74fcf99f6d1b58ba899451ae9d14f894f3c9d7e175ba2",
        "bd00f699ff1af29ed426fb87f77fcff1a6eec491cd4410734c9e2df12f1970d3")]
    public void The_bits_of_a_short_training_are_the_same_on_every_machine(string net, string dense, string masked, string sparse) =>
        Assert.Equal((dense, masked, sparse), (Train(net, masked: false), Train(net, masked: true), Train(net, masked: true, sparse: true)));

    private static string Train(string net, bool masked, bool sparse = false)
    {
        var network = ConvolutionalOracle.Create(net);
        var mask = masked ? Workbench.Mask(network, 0.3) : null;
        using Plan plan = new(network, mask, Batch, training: true, team: null, Phases(training: true)), evaluation = new(network, mask, Batch, training: false, team: null, Phases(training: false));
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4));
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

        Func<Parameter, int, SparsePhases> Phases(bool training) =>
            SparseChoice.For(network, training, (_, _) => new SparsePhases(sparse, sparse, sparse));
    }
}
