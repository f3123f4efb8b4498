using System.Reflection;
using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>
/// The bits must not depend on the machine. The tests of kernels, passes and bits are run again with <c>DOTNET_EnableAVX512=0</c> and
/// <c>DOTNET_EnableAVX2=0</c>, and these fingerprints, like all the others, must hold there too.
/// </summary>
public class InstructionSetTests
{
    private const int Batch = 60, Steps = 30;

    /// <summary>
    /// Pinned: SHA-256 of the weights after 30 steps and of the last losses, dense, under a mask
    /// with dense kernels, and with sparse ones. A change here is a change of every result
    /// that was ever computed, and needs a reason as good.
    /// </summary>
    [Theory]
    [InlineData(
        "adam with decay",
        "abdf1519cbf2b85d9986e03869825676e5928a4f1d58c90ecdb85367753220e5",
        "f8ddd8d78812e1e31da6a107011f6e1e5c9cda7918b339ee6d104c1f4422d9ae",
        "e0b04d7aac1ac090c79fbfad79ac8819a6785659a4ac6c65d1a370074345d2e5")]
    [InlineData(
        "adam",
        "473c39afb9e011b1fa155690cf373b6688f6cb346b073c2fde05820ed9bc959c",
        "7896a0e1f6a506523de53f2d347c1cb6e2a0d16603e569b053676887bc3d022d",
        "5fe1dfc7a798f01d6d79c6bb277721e3579e8f01bc74706b4ac74d363aff6c3c")]
    [InlineData(
        "momentum",
        "52c4f6b585b7910c3fa8a441331d9c5c67ced86120a6fc622329cb6c341d0474",
        "e89eba4952e586f9b933d2a13f9d9c0a40c8a236b83ec541e33483ed203e2efe",
        "d24f957122c9917db5377e7f0fa2eb3cbea19334b147abdefe949a2a085a535a")]
    [InlineData(
        "nesterov",
        "4fed4be5b58855160452c517e32c0706bf6f27c9562eccb8a1d498e364157c3c",
        "2906d2758feb08af35ae2cc0875559fed847f72dae38d8fcb598f05ae6f69763",
        "23ededf56d401e73ad97269227552e68e5c8ce1892afbf123e70b58d6e779b7e")]
    [InlineData(
        "plain with decay",
        "86c678a3ce13034a10041001107142da4825ac19321dc5634506630c1879eb2c",
        "6715041c628c7eb8117bb2f3340919ed7d69b76b440190ae3a1701ad6edaf677",
        "e2a5a830388a12b053676b4c70b373f62432684996f1c46266ad4a4379a2af77")]
    [InlineData(
        "plain",
        "dc906d015ec5d0eb04cd52b09da86968041a5193efb7110edbd38b57f817e88d",
        "d4c09d09ab0ccbd8ecce6eefd1ec1d91f00cb060254a0bff78db906abf3527f6",
        "5e3aee9341a5c870e9f04dc8d8b87b431f806dce0cc502bc52a747e457b8aaf2")]
    [InlineData(
        "rmsprop with momentum",
        "ad806cec394dbeb6abee21e0c9abc2f60ad097857b2566488e1ffdcc7d32e4f6",
        "b30c7a0272018aaa444aef6d9cc438c0d4177a25929f38feb641c6b6e5a43ebc",
        "e48b02e166df90671db762c405ba1a96de0b8a0855202f9da247fc6f6e48fcb4")]
    [InlineData(
        "rmsprop",
        "d61c69aeb8766ddf96512dfc18e6186570110657486579c33c4ccbcd8b3fdcd3",
        "7f084f13fb2f0c36d91fa9383a900658b6c2c171b3325ebad15e635926aaa3aa",
        "dbca7f03e6086593f45f3205e7226e4fed0457935dcc873f3ae68cda932ce0a5")]
    public void The_bits_of_a_short_training_are_the_same_on_every_machine(string name, string dense, string masked, string sparse) =>
        Assert.Equal((dense, masked, sparse), (Train(name, masked: false), Train(name, masked: true), Train(name, masked: true, sparse: true)));

