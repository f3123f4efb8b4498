using Tombola.Engine.Networks;

namespace Tombola.Measuring;

/// <summary>Bins of magnitudes in equal ratios, eight to a power of ten, over four powers of ten below the largest magnitude.</summary>
/// <param name="First">Number of the lowest bin, counted in eighths of a power of ten from 1.</param>
internal sealed record MagnitudeBins(int First)
{
    /// <summary>How many there are.</summary>
    public const int Count = PerDecade * Decades;

    /// <summary>Powers of ten that they cover.</summary>
    public const int Decades = 4;

    private const int PerDecade = 8;

    /// <summary>Lower bounds of the bins, and the upper bound of the last.</summary>
    public IReadOnlyList<double> Bounds => [.. Enumerable.Range(0, Count + 1).Select(bin => At(bin))];

    /// <summary>The bins for all weights of some networks.</summary>
    public static MagnitudeBins For(IEnumerable<NetworkState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var largest = states.SelectMany(state => state.Space.Prunable.Select(parameter => Largest(state[parameter]))).DefaultIfEmpty().Max();
        return new MagnitudeBins((largest > 0 ? Place(largest) : 0) + 1 - Count);

        static float Largest(ReadOnlySpan<float> weights)
        {
            var largest = 0f;
            foreach (var weight in weights)
            {
                if (float.IsFinite(weight)) largest = Math.Max(largest, Math.Abs(weight));
            }

            return largest;
        }
    }

    /// <summary>Middle of a bin, as ratios go.</summary>
    public double Middle(int bin) => At(bin + 0.5);

    /// <summary>How many of some weights lie in each bin. Zeros lie in none; what is smaller than the bins lies in the lowest.</summary>
    public IReadOnlyList<int> Counts(ReadOnlySpan<float> weights)
    {
        var counts = new int[Count];
        foreach (var weight in weights)
        {
            if (weight != 0 && float.IsFinite(weight)) counts[Math.Clamp(Place(Math.Abs(weight)) - First, 0, Count - 1)]++;
        }

        return counts;
    }

    private static int Place(float magnitude) => (int)Math.Floor(Math.Log10(magnitude) * PerDecade);

    private double At(double bin) => Math.Pow(10, (First + bin) / PerDecade);
}
