using Tombola.Engine.Naming;

namespace Tombola.Presets;

/// <summary>A setting of the papers that this program cannot run.</summary>
/// <param name="Name">As a preset it would have.</param>
/// <param name="Network">The network, as the paper writes it.</param>
/// <param name="Studies">The studies of which the paper has a panel or a row for it.</param>
internal sealed record AbsentPreset(string Name, string Network, IReadOnlyList<string> Studies)
{
    /// <summary>What is missing, in a sentence.</summary>
    public string Needs => $"{Name} needs imagenet: this program reads no data set of that name, and has no {Network}.";
}

/// <summary>The settings on ImageNet, kept by name so that lists and refusals can say what is missing.</summary>
internal static class AbsentPresets
{
    /// <summary>Frankle et al. 2020, figures 3 to 8 and table 2; figure 4 shows no network on ImageNet, figure 8 one.</summary>
    private static readonly string[] Both = ["lmc/fig3", "lmc/table2", "lmc/fig5", "lmc/fig6", "lmc/fig7"];

    public static IReadOnlyList<AbsentPreset> All { get; } =
    [
        new("resnet50-imagenet", "ResNet-50", [.. Both, "lmc/fig8"]),
        new("inceptionv3-imagenet", "Inception-v3", Both),
        new("squeezenet-imagenet", "SqueezeNet", []),
    ];

    /// <summary>What to answer a person who asks for one; null for any other name.</summary>
    internal static SettingException? Refusal(string name) => All.FirstOrDefault(preset => preset.Name == name) is { } absent ? new SettingException(absent.Needs) : null;
}
