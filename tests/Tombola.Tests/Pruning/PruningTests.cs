using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Pruning;

public sealed class PruningTests
{
    private static readonly Network Net = Build();
    private static readonly WeightSpace Small = Net.Space;

    private static readonly HashSet<string> Nothing = [];

    private sealed record Case(NetworkState State, Mask Mask, string Strategy, string? Distribution, double Fraction, bool Exempt, ulong Seed)
    {
        public HashSet<string> Spared => Exempt ? ["c"] : [];

        public Mask Pruned(ThreadTeam? team = null) =>
            PruningStrategies.Read(Strategy, Distribution).Prune(Input(State, Mask, Seed) with { Exempt = Spared, Team = team }, Fraction);
    }

    /// <summary>Layers of 7 x 13, 9 x 33 and 5 x 9 weights.</summary>
    private static Network Build()
    {
        var builder = new NetworkBuilder("small", Shape.Vector(13));
        var a = builder.Relu(builder.Linear("a", builder.Input, 7));
        var b = builder.Relu(builder.Linear("b", builder.Concat(builder.Input, a, builder.Input), 9));
        builder.Linear("c", b, 5);
        return builder.Build();
    }

    private static PruningInput Input(NetworkState state, Mask mask, ulong seed) =>
        new(Net, state, mask, Nothing, new RandomStream(seed, RandomStream.Prune)) { Batch = Draws.Batch(Net, 6, seed) };

    /// <summary>Every score by itself and with every distribution, and the names that stand for both.</summary>
    private static (string Strategy, string? Distribution)[] All =>
    [
        .. PruningStrategies.Names.Select(name => (name, (string?)null)),
        .. from score in PruningScores.Registry.Names from distribution in new[] { "layer-wise", "erk", "given:a=1,*=0.3" } select (score, distribution),
    ];

    private static Arbitrary<Case> Cases(params string[] strategies) => Cases([.. strategies.Select(strategy => (strategy, (string?)null))]);

    // Small whole numbers, so that many magnitudes tie.
    private static Arbitrary<Case> Cases((string Strategy, string? Distribution)[] strategies) => (
        from weights in Gen.Choose(-9, 9).ArrayOf(Small.Count)
        from percent in Gen.Choose(40, 100)
        from strategy in Gen.Elements(strategies)
        from fraction in Gen.Choose(1, 70)
        from exempt in Gen.Elements(true, false)
        from seed in Gen.Choose(0, 1000)
        select new Case(
            new NetworkState(Small, [.. weights.Select(w => (float)w)]), Toy.Draw(Small, percent, (ulong)seed), strategy.Strategy, strategy.Distribution, fraction / 100.0, exempt, (ulong)seed)).ToArbitrary();

