using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

public class InitializersTests
{
    private static readonly Network LeNet = Architectures.Create("mnist_lenet_300_100");

    public static TheoryData<string> Names => [.. Initializers.Names];

    /// <summary>
    /// Of n draws with standard deviation s the mean has standard error s / sqrt n, and the variance at most s^2 sqrt(2 / n)
    /// (a normal's; less for the others). Five of them are allowed; the smallest tensor has 1000 weights.
    /// </summary>
    [Theory]
    [InlineData("kaiming_normal", 2.0, 0)]
    [InlineData("kaiming_uniform", 2.0, 0)]
    [InlineData("binary", 2.0, 0)]
    [InlineData("xavier_normal", 2.0, 1)]
    public void Mean_and_variance_are_those_of_the_paper(string name, double numerator, int fanOuts)
    {
        var state = Initializers.Initialize(LeNet, name, new RandomStream(1, RandomStream.Init));
        foreach (var parameter in LeNet.Space.Prunable)
        {
            var weights = state[parameter].ToArray();
            var variance = numerator / (parameter.FanIn + (fanOuts * parameter.FanOut));
            Assert.Equal(0, weights.Average(w => (double)w), 5 * Math.Sqrt(variance / weights.Length));
            Assert.Equal(variance, weights.Average(w => (double)w * w), 5 * variance * Math.Sqrt(2.0 / weights.Length));
        }
    }

    [Fact]
    public void Uniform_weights_stay_within_their_bound_and_fill_it()
    {
        var weight = LeNet.Space["fc_layers.1.weight"];
        var weights = Initializers.Initialize(LeNet, "kaiming_uniform", new RandomStream(1, RandomStream.Init))[weight].ToArray();
        var bound = (float)Math.Sqrt(6.0 / 300);
        Assert.InRange(weights.Max(), 0.999f * bound, bound);
        Assert.InRange(weights.Min(), -bound, -0.999f * bound);
    }

    [Fact]
    public void Binary_weights_have_two_values()
    {
        var state = Initializers.Initialize(LeNet, "binary", new RandomStream(1, RandomStream.Init));
        foreach (var parameter in LeNet.Space.Prunable)
        {
            var size = (float)Math.Sqrt(2.0 / parameter.FanIn);
            Assert.Equal([-size, size], state[parameter].ToArray().Distinct().Order());
        }
    }

    /// <summary>Rows are computed in float64 and rounded to float32 once: a product of two rows errs by at most 2^-24 times 2 in length 1.</summary>
    [Theory]
    [InlineData("mnist_lenet_60_25")]
    [InlineData("mnist_lenet_25_60")]
    public void Orthogonal_rows_or_columns_are_orthonormal(string name)
    {
        var network = Architectures.Create(name);
        var state = Initializers.Initialize(network, "orthogonal", new RandomStream(1, RandomStream.Init));
        foreach (var parameter in network.Space.Prunable)
        {
            var (rows, columns, weights) = (parameter.Shape[0], parameter.Shape[1], state[parameter].ToArray());
            var vectors = rows <= columns
                ? Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, columns).Select(c => (double)weights[(r * columns) + c]).ToArray()).ToArray()
                : [.. Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, rows).Select(r => (double)weights[(r * columns) + c]).ToArray())];
            for (var i = 0; i < vectors.Length; i++)
            {
                for (var j = 0; j <= i; j++) Assert.Equal(i == j ? 1 : 0, vectors[i].Zip(vectors[j], (x, y) => x * y).Sum(), 1.2e-7);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_other_weights(string name)
    {
        NetworkState Make(ulong seed, string stream) => Initializers.Initialize(Workbench.Small, name, new RandomStream(seed, stream));
        Bits.Equal(Make(3, RandomStream.Init).Weights, Make(3, RandomStream.Init).Weights);
        Assert.NotEqual(Make(3, RandomStream.Init).Weights, Make(4, RandomStream.Init).Weights);
        Assert.NotEqual(Make(3, RandomStream.Init).Weights, Make(3, RandomStream.Reinit).Weights);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Biases_start_at_zero_and_weights_do_not(string name)
    {
        var state = Initializers.Initialize(Workbench.Small, name, new RandomStream(1, RandomStream.Init));
        foreach (var parameter in Workbench.Small.Space.Parameters) Assert.Equal(parameter.Prunable, state[parameter].ContainsAnyExcept(0f));
    }

    /// <summary>A wider first layer must not change the draws of the second: a tensor's numbers depend on its own place only.</summary>
    [Fact]
    public void The_shape_of_one_layer_does_not_disturb_the_draws_of_another()
    {
        var (narrow, wide) = (Architectures.Create("mnist_lenet_20_7"), Architectures.Create("mnist_lenet_21_7"));
        var (few, many) = (Workbench.State(narrow), Workbench.State(wide));
        Bits.Equal(few[narrow.Space["fc_layers.0.weight"]], many[wide.Space["fc_layers.0.weight"]][..(20 * 784)]);
        Bits.Equal(few[narrow.Space["fc.weight"]], many[wide.Space["fc.weight"]]);
    }

    [Fact]
    public void An_unknown_initialiser_is_named_in_a_sentence_with_those_there_are()
    {
        var failure = Assert.Throws<SettingException>(() => Initializers.Find("zeros"));
        Assert.Contains("There is no initialiser 'zeros'", failure.Message, StringComparison.Ordinal);
        Assert.All(Initializers.Names, name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
    }
}
