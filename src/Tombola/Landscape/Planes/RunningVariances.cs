using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>The running statistics that must not be negative.</summary>
internal static class RunningVariances
{
    /// <summary>Name of the first variance of which some channel is below zero, or null.</summary>
    private static string? Negative(WeightSpace space, float[] statistics)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Statistics.FirstOrDefault(part => part.Name.EndsWith(".running_var", StringComparison.Ordinal) && statistics.AsSpan(part.Offset, part.Count).ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon))?.Name;
    }

    /// <summary>Refuses a place where the interpolated statistics have a negative variance: far from the networks a straight line leads out of what a variance can be.</summary>
    /// <param name="space">What lies where.</param>
    /// <param name="statistics">Those of the place.</param>
    /// <param name="place">The place, for the message.</param>
    /// <exception cref="SettingException">Some variance is negative.</exception>
    public static void Demand(WeightSpace space, float[] statistics, FormattableString place)
    {
        if (Negative(space, statistics) is not { } name) return;
        throw new SettingException(FormattableString.Invariant(
            $"At {FormattableString.Invariant(place)} the interpolated {name} would be negative, which no variance is. Use --batch-norm recalibrate, which estimates the statistics anew at every point."));
    }
}
