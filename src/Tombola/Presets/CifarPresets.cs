using Tombola.Data;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Presets;

/// <summary>What the presets on CIFAR-10 have in common.</summary>
internal static class CifarPresets
{
    public static DatasetSpec Data { get; } = new() { Name = "cifar10", Pixels = DatasetSpec.Standard };

    /// <summary>What the scale <c>tiny</c> trains: a narrow network of the same family on drawn images of CIFAR's shape.</summary>
    /// <param name="model">A network whose step of 32 examples takes two milliseconds or less.</param>
    /// <param name="steps">Factor that leaves about 600 steps: ten epochs, a second or two.</param>
    public static ScaledDown Tiny(string model, double steps) => new(steps)
    {
        Model = model,
        Data = new DatasetSpec { Name = "colour_glyphs", Pixels = DatasetSpec.Standard },
        Batch = 32,
        Points = 11,
        CurvatureExamples = ScaledDown.FewCurvatureExamples,
        CurvatureProducts = ScaledDown.FewCurvatureProducts,
        RewindFractions = ScaledDown.FewRewindFractions,
    };

    /// <summary>What the scale <c>small</c> trains: every second level of pruning, one replicate, and fewer steps k.</summary>
    /// <param name="steps">Factor on the steps of training.</param>
    public static ScaledDown Small(double steps) => new(steps)
    {
        // Two levels of 20 % in one.
        Fraction = 0.36,
        Replicates = 1,
        RewindFractions = ScaledDown.LogRewindFractions,
    };

    /// <summary>Momentum, weight decay and augmentation of OpenLTH, batch 128, learning rate 0.1.</summary>
    public static Recipe Recipe { get; } = new() { LearningRate = 0.1, Momentum = 0.9, WeightDecay = 1e-4, Batch = 128, Augmentation = Augmentations.FlipCrop };

    /// <summary>Name of the choice that a preset with another weight decay replaces.</summary>
    public const string WeightDecayChoice = "Momentum and weight decay";

    public static IReadOnlyList<Choice> Choices { get; } =
    [
        new(WeightDecayChoice, "0.9, and 1e-4 on every parameter", "As OpenLTH's presets have it."),
        new("Augmentation", "flip_crop", "A random horizontal flip and a random crop after padding by 4, as OpenLTH does."),
        new("Pixels", "standard", "Each channel less its mean, over its standard deviation."),
        new("Initialisation", "kaiming_normal, biases zero", "As OpenLTH's presets have it."),
    ];

    public static IReadOnlyList<Choice> BatchNormChoices { get; } =
        [.. Choices, new("Initialisation of batch norm", "uniform", "Scales from U[0, 1], shifts zero, as OpenLTH's presets have it.")];

    /// <summary>The variant <c>-low</c>: a tenth of the learning rate.</summary>
    public static Preset Low(Preset standard, string description, int studiedLevel) => standard with
    {
        Name = $"{standard.Name}-low",
        Description = description,
        Recipe = standard.Recipe with { LearningRate = 0.01 },
        StudiedLevel = studiedLevel,
        Published = standard.Published is { } published ? published with { Variant = "low" } : null,
    };

    /// <summary>The variant <c>-warmup</c>.</summary>
    public static Preset Warmup(Preset standard, string description, int studiedLevel, double rate, string warmup) => standard with
    {
        Name = $"{standard.Name}-warmup",
        Description = description,
        Recipe = standard.Recipe with { LearningRate = rate, Warmup = warmup },
        StudiedLevel = studiedLevel,
        Published = standard.Published is { } published ? published with { Variant = "warmup" } : null,
    };
}
