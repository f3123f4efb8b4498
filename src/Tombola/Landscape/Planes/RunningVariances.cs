using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>The running statistics that must not be negative.</summary>
internal static class RunningVariances
{
    /// <summary>Name of the first variance of which some channel is below zero, or null.</summary>
    public static string? Negative(WeightSpace space, float[] statistics)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Statistics.FirstOrDefault(part => part.Name.EndsWith(".running_var", StringComparison.Ordinal) && statistics.AsSpan(part.Offset, part.Count).ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon))?.Name;
    }
}
