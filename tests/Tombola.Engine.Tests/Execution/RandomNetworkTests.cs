using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Fusion, the sharing of memory and the sums of gradients in graphs that chance made, against the same graphs in float64.</summary>
public class RandomNetworkTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(80, false)]
    [InlineData(160, false)]
    [InlineData(240, true)]
    public void Evaluation_and_training_are_those_of_the_network_in_float64(uint first, bool rich)
    {
        const int Count = 7, Batch = 35, Networks = 80;
        for (var seed = first; seed < first + Networks; seed++)
        {
            // What dropout leaves is the plan's choice, which the network in float64 does not know.
            var network = rich ? RandomNetwork.CreateRich(seed, wide: false) : RandomNetwork.Create(seed);
            if (network.Layers.Any(layer => layer is DropoutLayer)) continue;
            var state = FormulaState.Of(network);
            RandomNetwork.Try(seed, network, () =>
            {
                foreach (var training in new[] { false, true })
                {
                    var expected = Expectation.Of(network, state, Count, training);
                    using var plan = new Plan(network, null, Batch, training);
                    plan.Load(state);
                    plan.Fill(expected.Samples, expected.Labels);
                    expected.HasLogitsOf(plan, plan.Evaluate(Count));
                    if (!training) continue;
                    var gradient = new float[network.Space.Count];
                    plan.Gradient(Count, gradient);
                    expected.HasGradient(gradient);
                    expected.HasLogitsOf(plan, plan.UpdateStatistics(Count, BatchNormLayer.Momentum));
                    expected.HasStatistics(plan.Statistics);
                }
            });
        }
    }
}
