using Tombola.Presets;
using Tombola.Reporting.Published;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>What Frankle et al. 2019 (arXiv 1903.01611) show of a preset.</summary>
internal static class StabilizingPaper
{
    /// <summary>The preset's rows of figure 3; null where the paper does not show the setting.</summary>
    public static PublishedStability? Stability(Preset preset) => preset.Published is not { } setting
        ? null
        : PublishedPoints.ScaleFigure3(setting.Network == "LeNet" ? "Lenet" : setting.Network, setting.Variant);

    /// <summary>Whether the ticket of step 0 matches the dense network at the level studied: LeNet's does, deeper networks' do at a low rate or with warmup. Null where the paper does not show the setting.</summary>
    public static bool? ResetMatches(Preset preset) => Stability(preset) is null ? null : preset.Published is { Network: "LeNet" } or { Variant: not "standard" };

    /// <summary>The level nearest to the density of figure 3, or the preset's own.</summary>
    public static int Level(StudyContext context) => Stability(context.Preset) is { } published ? context.LevelNear(published.Density) : context.Preset.StudiedLevel;
}
