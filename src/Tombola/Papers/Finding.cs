using System.Globalization;
using Tombola.Presets;
using Tombola.Reporting;

namespace Tombola.Papers;

/// <summary>What a paper says of a network, and where.</summary>
/// <param name="Study">The study that looks whether it comes out, such as <c>lmc/fig6</c>.</param>
/// <param name="Property">What the study decides from its rows, such as "stable at step 0".</param>
/// <param name="Holds">Whether the paper's network has it.</param>
/// <param name="Network">As <see cref="PublishedSetting"/> has it; null for all that the paper shows.</param>
/// <param name="Variant">Likewise; null for all.</param>
/// <param name="Statement">The sentence of the report's claim; {0} and so on are filled with what a study knows only when it has run.</param>
/// <param name="Number">The number behind it, a fraction or a step; null where it is no single one.</param>
/// <param name="Source">Where the paper says so.</param>
internal sealed record Finding(string Study, string Property, bool Holds, string? Network, string? Variant, string Statement, double? Number, string Source)
{
    /// <summary>The claim, given whether our network has the property; null leaves it open.</summary>
    /// <param name="ours">Our answer.</param>
    /// <param name="words">What is to be filled in.</param>
    public Claim Claim(Answer? ours, params object?[] words)
    {
        var answer = ours ?? Answer.Undecided;
        return new Claim(string.Format(CultureInfo.InvariantCulture, Statement, words), Holds ? answer : answer.Not());
    }

    /// <summary>Whether it is said of a setting.</summary>
    public bool IsOf(PublishedSetting setting) => (Network ?? setting.Network) == setting.Network && (Variant ?? setting.Variant) == setting.Variant;
}

/// <summary>The findings of a paper.</summary>
internal static class Findings
{
    /// <summary>What a paper says of a preset, for one study; nothing of networks that it does not show.</summary>
    public static IReadOnlyList<Finding> About(this IReadOnlyList<Finding> paper, Preset preset, string study) =>
        preset.Published is { } setting && paper.Any(finding => finding.Network == setting.Network)
            ? [.. paper.Where(finding => finding.Study == study && finding.IsOf(setting))]
            : [];

    /// <summary>Their claims, given which properties our network has.</summary>
    public static IReadOnlyList<Claim> Claims(this IEnumerable<Finding> findings, Func<string, Answer?> has, params object?[] words) => [.. findings.Select(finding => finding.Claim(has(finding.Property), words))];
}
