namespace Tombola.Reporting.Published;

/// <summary>A point of a figure against the rewinding step.</summary>
/// <param name="Curve">The line it belongs to, as in the file.</param>
/// <param name="K">The rewinding step.</param>
/// <param name="KUnit"><c>iteration</c> or <c>epoch</c>.</param>
/// <param name="Mean">Mean over replicates, a fraction.</param>
/// <param name="StandardDeviation">Over replicates, a fraction; null where the figure shows none.</param>
/// <param name="Density">Fraction of weights remaining.</param>
public sealed record PublishedPoint(string Curve, double K, string KUnit, double Mean, double? StandardDeviation, double Density);

/// <summary>Accuracies at k = 0 and the density of the sparse networks, as fractions.</summary>
public sealed record PublishedAccuracies(double Density, double Full, double Imp, double RandomPruning, double RandomReinitialisation);

/// <summary>First k at which a level is stable, and at which it matches; null where no k did.</summary>
public sealed record PublishedThresholds(double Density, double? StableImp, double? MatchingImp, double? StableRandom, double? MatchingRandom);

/// <summary>The same measurement of the IMP ticket and of a random mask.</summary>
public sealed record PublishedPair(double Imp, double Random);

/// <summary>Distances between trained tickets: L2, and angles in degrees; accuracies and density are fractions.</summary>
public sealed record PublishedStability(
    double Density, PublishedPair OrderL2, PublishedPair PruningL2, PublishedPair OrderAngle, PublishedPair PruningAngle, PublishedPair Accuracy);
