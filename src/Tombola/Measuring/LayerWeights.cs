using Tombola.Engine.Networks;

namespace Tombola.Measuring;

/// <summary>The weights of one layer that pruning may touch; what is said of their size holds for those that remain.</summary>
/// <param name="Layer">Its name; <c>all</c> for all layers together.</param>
/// <param name="Weights">How many there are.</param>
/// <param name="Remaining">How many are not zero.</param>
/// <param name="MeanMagnitude">Mean of |w|; null where none remain, as the others.</param>
/// <param name="Deviation">Standard deviation of w.</param>
/// <param name="Largest">Largest |w|.</param>
/// <param name="Counts">How many lie in each bin of magnitudes.</param>
public sealed record LayerWeights(string Layer, int Weights, int Remaining, double? MeanMagnitude, double? Deviation, double? Largest, IReadOnlyList<int> Counts)
{
    /// <summary>Fraction of the weights that remain.</summary>
    public double Density => Weights == 0 ? 1 : (double)Remaining / Weights;

    /// <summary>Layer by layer, and all of them together at the end.</summary>
    internal static IReadOnlyList<LayerWeights> Of(NetworkState state, MagnitudeBins bins)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(bins);
        return
        [
            .. state.Space.Prunable.Select(parameter => Of(parameter.Layer, state[parameter], bins)),
            Of("all", state.Space.Prunable.SelectMany(parameter => state[parameter].ToArray()).ToArray(), bins),
        ];
    }

    private static LayerWeights Of(string layer, ReadOnlySpan<float> weights, MagnitudeBins bins)
    {
        var (remaining, magnitudes, sum, largest) = (0, 0.0, 0.0, 0.0);
        foreach (var weight in weights)
        {
            if (weight == 0) continue;
            remaining++;
            sum += weight;
            magnitudes += Math.Abs(weight);
            largest = Math.Max(largest, Math.Abs(weight));
        }

        // From the mean, since the difference of two sums of squares could lose all its digits.
        var (mean, squares) = (sum / remaining, 0.0);
        foreach (var weight in weights)
        {
            if (weight != 0) squares += (weight - mean) * (weight - mean);
        }

        return new LayerWeights(layer, weights.Length, remaining, Known(magnitudes / remaining), Known(Math.Sqrt(squares / remaining)), remaining == 0 ? null : Known(largest), bins.Counts(weights));
    }

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}
