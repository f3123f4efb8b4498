using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>The networks that are about as good as one, and reached from it in a straight line on which no network is worse.</summary>
/// <remarks>
/// Paul et al. 2023: W' is in the linearly connected sublevel set of W if E(W') &lt;= E(W) + eps and there is no error barrier on the line from W to W'. The line lies in the sublevel set as its
/// end does: nowhere on it is the error above E(W) + eps. IMP finds a matching network at a level if, and only if, what the next mask leaves of weight space meets that set of the level before.
/// </remarks>
internal sealed record LinearlyConnectedSublevelSet
{
    /// <param name="tolerance">eps, as a fraction of examples: 0.005 is half a point.</param>
    /// <exception cref="SettingException">It is not above 0.</exception>
    public LinearlyConnectedSublevelSet(double tolerance)
    {
        if (!(tolerance is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The tolerance eps of a sublevel set is {tolerance}; it must be above 0 and below 1: with 0, chance alone would decide."));
        Tolerance = tolerance;
    }

    /// <summary>eps, as a fraction of examples.</summary>
    public double Tolerance { get; }

    /// <summary>Whether the network at the end of a path (1) is in the set of the one at its start (0).</summary>
    public bool Contains(ErrorBarrier path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Path.All(point => point.Error <= Highest(path));
    }

    /// <summary>Whether the end's own error is low enough, whatever lies between.</summary>
    public bool HasLowEnd(ErrorBarrier path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Path[^1].Error <= Highest(path);
    }

    private double Highest(ErrorBarrier path) => path.Path[0].Error + Tolerance;
}
