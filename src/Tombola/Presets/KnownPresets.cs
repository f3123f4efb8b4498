using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Presets;

/// <summary>The presets by name. A new one is one entry here, or in the list of its family.</summary>
public static class KnownPresets
{
    private static readonly DatasetSpec Glyphs = new() { Name = "glyphs" };

    /// <summary>Frankle et al. 2020, table 1.</summary>
    private static readonly Preset LeNetMnist = new()
    {
        Name = "lenet-mnist",
        Description = "LeNet-300-100 on MNIST: Adam 12e-4, batch 60, 24,000 steps (Frankle et al. 2020, table 1).",
        Model = "mnist_lenet_300_100",
        Initializer = "xavier_normal",
        Data = new DatasetSpec { Name = "mnist" },
        Recipe = new Recipe { Optimizer = "adam", LearningRate = 12e-4, Batch = 60, Steps = "24000it" },
        Published = new PublishedSetting("LeNet", 24_000),
        Tiny = new ScaledDown(1.0 / 40) { Data = Glyphs, RewindFractions = ScaledDown.FewRewindFractions },
        Choices =
        [
            new Choice("Initialisation", "xavier_normal, biases zero", "Open in the paper; as in Frankle and Carbin 2019."),
            new Choice("Pixels", "from 0 to 1", "Open in the paper; as in Frankle and Carbin 2019."),
        ],
    };

    private static readonly IReadOnlyList<Preset> Known =
    [
        LeNetMnist,
        LeNetMnist with
        {
            Name = "lenet-glyphs",
            Description = "LeNet-300-100 on the built-in glyphs, shortened to 1,200 steps: the setting of the quickstart.",
            Data = Glyphs,
            Recipe = LeNetMnist.Recipe with { Steps = "1200it" },
            Levels = 13,
            StudiedLevel = 10,
            Published = null,
        },
        LeNetMnist with
        {
            Name = "lenet-fashion",
            Description = "The recipe of lenet-mnist on Fashion-MNIST.",
            Data = new DatasetSpec { Name = "fashion_mnist" },
            Published = null,
        },
        LeNetMnist with
        {
            Name = "lenet-kmnist",
            Description = "The recipe of lenet-mnist on KMNIST.",
            Data = new DatasetSpec { Name = "kmnist" },
            Published = null,
        },
        LeNetMnist with
        {
            Name = "lenet-tensors",
            Description = "The recipe of lenet-mnist on your own 28x28 images (train.safetensors, test.safetensors).",
            Data = new DatasetSpec { Name = "tensors" },
            Published = null,
            Tiny = LeNetMnist.Tiny with { Data = null },
        },
        .. ResNetPresets.All,
        .. VggPresets.All,
        .. ConvNetPresets.All,
    ];

    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<Preset> Registry { get; } = new("There is no preset", preset => preset.Name, Known);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<Preset> All => Registry.All;

    /// <summary>The presets that differ from one in the learning rate alone, by the papers' names: <c>-low</c> and <c>-warmup</c>.</summary>
    public static IEnumerable<Preset> VariantsOf(string name) => All.Where(preset => preset.Name == $"{name}-low" || preset.Name == $"{name}-warmup");

    /// <exception cref="SettingException">There is no such preset; the message names the nearest and all others, or says what it needs.</exception>
    public static Preset Find(string name) => Registry.TryFind(name) ?? throw AbsentPresets.Refusal(name) ?? Registry.Unknown(name);
}