    public static TheoryData<string> Strategies => [.. PruningStrategies.Names];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Twenty_levels_of_a_fifth_leave_the_exact_counts(string strategy)
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        var state = Initializers.Initialize(network, "xavier_normal", new RandomStream(3, RandomStream.Init));
        var (mask, batch) = (Mask.Full(network.Space), Draws.Batch(network, 16, 1));
        Assert.Equal(266_200, mask.Remaining);
        for (var level = 1; level <= 20; level++)
        {
            var input = new PruningInput(network, state, mask, Nothing, new RandomStream((ulong)level, RandomStream.Prune)) { Batch = batch };
            var next = PruningStrategies.Prune(input, strategy, 0.2);
            Assert.Equal(mask.Remaining - (int)Math.Round(0.2 * mask.Remaining, MidpointRounding.ToEven), next.Remaining);
            Assert.True(next.IsWithin(mask));

            // Each level rounds by half a weight at most, and a fifth of what came before is forgotten.
            Assert.InRange(next.Remaining - (266_200 * Math.Pow(0.8, level)), -2.5, 2.5);
            mask = next;
        }
    }

    [Fact]
    public void Every_strategy_removes_the_exact_number_and_nests() =>
        Prop.ForAll(Cases(All), test =>
        {
            var pruned = test.Pruned();
            return pruned.Remaining == test.Mask.Remaining - (int)Math.Round(test.Fraction * test.Mask.Remaining, MidpointRounding.ToEven) && pruned.IsWithin(test.Mask);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_strategy_removes_does_not_depend_on_the_threads()
    {
        using var team = new ThreadTeam(3);
        Prop.ForAll(Cases(All), test => test.Pruned().Equals(test.Pruned(team))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_exempt_layer_keeps_what_it_has() =>
        Prop.ForAll(Cases(All), test =>
        {
            var exempt = test with { Exempt = true };
            return exempt.Pruned().CountIn(Small["c.weight"]) == test.Mask.CountIn(Small["c.weight"]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_weight_that_magnitude_pruning_removes_is_larger_than_one_that_remains_and_ties_go_by_index() =>
        Prop.ForAll(Cases("magnitude"), test =>
        {
            var pruned = test.Pruned();
            var candidates = Small.Prunable.Where(parameter => !test.Spared.Contains(parameter.Layer))
                .SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Where(i => test.Mask[i])
                .OrderBy(i => Math.Abs(test.State.Weights[i])).ThenBy(i => i).ToArray();
            var removed = test.Mask.Remaining - pruned.Remaining;
            return candidates.Take(removed).All(i => !pruned[i]) && candidates.Skip(removed).All(i => pruned[i]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Layer_wise_strategies_take_the_same_share_of_every_layer() =>
        Prop.ForAll(Cases("magnitude-layerwise", "random-layerwise"), test =>
        {
            var pruned = test.Pruned();
            var layers = Small.Prunable.Where(parameter => !test.Spared.Contains(parameter.Layer)).ToArray();
            var share = (double)(test.Mask.Remaining - pruned.Remaining) / layers.Sum(test.Mask.CountIn);
            return layers.All(layer => Math.Abs(test.Mask.CountIn(layer) - pruned.CountIn(layer) - (share * test.Mask.CountIn(layer))) < 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Within_a_layer_the_smallest_weights_go() =>
        Prop.ForAll(Cases("magnitude-layerwise"), test =>
        {
            var pruned = test.Pruned();
            return Small.Prunable.All(parameter =>
            {
                var indices = Enumerable.Range(parameter.Offset, parameter.Count).Where(i => test.Mask[i]).OrderBy(i => Math.Abs(test.State.Weights[i])).ThenBy(i => i).ToArray();
                var removed = test.Mask.CountIn(parameter) - pruned.CountIn(parameter);
                return indices.Take(removed).All(i => !pruned[i]);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_strategies_depend_on_the_seed_and_on_nothing_else()
    {
        foreach (var strategy in new[] { "random", "random-layerwise" })
        {
            Mask Draw(float weight, ulong seed) =>
                PruningStrategies.Prune(Input(new NetworkState(Small, [.. Enumerable.Repeat(weight, Small.Count)]), Mask.Full(Small), seed), strategy, 0.5);
            Assert.Equal(Draw(1, 1), Draw(2, 1));
            Assert.NotEqual(Draw(1, 1), Draw(1, 2));
        }
    }

    [Fact]
    public void Shares_go_to_the_largest_remainders_and_of_equal_ones_to_the_earlier_layer()
    {
        Assert.Equal([5, 3, 2], LayerShares.Of(10, [50, 30, 20]));
        Assert.Equal([1, 1, 0], LayerShares.Of(2, [10, 10, 10]));
        Assert.Equal([0, 1], LayerShares.Of(1, [1, 99]));
        Assert.Equal([0, 0], LayerShares.Of(0, [0, 0]));
    }

    [Fact]
    public void Shuffling_leaves_as_many_weights_in_every_layer() =>
        Prop.ForAll(Cases("magnitude"), test =>
        {
            var shuffled = MaskShuffle.WithinLayers(test.Mask, new RandomStream(test.Seed, RandomStream.Prune));
            return Small.Parameters.All(parameter => shuffled.CountIn(parameter) == test.Mask.CountIn(parameter));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shuffling_moves_the_remaining_weights()
    {
        var mask = Toy.Draw(Small, 50, 1);
        var shuffled = MaskShuffle.WithinLayers(mask, new RandomStream(1, RandomStream.Prune));
        Assert.NotEqual(mask, shuffled);
        Assert.NotEqual(shuffled, MaskShuffle.WithinLayers(mask, new RandomStream(2, RandomStream.Prune)));
    }

    [Fact]
    public void One_shot_pruning_hits_the_density_to_the_nearest_weight() =>
        Prop.ForAll(Cases("magnitude"), Gen.Choose(5, 95).ToArbitrary(), (test, percent) =>
        {
            var density = test.Mask.Density * percent / 100;
            var pruned = (test with { Fraction = PruningStrategies.FractionFor(test.Mask, density), Exempt = false }).Pruned();
            return Math.Abs(pruned.Remaining - (density * Small.PrunableCount)) <= 0.5 + 1e-9;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_density_or_fraction_that_leaves_nothing_to_do_is_refused(double value)
    {
        var mask = Mask.Full(Small);
        Assert.Contains("target density", Assert.Throws<SettingException>(() => PruningStrategies.FractionFor(mask, value)).Message, StringComparison.Ordinal);
        var refused = Assert.Throws<SettingException>(() => PruningStrategies.Prune(Input(new NetworkState(Small), mask, 0), "magnitude", value));
        Assert.Contains("pruning fraction", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pruning_more_than_the_layers_that_are_not_exempt_have_is_refused()
    {
        var input = Input(new NetworkState(Small), Mask.Full(Small), 0) with { Exempt = new HashSet<string> { "b" } };
        var refused = Assert.Throws<SettingException>(() => PruningStrategies.Prune(input, "magnitude", 0.5));
        Assert.Contains("have 136 left", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_strategy_is_refused_with_the_known_ones()
    {
        var refused = Assert.Throws<SettingException>(() => PruningStrategies.Find("gentle"));
        Assert.All(PruningStrategies.Names, name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_report_counts_every_layer()
    {
        var mask = Toy.Draw(Small, 50, 1);
        var report = SparsityReport.Of(mask);
        Assert.Equal(["a.weight", "b.weight", "c.weight"], report.Select(layer => layer.Name));
        Assert.Equal((mask.Remaining, Small.PrunableCount), (report.Sum(layer => layer.Remaining), report.Sum(layer => layer.Count)));
        Assert.Equal(mask.CountIn(Small["b.weight"]) / 297.0, report[1].Density);
    }

    /// <summary>Anybody may write a score or a distribution.</summary>
    [Theory]
    [InlineData("too few", new[] { 1, 0, 0 })]
    [InlineData("below zero", new[] { 88, -1, 0 })]
    [InlineData("more than there are", new[] { 41, 0, 46 })]
    [InlineData("a layer short", new[] { 87 })]
    public void A_distribution_that_does_not_share_out_what_it_should_is_found_out(string name, int[] losses)
    {
        var (input, strategy) = (Input(new NetworkState(Small), Mask.Full(Small), 1), new PruningStrategy(PruningScores.Registry.Find("magnitude"), new PruningDistribution(name, "", _ => losses)));
        Assert.Contains($"'{name}' should share out 87 weights among 3 layers", Assert.Throws<InvalidOperationException>(() => strategy.Prune(input, 0.2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_without_a_number_for_each_weight_or_with_one_that_is_none_is_found_out()
    {
        var (input, everywhere) = (Input(new NetworkState(Small), Mask.Full(Small), 1), PruningDistributions.Registry.Find("global"));
        var few = new PruningStrategy(new PruningScore("few", "", _ => [1, 2, 3]), everywhere);
        Assert.Contains($"'few' should give {Small.Count} numbers", Assert.Throws<InvalidOperationException>(() => few.Prune(input, 0.2)).Message, StringComparison.Ordinal);
        var none = new PruningStrategy(new PruningScore("none", "", _ => [.. Enumerable.Repeat(double.NaN, Small.Count)]), everywhere);
        Assert.Throws<ArithmeticException>(() => none.Prune(input, 0.2));
    }

    [Fact]
    public void A_score_of_several_rounds_sees_what_remains_and_thins_every_group_in_step()
    {
        List<int> remaining = [];
        var score = new PruningScore("counting", "", input =>
        {
            remaining.Add(input.Mask.Remaining);
            Assert.Equal(input.Candidates, input.Groups);
            return [.. Enumerable.Range(0, Small.Count).Select(i => (double)i)];
        })
        { Rounds = 4 };
        var pruned = new PruningStrategy(score, PruningDistributions.Registry.Find("layer-wise")).Prune(Input(new NetworkState(Small), Mask.Full(Small), 1), 0.9375);

        // Halved in every round, but for layers whose part of a round is rounded down.
        Assert.Equal(433, remaining[0]);
        for (var round = 1; round < 4; round++) Assert.InRange(remaining[round] - (433 * Math.Pow(0.5, round)), -1, 3.5);
        Assert.Equal(27, pruned.Remaining);
        Assert.All(Small.Prunable, layer => Assert.InRange(pruned.CountIn(layer) - (layer.Count / 16.0), -1, 1));
    }

    [Fact]
    public void What_is_not_finite_remains_longest()
    {
        var state = new NetworkState(Small, [.. Enumerable.Range(0, Small.Count).Select(i => (i % 4) switch { 0 => float.NaN, 1 => float.NegativeInfinity, 2 => float.MaxValue, _ => 0 })]);
        var (quarter, half) = (PruningStrategies.Prune(Input(state, Mask.Full(Small), 0), "magnitude", 0.2), PruningStrategies.Prune(Input(state, Mask.Full(Small), 0), "magnitude", 0.6));
        Assert.All(Small.Prunable.SelectMany(layer => Enumerable.Range(layer.Offset, layer.Count)), i => Assert.True(i % 4 == 3 || quarter[i]));
        Assert.All(Small.Prunable.SelectMany(layer => Enumerable.Range(layer.Offset, layer.Count)), i => Assert.True(i % 4 != 0 || half[i]));
    }
}
