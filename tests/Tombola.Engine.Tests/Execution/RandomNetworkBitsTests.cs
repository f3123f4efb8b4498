using System.Runtime.Intrinsics.X86;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>
/// In graphs that chance made, too, bits depend neither on the team nor on what a plan was used for before, and a sample counts for the same in every lane
/// block.
/// </summary>
public class RandomNetworkBitsTests
{
    /// <summary>
    /// Seeds of one case; one in four makes a wide network, which is left out where fused multiply-adds are not in hardware, and about one in four a batch of
    /// eight lane blocks or more, which are taken two at a time.
    /// </summary>
    private const int Networks = 10;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    public void Neither_the_team_nor_the_past_of_a_plan_changes_a_bit(uint first)
    {
        for (var seed = first; seed < first + Networks; seed++)
        {
            var (network, batch) = (RandomNetwork.CreateRich(seed, IsWide(seed)), Batch(seed));
            if (IsWide(seed) && !Fma.IsSupported) continue;
            RandomNetwork.Try(seed, network, () =>
            {
                var expected = Trace(network, seed, batch, size: 1, poisoned: false);
                Assert.True(Array.TrueForAll(expected, float.IsFinite));
                foreach (var size in new[] { 1, 2, 3, 4 })
                {
                    // Without a past, only teams differ; with one, the team of one has it always and the others in turn.
                    Bits.Equal(expected, Trace(network, seed, batch, size, poisoned: size == 1 || (seed + size) % 2 == 0));
                }
            });
        }
    }

