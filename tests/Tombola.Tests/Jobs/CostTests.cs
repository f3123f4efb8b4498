using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Costs against the ratios of times under masks that docs/performance.md reports: a forecast may be too high, but not much too low.</summary>
public sealed class CostTests
{
    [Theory]
    [InlineData("mnist_lenet_300_100", 0.5, 0.83)]
    [InlineData("mnist_lenet_300_100", 0.2, 0.41)]
    [InlineData("mnist_lenet_300_100", 0.1, 0.25)]
    [InlineData("mnist_lenet_300_100", 0.05, 0.16)]
    [InlineData("mnist_lenet_300_100", 0.015, 0.08)]
    [InlineData("cifar_resnet_20", 0.5, 0.97)]
    [InlineData("cifar_resnet_20", 0.2, 0.99)]
    [InlineData("cifar_resnet_20", 0.1, 0.87)]
    [InlineData("cifar_resnet_20", 0.05, 0.73)]
    [InlineData("cifar_resnet_20", 0.015, 0.56)]
    [InlineData("cifar_vgg_16", 0.1, 0.74)]
    [InlineData("cifar_vgg_16", 0.015, 0.44)]
    public void A_sparse_step_costs_about_what_it_takes(string model, double density, double measured) =>
        Assert.InRange(Arithmetic.SparsePart(model, density), 0.95 * measured, measured + 0.15);

    [Theory]
    [InlineData("mnist_lenet_300_100")]
    [InlineData("cifar_resnet_20")]
    public void More_weights_never_cost_less_and_all_of_them_cost_a_dense_step(string model)
    {
        Assert.Equal(1, Arithmetic.SparsePart(model, 1));
        double[] densities = [0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 1];
        var parts = densities.Select(density => Arithmetic.SparsePart(model, density)).ToArray();
        Assert.Equal(parts.Order(), parts);
        Assert.All(parts, part => Assert.InRange(part, 0.05, 1));
    }

    [Fact]
    public void Training_costs_its_steps_and_the_measurements_of_the_test_set()
    {
        // 100 steps of 30 examples, forward and backward; 300 examples make ten steps an epoch; through the test set it goes forward only.
        double flops = Architectures.Create(Workshop.Model).Flops;
        var test = Tombola.Data.Datasets.ExpectedSize(Workshop.Glyphs).Test;
        var steps = 100 * 30 * 1.5 * flops;
        Assert.Equal(steps + (11 * test * flops / 2), Workshop.Dense.Cost, 1e-9 * steps);

        // A long training is measured 25 times on its way, and every one at its end.
        var longer = Workshop.Dense with { To = 1000, Recipe = Workshop.Dense.Recipe with { Steps = "1000it" } };
        Assert.Equal((10 * steps) + (26 * test * flops / 2), longer.Cost, 1e-9 * steps);
        Assert.Equal((6 * steps) + (16 * test * flops / 2), longer.CostFrom(400), 1e-9 * steps);
        var sparse = Workshop.Dense with { Mask = Workshop.Prune with { Fraction = 0.9 } };
        Assert.Equal(0.25 * Workshop.Dense.Cost, sparse.Cost, 1e-9 * steps);
        Assert.Equal(0.25 * Workshop.Dense.Cost, (sparse with { Mask = Workshop.Prune with { Fraction = 0, Density = 0.1 } }).Cost, 1e-9 * steps);
        Assert.Equal(sparse.Cost, (sparse with { Mask = new ShuffleMaskJob { Model = Workshop.Model, Mask = sparse.Mask, Seed = 1 } }).Cost);
        Assert.Equal(Workshop.Dense.Cost, (sparse with { Kernels = "dense" }).Cost);
    }
}
