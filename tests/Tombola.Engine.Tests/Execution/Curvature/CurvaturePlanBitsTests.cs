using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Products with curvature have the same bits on every machine, and allocate nothing.</summary>
public class CurvaturePlanBitsTests
{
    private const int Count = 37;

    /// <summary>Pinned: SHA-256 of a product and the losses. Run again with instruction sets switched off.</summary>
    [Theory]
    [InlineData("mnist_lenet_20_7", 1, "folded", "78171bdfcecf43188fa77b8a9d6772c168488da5e5c57f541aa4e1ec2e36f3a5")]
    [InlineData("mnist_lenet_300_100", 0.1, "folded", "f4ad34cba50d27b9cd858fce5777e6cbe33a65e2c7b406a812c00afa41ee7c08")]
    [InlineData("cifar_resnet_8_4", 1, "folded", "db28e6d38983d8b5f99e639a8e636273f75f469cd4ecac104317cbbdb0dc8369")]
    [InlineData("cifar_resnet_8_4", 1, "norms", "24408b8a9afd64be7f5fd0877f38a922a41ebb22d178539bc95167142b4b72d7")]
    [InlineData("cifar_resnet_8_4", 0.2, "batch", "e5f35ebbb3e620ab6173a4be15567516f87fb2bdbb530321a2158f8328aae644")]
    [InlineData("cifar_resnet_8_8", 0.05, "folded", "7aba271afd4e9dfce8c5abffd7d230dc426c655055df6a66cb7e651e0ba38e14")]
    [InlineData("cifar_resnet_8_8", 1, "gauss-newton", "509a248fc3bf72bc6cd473e518a9286000530dfaa10173f6f811e8c144eaf073")]
    [InlineData("cifar_conv_2_8", 1, "folded", "3d97f54ea5457179d2a867a24d372ff342b95454bd3cf238e69aa31ffd5a2c07")]
    public void The_bits_of_a_product_are_the_same_on_every_machine(string model, double density, string mode, string fingerprint)
    {
        using var plan = Compile(model, density, mode, out var product);
        var loss = plan.Multiply(Count, product);
        var found = Bits.Fingerprint([.. product, (float)loss.LossSum]);
        Assert.True(fingerprint == found, $"{model} {density} {mode}: {found}");
    }

    [Theory]
    [InlineData("mnist_lenet_20_7", 1, "folded")]
    [InlineData("cifar_resnet_8_4", 0.1, "folded")]
    [InlineData("cifar_resnet_8_4", 1, "batch")]
    public void A_product_allocates_nothing(string model, double density, string mode)
    {
        using var plan = Compile(model, density, mode, out var product);
        var direction = product.ToArray();
        for (var i = 0; i < 3; i++) plan.Multiply(Count, product);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
        {
            plan.Direct(direction);
            plan.Multiply(Count, product);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ICurvaturePlan Compile(string model, double density, string mode, out float[] direction)
    {
        var network = Architectures.Create(model);
        var mask = density == 1 ? null : Workbench.Mask(network, density);
        var state = FormulaState.Of(network);
        if (mask is not null) state = state.Under(mask);
        var plan = Backends.Cpu.Compile(new CurvatureRequest(network, 40)
        {
            Mask = mask,
            NormParameters = mode is "norms" or "batch",
            BatchStatistics = mode == "batch",
            GaussNewton = mode == "gauss-newton",
        });
        plan.Load(state);
        var (samples, labels) = (Workbench.Samples(network, Count), Workbench.Labels(network, Count));
        for (var n = 0; n < Count; n++)
        {
            samples[n].CopyTo(plan.Sample(n));
            plan.Labels[n] = labels[n];
        }

        direction = Formula.Vector(network.Space.Count, 21, 1);
        mask?.Apply(direction);
        foreach (var part in network.Layers.OfType<BatchNormLayer>().Where(_ => mode is "folded" or "gauss-newton").SelectMany(layer => layer.Parameters))
        {
            network.Space[part.Name].Of(direction.AsSpan()).Clear();
        }

        plan.Direct(direction);
        return plan;
    }
}
