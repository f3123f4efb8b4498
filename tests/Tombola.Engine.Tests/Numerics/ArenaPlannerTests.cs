using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Numerics;

/// <summary>Where the memory of a plan lies: in one slab or in several, it makes no difference to what is computed.</summary>
public class ArenaPlannerTests
{
    [Fact]
    public void What_is_alive_keeps_what_is_written_whatever_the_size_of_slabs()
    {
        var reservations =
            from length in Gen.Choose(0, 200)
            from first in Gen.Choose(0, 9)
            from moments in Gen.Choose(0, 4)
            select (Length: length, First: first, Last: first + moments);
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(reservations.ListOf().ToArbitrary(), Gen.Choose(240, 2000).ToArbitrary(), (wanted, slabFloats) =>
            {
                using var arena = new Arena();
                var planner = new ArenaPlanner(slabFloats);
                var places = new Slab[wanted.Count];
                for (var i = 0; i < places.Length; i++)
                {
                    var which = i;
                    planner.Reserve(wanted[i].Length, wanted[i].First, wanted[i].Last, slab => places[which] = slab);
                }

                Assert.All(planner.Slabs(), floats => Assert.InRange(floats, 1, slabFloats));
                planner.Place(arena);
                for (var moment = 0; moment < 14; moment++)
                {
                    for (var i = 0; i < places.Length; i++)
                    {
                        if (wanted[i].First == moment) places[i].Span.Fill(i + 1);
                    }

                    for (var i = 0; i < places.Length; i++)
                    {
                        if (wanted[i].Last != moment) continue;
                        Assert.Equal(wanted[i].Length, places[i].Length);
                        Assert.False(places[i].Span.ContainsAnyExcept(i + 1f));
                    }
                }
            }));
    }

    [Fact]
    public void A_reservation_larger_than_a_slab_is_refused_with_what_would_do()
    {
        var planner = new ArenaPlanner();
        Assert.Contains("Choose a smaller batch", Assert.Throws<SettingException>(() => planner.Reserve(3L << 30, 0, 1, _ => { })).Message, StringComparison.Ordinal);
    }

    /// <summary>Twelve convolutions of 1.1 GB each are planned; nothing is taken or written.</summary>
    [Fact]
    public void A_network_may_need_more_than_one_slab_can_hold()
    {
        var builder = new NetworkBuilder("large", new Shape(3, 64, 64));
        var x = builder.Input;
        for (var i = 0; i < 12; i++) x = builder.Relu(builder.Convolution($"conv{i}", x, 16, 3, padding: 1));
        builder.Linear("fc", builder.GlobalAveragePool(x), 10);
        using var team = new ThreadTeam(1);
        var slabs = Plan(builder.Build(), team, samples: 4096).Slabs();
        Assert.True(slabs.Sum(floats => (long)floats) > 1L << 31);
        Assert.True(slabs.Count > 1);
        Assert.All(slabs, floats => Assert.InRange(floats, 1, ArenaPlanner.LargestSlab));
    }

    [Theory]
    [InlineData("sum with a projection")]
    [InlineData("mixed")]
    [InlineData("factorised")]
    [InlineData("block of convolutions by Winograd")]
    public void Slabs_as_small_as_can_be_give_the_same_bits(string name)
    {
        var network = SmallNetworks.Create(name);
        using var team = new ThreadTeam(2);
        var planner = Plan(network, team, samples: 40);
        var smallest = planner.Largest + 32;
        Assert.Single(planner.Slabs());
        Assert.True(Plan(network, team, samples: 40, smallest).Slabs().Count > 1);
        Bits.Equal(Train(network, team, ArenaPlanner.LargestSlab), Train(network, team, smallest));
    }

    private static ArenaPlanner Plan(Network network, ThreadTeam team, int samples, int slabFloats = ArenaPlanner.LargestSlab)
    {
        var planner = new ArenaPlanner(slabFloats);
        var weights = new PlanWeights(network, null, (_, _) => default);
        new PlanCompiler(network, weights, new float[network.Space.StatisticsCount], team, training: true, 32, (samples + 31) / 32).Compile(planner);
        return planner;
    }

    private static float[] Train(Network network, ThreadTeam team, int slabFloats)
    {
        using var plan = new Plan(network, null, 40, training: true, team, (_, _) => default, slabFloats);
        plan.Load(FormulaState.Of(network));
        plan.Fill(Workbench.Samples(network, 40, 3), Workbench.Labels(network, 40, 4));
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9));
        for (var step = 0; step < 3; step++) plan.Step(40, optimizer, 0.05);
        return plan.Weights.ToArray();
    }
}
