using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

public class BatchNormInitializersTests
{
    private static readonly Network ResNet = Architectures.Create("cifar_resnet_8");

    public static TheoryData<string> Names => [.. BatchNormInitializers.Names];

    [Fact]
    public void The_names_are_those_of_OpenLTH() => Assert.Equal(["fixed", "oneone", "positivenegative", "uniform"], BatchNormInitializers.Names);

    /// <summary>Of n uniform draws the extremes come within 10/n of the ends but for e^-10 each; the mean errs by sqrt(width^2 / 12n), of which five.</summary>
    [Theory]
    [InlineData("uniform", 0)]
    [InlineData("positivenegative", -1)]
    public void Random_scales_fill_their_interval(string name, double lowest)
    {
        var (state, width) = (Initialize(name), 1 - lowest);
        var scales = Norms().SelectMany(norm => state[ResNet.Space[$"{norm.Name}.weight"]].ToArray()).Select(scale => (double)scale).ToArray();
        Assert.InRange(scales.Min(), lowest, lowest + (10 * width / scales.Length));
        Assert.InRange(scales.Max(), 1 - (10 * width / scales.Length), 1);
        Assert.Equal(lowest + (width / 2), scales.Average(), 5 * width / Math.Sqrt(12.0 * scales.Length));
        Assert.Equal(scales.Length, scales.Distinct().Count());
    }

    [Theory]
    [InlineData("fixed", 0)]
    [InlineData("oneone", 1)]
    public void Fixed_scales_are_one(string name, float shift)
    {
        var state = Initialize(name);
        foreach (var norm in Norms())
        {
            Assert.All(state[ResNet.Space[$"{norm.Name}.weight"]].ToArray(), scale => Assert.Equal(1, scale));
            Assert.All(state[ResNet.Space[$"{norm.Name}.bias"]].ToArray(), value => Assert.Equal(shift, value));
        }
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("positivenegative")]
    public void Shifts_start_at_zero(string name)
    {
        var state = Initialize(name);
        Assert.All(Norms(), norm => Assert.False(state[ResNet.Space[$"{norm.Name}.bias"]].ContainsAnyExcept(0f)));
    }

    [Fact]
    public void Uniform_is_what_one_gets_without_asking()
    {
        var stream = new RandomStream(1, RandomStream.Init);
        Assert.Equal("uniform", BatchNormInitializers.Default);
        Bits.Equal(Initialize("uniform").Weights, Initializers.Initialize(ResNet, "kaiming_normal", stream).Weights);
    }

    /// <summary>Whatever the batch norms are given, convolutions are as they were, and the other way round.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_two_initialisers_do_not_disturb_each_other(string name)
    {
        var stream = new RandomStream(1, RandomStream.Init);
        var (usual, state, other) = (Initialize("uniform"), Initialize(name), Initializers.Initialize(ResNet, "binary", stream, name));
        foreach (var parameter in ResNet.Space.Parameters)
        {
            if (parameter.Prunable) Bits.Equal(usual[parameter], state[parameter]);
            else Bits.Equal(state[parameter], other[parameter]);
        }
    }

    /// <summary>No two tensors may share draws: each has the stream's epoch to itself.</summary>
    [Fact]
    public void Every_batch_norm_has_draws_of_its_own()
    {
        var state = Initialize("uniform");
        Assert.Equal(Norms().Count(), Norms().Select(norm => state[ResNet.Space[$"{norm.Name}.weight"]][0]).Distinct().Count());
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("positivenegative")]
    public void Seed_and_stream_give_the_bits(string name)
    {
        float[] Make(ulong seed, string stream) => Initializers.Initialize(ResNet, "kaiming_normal", new RandomStream(seed, stream), name).Weights[432..448];
        Assert.Equal((432, 16), (ResNet.Space["bn.weight"].Offset, ResNet.Space["bn.weight"].Count));
        Bits.Equal(Make(3, RandomStream.Init), Make(3, RandomStream.Init));
        Assert.NotEqual(Make(3, RandomStream.Init), Make(4, RandomStream.Init));
        Assert.NotEqual(Make(3, RandomStream.Init), Make(3, RandomStream.Reinit));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Running_statistics_start_at_mean_0_and_variance_1(string name)
    {
        var state = Initialize(name);
        foreach (var part in ResNet.Space.Statistics)
        {
            var expected = part.Name.EndsWith(".running_var", StringComparison.Ordinal) ? 1f : 0f;
            Assert.False(state[part].ContainsAnyExcept(expected));
        }
    }

    [Fact]
    public void Batch_norms_without_weights_need_no_initialiser()
    {
        var network = SmallNetworks.Create("batch norm without weights");
        Bits.Equal(
            Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init), "fixed").Weights,
            Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init), "uniform").Weights);
    }

    /// <summary>Kaiming's variance is 2 over the inputs of one output, which for a convolution are channels times the kernel's area; five standard errors.</summary>
    [Fact]
    public void Weights_of_convolutions_have_the_variance_of_their_fan_in()
    {
        var weight = ResNet.Space["blocks.2.conv2.weight"];
        var values = Initialize("uniform")[weight].ToArray();
        Assert.Equal(576, weight.FanIn);
        Assert.Equal(2.0 / 576, values.Average(w => (double)w * w), 5 * (2.0 / 576) * Math.Sqrt(2.0 / values.Length));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var failure = Assert.Throws<SettingException>(() => Initialize("zero"));
        Assert.Contains("There is no batch-norm initialiser 'zero'", failure.Message, StringComparison.Ordinal);
        Assert.All(BatchNormInitializers.Names, name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<BatchNormLayer> Norms() => ResNet.Layers.OfType<BatchNormLayer>();

    private static NetworkState Initialize(string batchNorm) => Initializers.Initialize(ResNet, "kaiming_normal", new RandomStream(1, RandomStream.Init), batchNorm);
}
