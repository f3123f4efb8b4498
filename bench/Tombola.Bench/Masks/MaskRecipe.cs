using Tombola.Presets;
using Tombola.Training;

namespace Tombola.Bench.Masks;

/// <summary>How the benchmark masks of one model are made: iterative magnitude pruning as a preset has it, with short trainings.</summary>
/// <param name="Preset">The setting.</param>
/// <param name="Densities">Densities to prune to, one after the other.</param>
/// <param name="Steps">Length of the training before each pruning.</param>
/// <param name="Rewind">Step to go back to after pruning.</param>
/// <param name="LearningRate">A rate that suits short trainings.</param>
/// <param name="Warmup">Steps of warmup.</param>
internal sealed record MaskRecipe(Preset Preset, IReadOnlyList<double> Densities, int Steps, int Rewind, double LearningRate, int Warmup)
{
    private static readonly double[] Fine = [0.8, 0.5, 0.35, 0.2, 0.1, 0.05, 0.035, 0.02, 0.015, 0.01], Coarse = [0.5, 0.2, 0.1, 0.05, 0.035, 0.015];

    public static IReadOnlyList<MaskRecipe> All { get; } =
    [
        new(KnownPresets.Find("lenet-mnist"), Fine, Steps: 4000, Rewind: 0, LearningRate: 12e-4, Warmup: 0),
        new(KnownPresets.Find("resnet20-cifar10"), Fine, Steps: 300, Rewind: 50, LearningRate: 0.1, Warmup: 50),
        new(KnownPresets.Find("vgg16-cifar10"), Coarse, Steps: 120, Rewind: 20, LearningRate: 0.1, Warmup: 20),
    ];

    public Recipe Recipe => Preset.Recipe with { LearningRate = LearningRate, Warmup = $"{Warmup}it", Steps = $"{Steps}it" };
}
