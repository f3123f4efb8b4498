using System.Runtime.InteropServices;

namespace Tombola.Reporting;

/// <summary>Which program made a report, on which machine.</summary>
internal static class RunFacts
{
    /// <param name="version">Of the program.</param>
    /// <param name="executor">What computed, such as <c>2 workers</c>; null where there are no jobs.</param>
    public static IReadOnlyList<Fact> Of(string version, string? executor = null) =>
    [
        new("Tombola", version),
        new("Machine", $"{Environment.ProcessorCount} cores, {(executor is null ? "" : $"{executor}, ")}{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
    ];
}
