using FsCheck;
using FsCheck.Fluent;
using Tombola.Benchmarks;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class BenchmarkMasksTests
{
    /// <summary>The number of its weights is odd.</summary>
    private static readonly Network Small = Architectures.Create("mnist_lenet_5_3");

    private static readonly double[] Falling = [0.5, 0.42, 0.1];

    public static TheoryData<string> Models => [.. BenchmarkMasks.Models];

    [Fact]
    public void Three_models_have_masks() => Assert.Equal(["cifar_resnet_20", "cifar_vgg_16", "mnist_lenet_300_100"], BenchmarkMasks.Models);

    [Theory]
    [MemberData(nameof(Models))]
    public void Masks_are_nested_and_keep_the_right_number(string model)
    {
        var network = Architectures.Create(model);
        var wider = BenchmarkMasks.Of(network, 1);
        Assert.Equal(Mask.Full(network.Space), wider);
        foreach (var density in (double[])[0.9, 0.2, 0.13, 0.11, 0.015, 0.004])
        {
            var mask = BenchmarkMasks.Of(network, density);
            Assert.Equal((int)Math.Round(density * network.Space.PrunableCount), mask.Remaining);
            Assert.True(mask.IsWithin(wider));
            wider = mask;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_stored_density_gives_the_stored_mask(string model)
    {
        var network = Architectures.Create(model);
        var ladder = BenchmarkMasks.Load(network);
        Assert.Equal(ladder.Densities.OrderDescending(), ladder.Densities);
        for (var i = 0; i < ladder.Densities.Count; i += 3)
        {
            var (mask, place) = (BenchmarkMasks.Of(network, ladder.Densities[i]), 0);
            var differ = network.Space.Prunable.Sum(parameter => Enumerable.Range(parameter.Offset, parameter.Count).Count(index => mask[index] != ladder.Remaining[place++] > i));
            Assert.Equal(0, differ);
        }
    }

    [Fact]
    public void Between_stored_densities_the_rest_is_drawn_once_and_for_all()
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        Assert.Equal(BenchmarkMasks.Of(network, 0.15), BenchmarkMasks.Of(network, 0.15));
        Assert.True(BenchmarkMasks.Of(network, 0.1).IsWithin(BenchmarkMasks.Of(network, 0.15)));
    }

    [Fact]
    public void A_model_without_masks_is_told_which_have_some()
    {
        var refused = Assert.Throws<SettingException>(() => BenchmarkMasks.Of(Small, 0.5));
        Assert.All(BenchmarkMasks.Models, model => Assert.Contains(model, refused.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "above 0 and at most 1")]
    [InlineData(-0.1, "above 0 and at most 1")]
    [InlineData(1.01, "above 0 and at most 1")]
    [InlineData(double.NaN, "above 0 and at most 1")]
    [InlineData(1e-9, "leaves none of the 266200 weights")]
    public void A_density_that_is_none_is_refused(double density, string part) => Assert.Contains(
        part, Assert.Throws<SettingException>(() => BenchmarkMasks.Of(Architectures.Create("mnist_lenet_300_100"), density)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_gives_back_what_was_written() =>
        Prop.ForAll(Gen.Choose(0, Falling.Length).Select(number => (byte)number).ArrayOf(Small.Space.PrunableCount).ToArbitrary(), remaining =>
        {
            var read = MaskLadder.Read(new MaskLadder(Small.Name, Falling, remaining).ToBytes(), Small);
            return read.Model == Small.Name && read.Densities.SequenceEqual(Falling) && read.Remaining.AsSpan().SequenceEqual(remaining);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_damaged_file_is_refused()
    {
        var whole = new MaskLadder(Small.Name, Falling, new byte[Small.Space.PrunableCount]).ToBytes();
        Prop.ForAll(Gen.Choose(0, whole.Length - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (place, flip) =>
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= (byte)flip;
            return IsRefused(damaged) && IsRefused(whole[..place]);
        }).QuickCheckThrowOnFailure();

        static bool IsRefused(byte[] file) =>
            Assert.Throws<InvalidDataException>(() => MaskLadder.Read(file, Small)).Message.Contains("damaged", StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_network_is_refused()
    {
        var file = new MaskLadder(Small.Name, Falling, new byte[Small.Space.PrunableCount]).ToBytes();
        var refused = Assert.Throws<InvalidDataException>(() => MaskLadder.Read(file, Architectures.Create("mnist_lenet_3_5")));
        Assert.Contains("mnist_lenet_3_5", refused.Message, StringComparison.Ordinal);
    }
}
