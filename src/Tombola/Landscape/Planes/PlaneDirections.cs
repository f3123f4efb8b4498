namespace Tombola.Landscape;

/// <summary>The ways to span a plane, as jobs name them.</summary>
public static class PlaneDirections
{
    /// <summary>Through three networks.</summary>
    public const string Networks = "networks";

    /// <summary>From a network in two random directions.</summary>
    public const string Random = "random";

    /// <summary>Along the principal components of a training.</summary>
    public const string Trajectory = "trajectory";
}
