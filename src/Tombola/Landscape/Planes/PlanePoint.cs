namespace Tombola.Landscape;

/// <summary>A point of a plane of networks.</summary>
/// <param name="X">Along the first direction.</param>
/// <param name="Y">Along the second direction.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Error">Fraction of examples misclassified.</param>
public sealed record PlanePoint(double X, double Y, double Loss, double Error);
