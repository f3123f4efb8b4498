namespace Tombola.Landscape;

/// <summary>A point on the line between two networks.</summary>
/// <param name="Alpha">0 at the first network, 1 at the second.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Error">Fraction of examples misclassified.</param>
public sealed record PathPoint(double Alpha, double Loss, double Error);

/// <summary>Error along the straight line between two networks.</summary>
/// <remarks>Frankle et al. 2020, section 2: instability = max over alpha of the error, minus the mean error of the two ends.</remarks>
public sealed record ErrorBarrier(IReadOnlyList<PathPoint> Path)
{
    /// <summary>Below this barrier, as a fraction of examples, two networks count as linearly connected (section 2: two points).</summary>
    public const double StabilityThreshold = 0.02;

    /// <summary>Height over the mean of the ends, as a fraction of examples (0.02 = two points). Can be slightly negative.</summary>
    public double Height => Path.Max(point => point.Error) - ((Path[0].Error + Path[^1].Error) / 2);

    /// <summary>Largest height over the chord between the ends, as a fraction of examples; never negative.</summary>
    public double ChordHeight => Path.Max(point => point.Error - (((1 - point.Alpha) * Path[0].Error) + (point.Alpha * Path[^1].Error)));

    /// <summary>Whether the height is below two points.</summary>
    public bool IsStable => Height < StabilityThreshold;
}