    /// <summary>Pinned: SHA-256 of output, input gradient, weight gradient and bias gradient of one convolution.</summary>
    [Theory]
    [InlineData(3, 1, 1, "1b993bce37116dfce0aafad308e725f8c23d68a8cc133de416526582b08cfa73")]
    [InlineData(3, 2, 1, "4b4673ed9cc92b13722ffc1fe07b6557a8f724f48ed127317e04daa292a4a0d4")]
    [InlineData(1, 2, 0, "fd84a09fa41ea76cb631e60220df3bb920b77694b3c5a2b6cd12ffd48e8725e6")]
    public void The_bits_of_a_convolution_are_the_same_on_every_machine(int kernel, int stride, int padding, string fingerprint)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(13, 21, kernel, stride, padding, 9, 10), 3);
        var shape = twin.Shape;
        var (forward, backward) = (TapTable.Forward(shape), TapTable.Backward(shape));
        var (output, inputGradient) = (new float[twin.Gradient.Length], new float[twin.Input.Length]);
        var (weightGradient, biasGradient) = (new float[shape.Weights], new float[shape.Outputs]);
        var packed = new float[ConvolutionWeights.PackedFloats(shape.Inputs, shape.Outputs, shape.Taps)];
        ConvolutionWeights.PackForward(twin.Weights, Formula.Vector(shape.Outputs, 4), packed, shape, 0, ConvolutionWeights.Tiles(shape.Outputs));
        var finish = new Epilogue { Bias = Formula.Vector(shape.Outputs, 5), Residual = twin.Gradient, Rectify = true };
        DirectKernel.Run(forward, packed, twin.Input, twin.InputPlanes, output, twin.OutputPlanes, DirectRange.All(forward, twin.Blocks), finish);
        packed = new float[ConvolutionWeights.PackedFloats(shape.Outputs, shape.Inputs, shape.Taps)];
        ConvolutionWeights.PackBackward(twin.Weights, packed, shape, 0, ConvolutionWeights.Tiles(shape.Inputs));
        DirectKernel.Run(
            backward, packed, twin.Gradient, twin.OutputPlanes, inputGradient, twin.InputPlanes, DirectRange.All(backward, twin.Blocks), default);
        var scratch = new float[WeightGradientKernel.ScratchFloats(shape)];
        WeightGradientKernel.Run(
            shape, twin.Gradient, twin.OutputPlanes, twin.Input, twin.InputPlanes, twin.Blocks, weightGradient, 0, shape.Outputs, scratch);
        BiasGradientKernel.Run(twin.Gradient, twin.OutputPlanes, shape.OutputPixels, twin.Blocks, biasGradient, 0, shape.Outputs);
        Assert.Equal(fingerprint, Bits.Fingerprint([.. output, .. inputGradient, .. weightGradient, .. biasGradient]));
    }

    /// <summary>So that a run that was meant for other instruction sets cannot pass with the usual ones.</summary>
    [Fact]
    public void Instruction_sets_that_are_switched_off_are_off()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0") Assert.False(Avx512F.IsSupported || Lanes.Wide);
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAVX2") == "0") Assert.False(Avx2.IsSupported || Fma.IsSupported || Lanes.Wide);
        if (Avx512F.IsSupported) Assert.True(Avx2.IsSupported && Fma.IsSupported);
    }

    [Fact]
    public void Every_optimiser_has_a_fingerprint()
    {
        var method = GetType().GetMethod(nameof(The_bits_of_a_short_training_are_the_same_on_every_machine))!;
        var pinned = method.GetCustomAttributes<InlineDataAttribute>().Select(data => (string)data.GetData(method).Single()[0]);
        Assert.Equal(Workbench.Optimizers.Keys.Order(), pinned.Order());
    }

    private static string Train(string name, bool masked, bool sparse = false)
    {
        var network = Workbench.Small;
        var mask = masked ? Workbench.Mask(network, 0.3) : null;
        var (spec, rate) = Workbench.Optimizers[name];
        using var plan = new Plan(network, mask, Batch, training: true, team: null, Phases(training: true));
        using var optimizer = plan.CreateOptimizer(spec);
        var state = Workbench.State(network);
        plan.Load(mask is null ? state : state.Under(mask));
        for (var step = 0u; step < Steps; step++)
        {
            // Two full batches, then a short one, as at the end of an epoch.
            plan.Fill(Workbench.Samples(network, Batch, step), Workbench.Labels(network, Batch, step));
            plan.Step(step % 3 == 2 ? 37 : Batch, optimizer, rate);
        }

        return Bits.Fingerprint([.. plan.Weights, .. plan.Losses]);

        Func<Parameter, int, SparsePhases> Phases(bool training) =>
            SparseChoice.For(network, training, (_, _) => new SparsePhases(sparse, sparse, sparse));
    }
}
