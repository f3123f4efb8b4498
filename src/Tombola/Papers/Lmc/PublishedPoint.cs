namespace Tombola.Papers.Lmc;

/// <summary>A point of a figure against the rewinding step.</summary>
/// <param name="Curve">The line it belongs to, as in the file.</param>
/// <param name="K">The rewinding step.</param>
/// <param name="KUnit"><c>iteration</c> or <c>epoch</c>.</param>
/// <param name="Mean">Mean over replicates, a fraction.</param>
/// <param name="StandardDeviation">Over replicates, a fraction; null where the figure shows none.</param>
/// <param name="Density">Fraction of weights remaining.</param>
internal sealed record PublishedPoint(string Curve, double K, string KUnit, double Mean, double? StandardDeviation, double Density);

/// <summary>Accuracies at k = 0 and the density of the sparse networks, as fractions.</summary>
internal sealed record PublishedAccuracies(double Density, double Full, double Imp, double RandomPruning, double RandomReinitialisation);

/// <summary>First k at which a level is stable, and at which it matches; null where no k did.</summary>
internal sealed record PublishedOnsets(double Density, double? StableImp, double? MatchingImp, double? StableRandom, double? MatchingRandom);
