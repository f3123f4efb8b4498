using Tombola.Reporting;

namespace Tombola.Presets;

/// <summary>ResNet-20 on CIFAR-10 in three papers. Pruning spares no layer, as in OpenLTH.</summary>
internal static class ResNetPresets
{
    private const string TinyModel = "cifar_resnet_8_4";

    /// <summary>
    /// What the scale <c>small</c> trains in place of ResNet-20: 6,000 steps of a narrow and shallow network in small mini-batches, whose noise makes tickets from step 0
    /// unstable, and too bad to match, as the papers found those of ResNet-20; no training of ResNet-20 itself that was tried within an hour does (docs/results.md).
    /// </summary>
    /// <param name="steps">Steps of the published training.</param>
    private static ScaledDown SmallOf(double steps) =>
        CifarPresets.Small(6000 / steps) with { Model = "cifar_resnet_8_8", Batch = 16, KeepsPublished = true, LateRewind = 0.1 };

    /// <summary>Frankle et al. 2020, table 1.</summary>
    private static readonly Preset ResNet20 = new()
    {
        Name = "resnet20-cifar10",
        Description = "ResNet-20 on CIFAR-10: learning rate 0.1, batch 128, 63,000 steps (Frankle et al. 2020, table 1: dense accuracy 91.7 %).",
        Model = "cifar_resnet_20",
        Initializer = "kaiming_normal",
        Data = CifarPresets.Data,
        Recipe = CifarPresets.Recipe with { Steps = "63000it", Schedule = "milestones", Milestones = "32000it,48000it" },
        Levels = 15,
        StudiedLevel = 8,
        ExemptOutput = false,
        Published = new PublishedSetting("ResNet-20", 63_000),
        Choices = CifarPresets.BatchNormChoices,
        Tiny = CifarPresets.Tiny(TinyModel, 0.01),
        Small = SmallOf(63_000),
    };

    /// <summary>Frankle et al. 2019, figure 2, where ResNet-20 is called Resnet-18.</summary>
    private static readonly Preset ResNet18 = ResNet20 with
    {
        Name = "resnet18-cifar10",
        Description = "ResNet-20 (called Resnet-18 there) on CIFAR-10: learning rate 0.1, batch 128, 30,000 steps (Frankle et al. 2019: dense accuracy 90.5 %).",
        Recipe = CifarPresets.Recipe with { Steps = "30000it", Schedule = "milestones", Milestones = "20000it,25000it" },
        Published = new PublishedSetting("Resnet-18", 30_000),
        Tiny = CifarPresets.Tiny(TinyModel, 0.02),
        Small = SmallOf(30_000),
    };

    /// <summary>Maene et al. 2021: a larger batch at the same learning rate and number of epochs, so fewer steps.</summary>
    private static readonly Preset LargeBatch = ResNet20 with
    {
        Name = "resnet20-large-batch",
        Description = "ResNet-20 on CIFAR-10 in epochs, for trying batches (--set batch=1024) and warmup (--set warmup=10ep): learning rate 0.1, 85 epochs (Maene et al. 2021).",
        Recipe = CifarPresets.Recipe with { WeightDecay = 1e-5, Steps = "85ep", Schedule = "milestones", Milestones = "56ep,71ep" },
        Levels = 25,
        StudiedLevel = 15,
        Published = null,
        Choices =
        [
            .. CifarPresets.BatchNormChoices.Where(choice => choice.Name != CifarPresets.WeightDecayChoice),
            new Choice(CifarPresets.WeightDecayChoice, "0.9, and 1e-5 on every parameter", "The paper gives the weight decay but not what it acts on."),
            new Choice("Batch and warmup", "128, no warmup", "The paper tries 128 to 2,048, with and without ten epochs of warmup; at 128 without, IMP fails at step 0."),
        ],

        // In whole epochs: 12 with milestones at 8 and 10, and 9 with milestones at 6 and 8.
        Tiny = CifarPresets.Tiny(TinyModel, 0.14),
        Small = CifarPresets.Small(0.1),
    };

    public static IReadOnlyList<Preset> All { get; } =
    [
        ResNet20,
        CifarPresets.Low(ResNet20, "The setting of resnet20-cifar10 with learning rate 0.01 (Frankle et al. 2020, table 1: dense accuracy 88.8 %).", studiedLevel: 11),
        CifarPresets.Warmup(
            ResNet20, "The setting of resnet20-cifar10 with learning rate 0.03 and 30,000 steps of warmup (Frankle et al. 2020, table 1: dense accuracy 89.7 %).", studiedLevel: 11, 0.03, "30000it"),
        ResNet18,
        CifarPresets.Low(ResNet18, "The setting of resnet18-cifar10 with learning rate 0.01 (Frankle et al. 2019).", ResNet18.StudiedLevel),
        CifarPresets.Warmup(ResNet18, "The setting of resnet18-cifar10 with learning rate 0.03 and 20,000 steps of warmup (Frankle et al. 2019).", ResNet18.StudiedLevel, 0.03, "20000it"),
        LargeBatch,
    ];
}
