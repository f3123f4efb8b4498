using Tombola.Reporting;

namespace Tombola.Presets;

/// <summary>The networks without batch norm of Frankle and Carbin 2019 on CIFAR-10, in the setting of Maene et al. 2021.</summary>
internal static class ConvNetPresets
{
    public static IReadOnlyList<Preset> All { get; } = [Of(2), Of(4), Of(6)];

    private static Preset Of(int convolutions) => new()
    {
        Name = $"conv{convolutions}-cifar10",
        Description = $"Conv-{convolutions} on CIFAR-10: learning rate 0.01 along a cosine, batch 128, 75 epochs (the setting of Conv-4 in Maene et al. 2021).",
        Model = $"cifar_conv_{convolutions}",
        Initializer = "kaiming_normal",
        Data = CifarPresets.Data,
        Recipe = CifarPresets.Recipe with { LearningRate = 0.01, Steps = "75ep", Schedule = "cosine" },
        Levels = 25,
        Choices = [.. CifarPresets.Choices, new Choice("Exempt output layer", "yes", "Open in the paper; its ending is that of LeNet, whose output layer is spared.")],
        Tiny = CifarPresets.Tiny($"cifar_conv_{convolutions}_8", 0.14),
        Small = CifarPresets.Small(0.05) with { Points = 11 },
    };
}
