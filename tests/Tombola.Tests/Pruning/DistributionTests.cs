using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Pruning;

/// <summary>Distributions against their definitions in double precision, on layers of any shape, full, thinned or empty.</summary>
public sealed class DistributionTests
{
    private static readonly Arbitrary<PruningBudget> Budgets = (
        from count in Gen.Choose(1, 9)
        from shapes in (from kernel in Gen.Elements(1, 3, 5) from linear in Gen.Elements(true, false) from size in Gen.Choose(1, 12).ArrayOf(2) select linear ? size : [.. size, kernel, kernel]).ArrayOf(count)
        from thinning in Gen.Elements(100, 100, 60, 3, 0).ArrayOf(count)
        from densities in Gen.Elements(0, 0.001, 0.2, 0.7, 1).ArrayOf(count)
        let layers = shapes.Select((shape, i) => new Parameter($"l{i}.weight", shape, 0, true)).Select((layer, i) => new LayerBudget(layer, layer.Count * thinning[i] / 100, densities[i])).ToArray()
        from part in Gen.Elements(0, 1, 20, 50, 90, 99, 100)
        select new PruningBudget(layers, layers.Sum(layer => layer.Remaining) * part / 100)).ToArbitrary();

    [Fact]
    public void Layer_wise_leaves_every_layer_the_same_fraction_to_the_weight() =>
        Prop.ForAll(Budgets, budget =>
        {
            var losses = Split("layer-wise", budget);
            var fraction = (double)budget.Remove / Math.Max(1, budget.Remain + budget.Remove);
            return Exact(budget, losses) && budget.Layers.Zip(losses).All(pair => Math.Abs(pair.Second - (fraction * pair.First.Remaining)) < 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Erk_leaves_densities_in_proportion_to_the_sum_of_dimensions_over_their_product() =>
        Prop.ForAll(Budgets, budget =>
        {
            var losses = Split("erk", budget);
            var densities = Twin(budget, layer => (double)layer.Parameter.Shape.Sum() / layer.Parameter.Count);
            return Exact(budget, losses) && budget.Layers.Zip(losses).Zip(densities).All(one => Near(one.First.First.Remaining - one.First.Second, one.Second * one.First.First.Parameter.Count));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Given_densities_are_scaled_by_one_factor_or_refused() =>
        Prop.ForAll(Budgets, budget =>
        {
            var room = budget.Layers.Where(layer => layer.Density > 0).Sum(layer => layer.Remaining);
            if (budget.Remain > room) return Assert.Throws<SettingException>(() => Split("given", budget)).Message.Contains($"{budget.Remain} weights should remain", StringComparison.Ordinal);
            var losses = Split("given", budget);
            var densities = Twin(budget, layer => layer.Density);
            return Exact(budget, losses) && budget.Layers.Zip(losses).Zip(densities).All(one => Near(one.First.First.Remaining - one.First.Second, one.Second * one.First.First.Parameter.Count));
        }).QuickCheckThrowOnFailure();

    /// <summary>ResNet-50's first convolution, one of its largest and its last layer: 4,416,704 weights, which remain in proportion to 81, 1030 and 3048.</summary>
    [Fact]
    public void Erk_by_hand()
    {
        LayerBudget[] layers = [.. new int[][] { [64, 3, 7, 7], [512, 512, 3, 3], [1000, 2048] }.Select(shape => new Parameter("w", shape, 0, true)).Select(layer => new LayerBudget(layer, layer.Count))];
        var budget = new PruningBudget(layers, 4_416_704 - 4159);
        Assert.Equal([81, 1030, 3048], Remaining(budget));

        // Twenty times as much would be 1620, 20600, 60960; three hundred times, the first is full at 9408, and the others share the rest as 1030 to 3048.
        Assert.Equal([1620, 20_600, 60_960], Remaining(budget with { Remove = 4_416_704 - (20 * 4159) }));
        Assert.Equal([9408, 10_300 * 30, 30_480 * 30], Remaining(budget with { Remove = 4_416_704 - 9408 - (4078 * 300) }));
        Assert.Equal([0, 0, 0], Remaining(budget with { Remove = 4_416_704 }));
        Assert.Equal([0, 0, 1], Remaining(budget with { Remove = 4_416_703 }));

        static int[] Remaining(PruningBudget budget) => [.. budget.Layers.Zip(Split("erk", budget), (layer, loss) => layer.Remaining - loss)];
    }

    [Fact]
    public void Shares_stop_at_their_limits_and_are_null_where_those_do_not_allow_the_total()
    {
        Assert.Equal([2, 4, 4], LayerShares.Of(10, [1, 1, 1], [2, 9, 9])!);
        Assert.Equal([2, 3, 0], LayerShares.Of(5, [1, 1, 0], [2, 9, 9])!);
        Assert.Null(LayerShares.Of(12, [1, 1, 0], [2, 9, 9]));
        Assert.Equal([0, 0, 0], LayerShares.Of(0, [1, 1, 0], [2, 9, 9])!);
        Assert.Equal([int.MaxValue - 1, 1], LayerShares.Of(int.MaxValue, [long.MaxValue, 1], [int.MaxValue - 1, 1])!);
    }

    /// <summary>A network of any depth with any distribution, level by level until one weight is left.</summary>
    [Fact]
    public void Levels_of_any_network_nest_and_end_with_one_weight()
    {
        var cases =
            from widths in Gen.Choose(1, 8).NonEmptyListOf()
            from filters in Gen.Choose(1, 4)
            from score in Gen.Elements("magnitude", "random", "synflow")
            from distribution in Gen.Elements("global", "layer-wise", "erk", "given:c=1,*=0.3")
            from exempt in Gen.Elements(true, false)
            from seed in Gen.Choose(0, 99)
            select (widths: widths.Take(3).ToArray(), filters, score, distribution, exempt, seed: (ulong)seed);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var network = Network(test.filters, test.widths);
            var exempt = test.exempt ? new HashSet<string> { network.OutputLayer } : [];
            var spared = network.Space.Prunable.Where(layer => exempt.Contains(layer.Layer)).ToArray();
            var (mask, strategy) = (Toy.Draw(network.Space, 90, test.seed), PruningStrategies.Read(test.score, test.distribution));
            var least = Math.Max(1, spared.Sum(mask.CountIn));
            for (var level = 0; mask.Remaining > least; level++)
            {
                var remove = Math.Min(mask.Remaining - least, Math.Max(1, mask.Remaining / 3));
                var input = Draws.Input(network, Draws.State(network, test.seed), mask) with { Exempt = exempt, Stream = new RandomStream((ulong)level, RandomStream.Prune) };
                var next = strategy.Prune(input, (double)remove / mask.Remaining);
                if (next.Remaining != mask.Remaining - remove || !next.IsWithin(mask) || spared.Any(layer => next.CountIn(layer) != mask.CountIn(layer))) return false;
                mask = next;
            }

            return mask.Remaining == least;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("layerwise", "There is no distribution 'layerwise'. Did you mean layer-wise?")]
    [InlineData("erk:a=1", "'erk' takes no densities")]
    [InlineData("given", "given:conv=1,*=0.2")]
    [InlineData("given:no/such/file", "'no/such/file' is neither a list of densities")]
    [InlineData("given:c=1,l1=0.5,lo=0.2", "There is no layer 'lo' to prune. Did you mean l0?")]
    [InlineData("given:c=1,*=1.5", "The density of * is 1.5")]
    [InlineData("given:c=1,*=-0.1", "The density of * is -0.1")]
    [InlineData("given:c=1,*=half", "'*=half' is no density")]
    [InlineData("given:c=1,=0.5", "'=0.5' is no density")]
    [InlineData("given:c=1,c=0.5,*=1", "two densities for c")]
    [InlineData("given:c=1", "no density for l0, l1")]
    [InlineData("given:*=0.1,l2=0.5", "Layer l2 is exempt from pruning")]
    [InlineData("given:c=1,*=0", "weights should remain, but layers of a density above 0 have 27 altogether")]
    public void What_cannot_be_has_a_sentence(string distribution, string part)
    {
        var network = Network(3, [5, 4]);
        var refused = Assert.Throws<SettingException>(() => PruningStrategies.Read("magnitude", distribution).Prune(
            Draws.Input(network, Draws.State(network, 1)) with { Exempt = new HashSet<string> { "l2" } }, 0.1));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_densities_is_read_like_a_list()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "c = 1\nl0=0.25, l1=5e-1\r\n\n*=0.125\n");
            var (listed, read) = (PruningStrategies.Read("snip", "given:c=1,l0=0.25,l1=0.5,*=0.125"), PruningStrategies.Read("snip", $"given:{path}"));
            Assert.Equal(listed.Densities, read.Densities);
            Assert.Equal("given:c=1,l0=0.25,l1=0.5,*=0.125", PruningStrategies.Text(read));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_name_that_says_a_distribution_has_no_other()
    {
        Assert.Equal("layer-wise", PruningStrategies.Find("random-layerwise", "layer-wise").Distribution.Name);
        Assert.Contains("cannot have 'erk' too. Choose pruning=magnitude", Assert.Throws<SettingException>(() => PruningStrategies.Find("magnitude-layerwise", "erk")).Message, StringComparison.Ordinal);
    }

    /// <summary>A convolution and linear layers, the last of which gives two logits.</summary>
    private static Network Network(int filters, int[] widths)
    {
        var builder = new NetworkBuilder("any", new Shape(1, 4, 4));
        var x = builder.Flatten(builder.Relu(builder.Convolution("c", builder.Input, filters, 3)));
        for (var i = 0; i < widths.Length; i++) x = builder.Relu(builder.Linear($"l{i}", x, widths[i]));
        builder.Linear($"l{widths.Length}", x, 2);
        return builder.Build();
    }

    private static int[] Split(string distribution, PruningBudget budget) => PruningDistributions.Registry.Find(distribution).Split(budget)!;

    private static bool Exact(PruningBudget budget, int[] losses) => losses.Sum() == budget.Remove && budget.Layers.Zip(losses).All(pair => pair.Second >= 0 && pair.Second <= pair.First.Remaining);

    /// <summary>A number of weights, rounded one way or the other.</summary>
    private static bool Near(int count, double exact) => Math.Abs(count - exact) < 1 + 1e-6;

    /// <summary>Evci et al. 2020 as their program has it: one factor for all raw densities; while some layer would be denser than it can be, the densest of them stays as it is.</summary>
    private static double[] Twin(PruningBudget budget, Func<LayerBudget, double> raw)
    {
        var layers = budget.Layers;
        var full = new bool[layers.Count];
        while (true)
        {
            var left = budget.Remain - layers.Where((_, i) => full[i]).Sum(layer => (double)layer.Remaining);
            var sum = layers.Where((_, i) => !full[i]).Sum(layer => raw(layer) * layer.Parameter.Count);
            var factor = sum == 0 ? 0 : left / sum;
            double Excess(int i) => full[i] || raw(layers[i]) == 0 ? 0 : factor * raw(layers[i]) * layers[i].Parameter.Count / Math.Max(layers[i].Remaining, 1e-9);
            var worst = Enumerable.Range(0, layers.Count).MaxBy(Excess);
            if (Excess(worst) <= 1 + 1e-12) return [.. layers.Select((layer, i) => full[i] ? (double)layer.Remaining / layer.Parameter.Count : factor * raw(layer))];
            full[worst] = true;
        }
    }
}
