using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>The points of a plane that are looked at: equally spaced columns and rows.</summary>
/// <param name="X">Places of the columns, ascending.</param>
/// <param name="Y">Places of the rows, ascending.</param>
internal sealed record PlaneGrid(IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Row by row.</summary>
    public IReadOnlyList<(double X, double Y)> Points => [.. Y.SelectMany(y => X.Select(x => (x, y)))];

    /// <summary>A grid over all of some places, and beyond them on every side by a part of the larger extent.</summary>
    /// <exception cref="SettingException">The margin cannot be.</exception>
    public static PlaneGrid Around(IReadOnlyList<PlanePlace> places, double margin, int columns, int rows)
    {
        ArgumentNullException.ThrowIfNull(places);
        DemandMargin(margin);
        var (left, right, low, high) = (places.Min(place => place.X), places.Max(place => place.X), places.Min(place => place.Y), places.Max(place => place.Y));
        var beyond = margin * Math.Max(right - left, high - low);
        return new PlaneGrid(new PathRange(left - beyond, right + beyond).Places(columns), new PathRange(low - beyond, high + beyond).Places(rows));
    }

    /// <exception cref="SettingException">The margin is below zero, or no number.</exception>
    public static void DemandMargin(double margin)
    {
        if (!(margin >= 0) || !double.IsFinite(margin)) throw new SettingException(FormattableString.Invariant($"The margin is {margin}; it must be 0 or more, for example 0.25."));
    }

    /// <summary>A grid over the same range in both directions.</summary>
    /// <exception cref="SettingException">The range is empty.</exception>
    public static PlaneGrid Over(PathRange range, int columns, int rows)
    {
        ArgumentNullException.ThrowIfNull(range);
        return new PlaneGrid(range.Places(columns), range.Places(rows));
    }
}