    /// <summary>What the test above is for does occur in it.</summary>
    [Fact]
    public void Chance_makes_dropout_values_that_are_flattened_twice_and_convolutions_by_Winograd()
    {
        var networks = Enumerable.Range(0, 4 * Networks).Select(seed => RandomNetwork.CreateRich((uint)seed, IsWide((uint)seed))).ToArray();
        Assert.True(networks.Count(network => network.Layers.OfType<DropoutLayer>().Any()) >= 10);
        Assert.True(networks.Count(FlattensTwice) >= 10);
        Assert.True(networks.Count(UsesWinograd) >= 4);

        static bool FlattensTwice(Network network) =>
            network.Nodes.Where(node => node.Layer is FlattenLayer).GroupBy(node => node.Inputs[0]).Any(group => group.Count() > 1);

        static bool UsesWinograd(Network network)
        {
            using var plan = new Plan(network, null, 1, training: true);
            return plan.Describe().Any(pass => pass.Forward.StartsWith("Winograd", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// The mean over a mini-batch in which every sample occurs equally often is that over the samples: in a part of one lane block, or in eleven of a plan for
    /// seventeen.
    /// </summary>
    [Fact]
    public void Samples_that_are_repeated_give_the_gradient_and_the_means_that_they_give_alone()
    {
        const int Count = 7, Times = 48, Batch = 530;
        var plain = Enumerable.Range(1000, Fma.IsSupported ? 40 : 5).Select(seed => (Seed: (uint)seed, Network: RandomNetwork.Create((uint)seed)));
        var wide = Enumerable.Range(1000, Fma.IsSupported ? 20 : 0).Select(seed => (Seed: (uint)seed, Network: RandomNetwork.CreateRich((uint)seed, wide: true)));
        var certain = wide.Where(made => !made.Network.Layers.OfType<DropoutLayer>().Any());
        foreach (var (seed, network) in plain.Concat(certain.Take(4)))
        {
            RandomNetwork.Try(seed, network, () =>
            {
                // Samples for which no rectifier hangs on a rounding, of which the two plans make different ones.
                var samples = Expectation.Of(network, FormulaState.Of(network), Count, training: true);
                var (expected, expectedMeans) = Train(Count, Count, 1);
                var (actual, means) = Train(Batch, Count * Times, 2);
                Near(expected, actual, network.Space.Parameters.Select(parameter => (parameter.Name, parameter.Offset, parameter.Count)));

                // Not the variances: that of a population is estimated without bias, from seven samples or from many.
                var parts = network.Space.Statistics.Where(part => part.Name.EndsWith(".running_mean", StringComparison.Ordinal));
                Near(expectedMeans, means, parts.Select(part => (part.Name, part.Offset, part.Count)));

                (float[] Gradient, float[] Statistics) Train(int batch, int count, int size)
                {
                    using var team = new ThreadTeam(size);
                    using var plan = new Plan(network, null, batch, training: true, team);
                    plan.Load(FormulaState.Of(network));
                    var chosen = Enumerable.Range(0, count).Select(n => n % Count).ToArray();
                    plan.Fill([.. chosen.Select(n => samples.Samples[n])], [.. chosen.Select(n => samples.Labels[n])]);
                    var gradient = new float[network.Space.Count];
                    plan.Gradient(count, gradient);
                    plan.UpdateStatistics(count, 1);
                    return (gradient, plan.Statistics.ToArray());
                }
            });
        }
    }

    /// <summary>
    /// Up to 1e-3 of the largest element of a tensor; where a tensor is nothing but rounding, as the gradient of a bias before a batch norm, up to 1e-5 of the
    /// largest of all.
    /// </summary>
    private static void Near(float[] expected, float[] actual, IEnumerable<(string Name, int Offset, int Count)> parts)
    {
        var largest = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        Assert.True(float.IsFinite(largest));
        foreach (var (name, offset, count) in parts)
        {
            var tolerance = (1e-3 * expected.Skip(offset).Take(count).Max(Math.Abs)) + (1e-5 * largest);
            for (var i = offset; i < offset + count; i++)
            {
                if (Math.Abs(expected[i] - actual[i]) <= tolerance) continue;
                Assert.Fail($"{name}[{i - offset}]: expected {expected[i]:R}, got {actual[i]:R} where {tolerance:E2} is allowed.");
            }
        }
    }

    private static bool IsWide(uint seed) => seed % 4 == 1;

    private static int Batch(uint seed)
    {
        var (least, most) = seed % 4 == 2 || seed % 20 == 1 ? (230, 300) : (1, 229);
        return least + (int)(Formula.Unit(seed, 21) * (most - least + 1));
    }

    /// <summary>
    /// All that can be seen of a plan for training that does one thing after the other, with mini-batches of several sizes, and then of a plan for evaluation.
    /// </summary>
    private static float[] Trace(Network network, uint seed, int batch, int size, bool poisoned)
    {
        using var team = new ThreadTeam(size);
        using Plan plan = new(network, null, batch, training: true, team), evaluation = new(network, null, batch, training: false, team);
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4));
        var (trace, gradient) = (new List<float>(), new float[network.Space.Count]);
        foreach (var each in new[] { plan, evaluation })
        {
            each.Load(FormulaState.Of(network));
            each.SeedDropout(new RandomStream(seed, RandomStream.Dropout), seed);
            if (poisoned)
            {
                each.Samples.Fill(float.NaN);
                if (each == plan) each.Gradient(batch, gradient);
                each.Evaluate(batch);
            }

            each.Fill(Workbench.Samples(network, batch), Workbench.Labels(network, batch));
        }

        // Whole mini-batches between short ones: what a call leaves in the lanes is there for the next.
        Note(plan, plan.Gradient(Part(0.6), gradient));
        trace.AddRange(gradient);
        Note(plan, plan.Evaluate(batch));
        Note(plan, plan.Step(Part(0.3), optimizer, 0.01));
        Note(plan, plan.UpdateStatistics(Part(0.8), 0.3));
        Note(plan, plan.Step(batch, optimizer, 0.01));
        trace.AddRange(plan.Weights);
        Note(plan, plan.Gradient(Part(0.1), gradient));
        trace.AddRange(gradient);

        evaluation.Prepare(Part(0.7));
        Note(evaluation, evaluation.EvaluateAgain());
        evaluation.Load(plan.Save());
        Note(evaluation, evaluation.EvaluateAgain());
        return [.. trace];

        int Part(double share) => Math.Max(1, (int)(share * batch));

        void Note(Plan of, BatchLoss loss)
        {
            trace.AddRange(of.Losses);
            trace.AddRange(of.Statistics);
            trace.AddRange([(float)loss.Loss, loss.Hits, loss.Samples]);
        }
    }
}
