using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>What a network gives for a mini-batch in float64, and how far an honest float32 implementation may be from it.</summary>
/// <remarks>
/// The twin runs in float32 too. An engine makes roundings of the same number and sizes in another order, so it may be off by as much as that run is at
/// the worst element of a tensor, and by a factor of 4 for luck; and where that run had luck, by one rounding (2^-24 of the sum of the sizes of the
/// terms) for each layer that the numbers passed through. That holds only while no rectifier and no maximum decides differently for a rounding's sake;
/// so the samples are the first in a row of candidates that keep clear of such ties.
/// </remarks>
internal sealed class Expectation
{
    private const double Luck = 4, Rounding = 1.0 / (1 << 24);

    private readonly Network _network;
    private readonly ReferencePass<double> _exact;
    private readonly ReferencePass<float> _single;
    private (double[] Gradient, double[] Size)? _exactGradient;
    private float[]? _singleGradient;

    private Expectation(Network network, NetworkState state, float[][] samples, bool training)
    {
        (_network, Samples, Labels) = (network, samples, Workbench.Labels(network, samples.Length));
        _exact = new ReferenceNetwork(network, state).Forward(samples, training);
        _single = new ReferenceNetwork<float>(network, state.Weights, state.Statistics).Forward(samples, training);
    }

    public float[][] Samples { get; }

    public int[] Labels { get; }

    public double Loss => _exact.Loss(Labels);

    /// <summary>What to expect for <paramref name="count"/> samples, which it chooses, each pixel moved by <paramref name="offset"/>.</summary>
    public static Expectation Of(Network network, NetworkState state, int count, bool training, float offset = 0) =>
        TryOf(network, state, count, training, offset) ?? throw new InvalidOperationException($"Whatever {network.Name} is given, something hangs on a rounding.");

    /// <summary>The same, or null if something hangs on a rounding whatever the network is given.</summary>
    public static Expectation? TryOf(Network network, NetworkState state, int count, bool training, float offset = 0)
    {
        const uint First = 7, Candidates = 30;
        for (var salt = First; salt < First + Candidates; salt++)
        {
            var samples = Workbench.Samples(network, count, salt).Select(sample => sample.Select(x => x + offset).ToArray()).ToArray();
            var expectation = new Expectation(network, state, samples, training);
            if (!expectation.DecidesByRounding()) return expectation;
        }

        return null;
    }

    /// <summary>Logits, losses and hits of the plan's last pass.</summary>
    public void HasLogitsOf(Plan plan, BatchLoss loss)
    {
        var tolerance = Tolerance([.. _exact.Logits.SelectMany(row => row)], [.. _single.Logits.SelectMany(row => row)], _exact.Logits.Max(row => row.Max(Math.Abs)));
        Assert.Equal(Labels.Length, loss.Samples);
        Near(Loss, loss.Loss, LossTolerance(Loss), "the mean loss");
        for (var n = 0; n < Labels.Length; n++)
        {
            var exact = ReferenceLoss.Of(_exact.Logits[n], Labels[n]).Loss;
            Near(exact, plan.Losses[n], LossTolerance(exact), $"loss of sample {n}");
            for (var c = 0; c < _network.Classes; c++) Near(_exact.Logits[n][c], plan.Logit(n, c), tolerance, $"logit {c} of sample {n}");
        }

        // A loss moves at most twice as far as the logits, and is the difference of two numbers that are rounded.
        double LossTolerance(double exact) => (2 * tolerance) + (Luck * Rounding * (1 + exact));
    }

    /// <summary>Gradient of the mean loss, tensor by tensor.</summary>
    /// <param name="gradient">A number for every weight.</param>
    /// <param name="mask">The weights that have a gradient; that of the others is exactly zero. Null if all have one.</param>
    public void HasGradient(float[] gradient, Mask? mask = null)
    {
        Assert.True(mask is null || mask.HoldsFor(gradient), "A pruned weight has a gradient.");
        var (exact, size) = _exactGradient ??= _exact.Gradient(Labels);
        var single = _singleGradient ??= _single.Gradient(Labels).Gradient;
        foreach (var parameter in _network.Space.Parameters)
        {
            var part = parameter.Offset..(parameter.Offset + parameter.Count);
            var tolerance = Tolerance(exact[part], single[part], size[part].Max());
            for (var i = 0; i < parameter.Count; i++)
            {
                if (mask is not null && !mask[parameter.Offset + i]) continue;
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

    private static void Near(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, got {actual:R}, off by {Math.Abs(expected - actual):E2} where {tolerance:E2} is allowed.");

    private bool DecidesByRounding() => Enumerable.Range(0, _network.Nodes.Count).Any(node =>
    {
        var from = _network.Nodes[node].Inputs[0];
        var (exact, single) = (_exact.Output(from), _single.Output(from));
        var error = exact.Zip(single, (x, y) => x.Zip(y, (a, b) => Math.Abs(a - b)).Max()).Max();
        var closest = _network.Layers[node] switch
        {
            // What is 0 exactly, as behind another rectifier, is so in every precision.
            ReluLayer => exact.Zip(single, (x, y) => x.Zip(y, (a, b) => a == 0 && b == 0 ? double.PositiveInfinity : Math.Abs(a)).Min()).Min(),
            MaxPoolLayer pool => exact.Min(row => SmallestLead(pool, row)),
            _ => double.PositiveInfinity,
        };
        return closest <= Luck * error;
    });

    /// <summary>By how much the largest value of a window leads the second, at the least; equal values are equal in every precision.</summary>
    private static double SmallestLead(MaxPoolLayer pool, double[] row) => Enumerable.Range(0, pool.Output.Count).Min(element =>
    {
        var (first, second) = (double.NegativeInfinity, double.NegativeInfinity);
        foreach (var i in ReferenceTap.Window(pool.Input, pool.Output, pool.Kernel, pool.Stride, pool.Padding, element))
        {
            if (row[i] > first) (first, second) = (row[i], first);
            else if (row[i] > second && row[i] < first) second = row[i];
        }

        return first - second;
    });
}
