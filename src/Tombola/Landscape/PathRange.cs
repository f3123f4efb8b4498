using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>The part of a straight line between two networks that is walked: 0 is at the first, 1 at the second, and it may go beyond both.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends, farther on.</param>
public sealed record PathRange(double From, double To)
{
    /// <summary>From the first network to the second.</summary>
    public static PathRange Between { get; } = new(0, 1);

    /// <summary>Equally spaced places, the ends included.</summary>
    /// <param name="points">How many, 2 or more.</param>
    /// <exception cref="SettingException">The range is empty or not finite, or there are too few points.</exception>
    public double[] Places(int points)
    {
        SettingException.ThrowIfLessThan(points, 2, "The number of points");
        if (!(From < To) || !double.IsFinite(From) || !double.IsFinite(To)) throw new SettingException(FormattableString.Invariant($"The range goes from {From} to {To}; its end must lie above its start, for example -0.5:1.5."));

        // A fraction of the whole rather than a sum of steps, so that 0 and 1 are met exactly wherever they are on the grid.
        return [.. Enumerable.Range(0, points).Select(i => Place(i, points - 1))];
    }

    private double Place(int i, int last)
    {
        var place = From + ((To - From) * i / last);
        var near = Math.Round(place);
        return Math.Abs(place - near) < 1e-12 ? near : place;
    }
}
