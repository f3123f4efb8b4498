namespace Tombola.Presets;

/// <summary>VGG on CIFAR-10 in two papers. Pruning spares the output layer, as in OpenLTH.</summary>
internal static class VggPresets
{
    /// <summary>Frankle et al. 2020, table 1.</summary>
    private static readonly Preset Vgg16 = new()
    {
        Name = "vgg16-cifar10",
        Description = "VGG-16 on CIFAR-10: learning rate 0.1, batch 128, 63,000 steps (Frankle et al. 2020, table 1: dense accuracy 93.7 %).",
        Model = "cifar_vgg_16",
        Initializer = "kaiming_normal",
        Data = CifarPresets.Data,
        Recipe = CifarPresets.Recipe with { Steps = "63000it", Schedule = "milestones", Milestones = "32000it,48000it" },
        StudiedLevel = 19,
        Published = new PublishedSetting("VGG-16", 63_000),
        Choices = CifarPresets.BatchNormChoices,
        Tiny = CifarPresets.Tiny("cifar_vgg_16_4", 0.01),
        Small = CifarPresets.Small(0.015) with { Model = "cifar_vgg_16_32", Points = 11 },
    };

    /// <summary>Frankle et al. 2019, figure 2.</summary>
    private static readonly Preset Vgg19 = Vgg16 with
    {
        Name = "vgg19-cifar10",
        Description = "VGG-19 on CIFAR-10: learning rate 0.1, batch 64, 112,000 steps (Frankle et al. 2019: dense accuracy 91.5 %).",
        Model = "cifar_vgg_19",
        Recipe = CifarPresets.Recipe with { Batch = 64, Steps = "112000it", Schedule = "milestones", Milestones = "56000it,84000it" },
        StudiedLevel = 17,
        Published = new PublishedSetting("VGG-19", 112_000),
        Tiny = CifarPresets.Tiny("cifar_vgg_19_4", 0.005),
        Small = CifarPresets.Small(0.0075) with { Model = "cifar_vgg_19_32", Points = 11 },
    };

    public static IReadOnlyList<Preset> All { get; } =
    [
        Vgg16,
        CifarPresets.Low(Vgg16, "The setting of vgg16-cifar10 with learning rate 0.01 (Frankle et al. 2020, table 1: dense accuracy 91.7 %).", studiedLevel: 13),
        CifarPresets.Warmup(Vgg16, "The setting of vgg16-cifar10 with 30,000 steps of warmup (Frankle et al. 2020, table 1: dense accuracy 93.4 %).", studiedLevel: 19, 0.1, "30000it"),
        Vgg19,
        CifarPresets.Low(Vgg19, "The setting of vgg19-cifar10 with learning rate 0.01 (Frankle et al. 2019).", Vgg19.StudiedLevel),
        CifarPresets.Warmup(Vgg19, "The setting of vgg19-cifar10 with 10,000 steps of warmup (Frankle et al. 2019).", Vgg19.StudiedLevel, 0.1, "10000it"),
    ];
}
