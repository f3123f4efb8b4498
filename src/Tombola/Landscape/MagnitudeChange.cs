using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>How many weights have a magnitude of some size: before pruning, just after it, and after retraining.</summary>
/// <param name="Low">Least magnitude of the bin.</param>
/// <param name="High">The least of the next one.</param>
/// <param name="Before">Weights that remained before pruning.</param>
/// <param name="Kept">Those of them that pruning left.</param>
/// <param name="After">The weights that remain, after retraining.</param>
public sealed record MagnitudeBin(double Low, double High, int Before, int Kept, int After);

/// <summary>What retraining does to magnitudes: small weights, which pruning removed, appear anew (Paul et al. 2023).</summary>
/// <remarks>Bins are quarters of the span from one power of two to the next, which the bits of a number tell: no logarithm is taken, so counts are the same on every machine.</remarks>
internal static class MagnitudeChange
{
    private const int BinsPerOctave = 4, Octaves = 14, MantissaBits = 21;

    /// <summary>Largest magnitude of a weight that one mask leaves and a sparser one does not; 0 if there is none.</summary>
    public static float Threshold(NetworkState before, Mask denser, Mask sparser)
    {
        ArgumentNullException.ThrowIfNull(before);
        var largest = 0f;
        foreach (var i in denser.RemainingIn([.. before.Space.Prunable]))
        {
            if (!sparser[i]) largest = Math.Max(largest, Math.Abs(before.Weights[i]));
        }

        return largest;
    }

    /// <summary>Weights that remain, were above a magnitude, and are not any more.</summary>
    public static int NewlySmall(NetworkState before, NetworkState after, Mask mask, float threshold)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return mask.RemainingIn([.. before.Space.Prunable]).Count(i => Math.Abs(before.Weights[i]) > threshold && Math.Abs(after.Weights[i]) <= threshold);
    }

    /// <summary>The bins from the largest magnitude of all down over 14 octaves; what is smaller, but not 0, lies in the lowest.</summary>
    public static IReadOnlyList<MagnitudeBin> Bins(NetworkState before, NetworkState after, Mask denser, Mask sparser)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        int[] all = denser.RemainingIn([.. before.Space.Prunable]), kept = sparser.RemainingIn([.. before.Space.Prunable]);
        var places = new[] { all.Select(i => Place(before.Weights[i])), kept.Select(i => Place(before.Weights[i])), kept.Select(i => Place(after.Weights[i])) }.Select(list => list.Where(place => place > 0).ToArray()).ToArray();
        if (places.All(list => list.Length == 0)) return [];
        var last = places.SelectMany(list => list).Max();
        var first = Math.Max(1, last + 1 - (BinsPerOctave * Octaves));
        var counts = places.Select(list => Counts(list, first, last)).ToArray();
        return [.. Enumerable.Range(0, last + 1 - first).Select(bin => new MagnitudeBin(Bound(first + bin), Bound(first + bin + 1), counts[0][bin], counts[1][bin], counts[2][bin]))];
    }

    private static int[] Counts(int[] places, int first, int last)
    {
        var counts = new int[last + 1 - first];
        foreach (var place in places) counts[Math.Max(place, first) - first]++;
        return counts;
    }

    /// <summary>Exponent and the first two bits behind the point: ascending with magnitude. 0 of zero and of what is hardly more.</summary>
    private static int Place(float weight) => float.IsFinite(weight) ? BitConverter.SingleToInt32Bits(Math.Abs(weight)) >> MantissaBits : 0;

    private static double Bound(int place) => BitConverter.Int32BitsToSingle(place << MantissaBits);
}
