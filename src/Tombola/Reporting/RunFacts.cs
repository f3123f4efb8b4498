using System.Runtime.InteropServices;

namespace Tombola.Reporting;

/// <summary>Which program made a report, on which machine.</summary>
public static class RunFacts
{
    /// <param name="version">Of the program.</param>
    /// <param name="workers">Jobs at once; null where there are none.</param>
    public static IReadOnlyList<Fact> Of(string version, int? workers = null) =>
    [
        new("Tombola", version),
        new("Machine", $"{Environment.ProcessorCount} cores, {(workers is null ? "" : $"{workers} workers, ")}{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
    ];
}
