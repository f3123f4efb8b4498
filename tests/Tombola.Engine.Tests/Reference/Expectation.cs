using Tombola.Engine.Execution;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>What a network gives for a mini-batch in float64, and how far an honest float32 implementation may be from it.</summary>
/// <remarks>
/// The twin runs in float32 too. An engine makes roundings of the same number and sizes in another order, so it may be off by as much as that run is at
/// the worst element of a tensor, and by a factor of 4 for luck; and where that run had luck, by one rounding (2^-24 of the sum of the sizes of the
/// terms) for each layer that the numbers passed through. That holds only while no rectifier and no maximum decides differently for a rounding's sake;
/// so the data must keep clear of such ties, which is checked, not hoped.
/// </remarks>
internal sealed class Expectation
{
    private const double Luck = 4, Rounding = 1.0 / (1 << 24);

    private readonly Network _network;
    private readonly int[] _labels;
    private readonly ReferencePass<double> _exact;
    private readonly ReferencePass<float> _single;

    public Expectation(Network network, NetworkState state, float[][] samples, int[] labels, bool training)
    {
        (_network, _labels) = (network, labels);
        _exact = new ReferenceNetwork(network, state).Forward(samples, training);
        _single = new ReferenceNetwork<float>(network, state.Weights, state.Statistics).Forward(samples, training);
        CheckThatNoDecisionIsClose();
    }

    public double Loss => _exact.Loss(_labels);

    /// <summary>Logits, losses and hits of the plan's last pass.</summary>
    public void HasLogitsOf(Plan plan, BatchLoss loss)
    {
        var tolerance = Tolerance([.. _exact.Logits.SelectMany(row => row)], [.. _single.Logits.SelectMany(row => row)], _exact.Logits.Max(row => row.Max(Math.Abs)));
        Assert.Equal(_labels.Length, loss.Samples);
        Assert.Equal(Loss, loss.Loss, 2 * tolerance);
        for (var n = 0; n < _labels.Length; n++)
        {
            Assert.Equal(ReferenceLoss.Of(_exact.Logits[n], _labels[n]).Loss, plan.Losses[n], 2 * tolerance);
            for (var c = 0; c < _network.Classes; c++) Near(_exact.Logits[n][c], plan.Logit(n, c), tolerance, $"logit {c} of sample {n}");
        }
    }

    /// <summary>Gradient of the mean loss, tensor by tensor.</summary>
    public void HasGradient(float[] gradient)
    {
        var (exact, size) = _exact.Gradient(_labels);
        var single = _single.Gradient(_labels).Gradient;
        foreach (var parameter in _network.Space.Parameters)
        {
            var part = parameter.Offset..(parameter.Offset + parameter.Count);
            var tolerance = Tolerance(exact[part], single[part], size[part].Max());
            for (var i = 0; i < parameter.Count; i++)
            {
                Near(exact[parameter.Offset + i], gradient[parameter.Offset + i], tolerance, $"element {i} of the gradient for {parameter.Name}");
            }
        }
    }

    /// <summary>Running statistics after the pass.</summary>
    public void HasStatistics(ReadOnlySpan<float> statistics)
    {
        Assert.Equal(_network.Space.StatisticsCount, statistics.Length);
        foreach (var part in _network.Space.Statistics)
        {
            var range = part.Offset..(part.Offset + part.Count);
            var tolerance = Tolerance(_exact.Statistics[range], _single.Statistics[range], _exact.Statistics[range].Max(Math.Abs));
            for (var c = 0; c < part.Count; c++) Near(_exact.Statistics[part.Offset + c], statistics[part.Offset + c], tolerance, $"{part.Name}[{c}]");
        }
    }

    private double Tolerance(double[] exact, float[] single, double size) =>
        (Luck * exact.Zip(single, (x, y) => Math.Abs(x - y)).Max()) + (_network.Nodes.Count * Rounding * size);

    private static void Near(double expected, float actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, got {actual:R}, off by {Math.Abs(expected - actual):E2} where {tolerance:E2} is allowed.");

    private void CheckThatNoDecisionIsClose()
    {
        for (var node = 0; node < _network.Nodes.Count; node++)
        {
            var from = _network.Nodes[node].Inputs[0];
            var error = _exact.Output(from).SelectMany(row => row).Zip(_single.Output(from).SelectMany(row => row), (x, y) => Math.Abs(x - y)).Max();
            var closest = _network.Layers[node] switch
            {
                ReluLayer => _exact.Output(from).Min(row => row.Min(Math.Abs)),
                MaxPoolLayer pool => _exact.Output(from).Min(row => SmallestLead(pool, row)),
                _ => double.PositiveInfinity,
            };
            Assert.True(closest > Luck * error, $"{_network.Layers[node].Name} decides by {closest:E1} where roundings make {error:E1}: take other data.");
        }
    }

    /// <summary>By how much the largest value of a window leads the second, at the least; equal values are equal in every precision.</summary>
    private static double SmallestLead(MaxPoolLayer pool, double[] row) => Enumerable.Range(0, pool.Output.Count).Min(element =>
    {
        double[] values = [.. ReferenceTap.Window(pool.Input, pool.Output, pool.Kernel, pool.Stride, pool.Padding, element).Select(i => row[i]).Distinct().OrderDescending()];
        return values.Length > 1 ? values[0] - values[1] : double.PositiveInfinity;
    });
}
