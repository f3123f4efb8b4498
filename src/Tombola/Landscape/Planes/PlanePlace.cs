namespace Tombola.Landscape;

/// <summary>Where a network lies, seen from a plane.</summary>
/// <param name="X">Along the plane's first direction, in its lengths.</param>
/// <param name="Y">Along its second direction.</param>
/// <param name="Distance">From the nearest point of the plane, in weight space.</param>
internal sealed record PlanePlace(double X, double Y, double Distance);
