using System.Globalization;

namespace Tombola.Studies;

/// <summary>How many of a study's jobs a version of the program computed.</summary>
/// <param name="Version">The version.</param>
/// <param name="Jobs">Number of jobs.</param>
public sealed record VersionShare(string Version, int Jobs)
{
    /// <summary>The versions in the order of their names.</summary>
    internal static IReadOnlyList<VersionShare> Of(IEnumerable<string> versions) =>
        [.. versions.GroupBy(version => version).Select(group => new VersionShare(group.Key, group.Count())).OrderBy(share => share.Version, StringComparer.Ordinal)];

    /// <summary>For a report.</summary>
    public static string Sentence(IReadOnlyList<VersionShare> shares) => string.Join(", ", shares);

    /// <summary>A warning to whoever reads results that different versions computed, since these may round differently; null if one version did all.</summary>
    public static string? Warning(IReadOnlyList<VersionShare> shares) => shares.Count < 2
        ? null
        : $"These results were computed by different versions of Tombola, which may round differently: {Sentence(shares)}. For results of one version, choose an empty store with --store DIR.";

    /// <summary>Such as "version 0.2.0 (28 jobs)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"version {Version} ({Jobs} job{(Jobs == 1 ? "" : "s")})");
}
