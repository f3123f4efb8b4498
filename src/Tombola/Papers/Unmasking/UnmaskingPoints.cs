using Tombola.Presets;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>A level of a published run of IMP.</summary>
/// <param name="Step">The step k that it is rewound to, of <see cref="UnmaskingPoints.PublishedTotal"/>.</param>
/// <param name="Level">The level, of 20 % each.</param>
/// <param name="Density">Fraction of weights that remain.</param>
/// <param name="Error">Test error of its solution.</param>
/// <param name="Midpoint">Test error half-way to the solution of the level before; not a number where the plot shows only that it is below a tenth.</param>
internal sealed record PublishedLevel(long Step, int Level, double Density, double Error, double Midpoint);

/// <summary>Accuracies before and after pruning, without retraining.</summary>
internal sealed record PublishedProjection(string ReachedBy, double FromDensity, double ToDensity, double Solution, double Projection);

/// <summary>Accuracy at a density when weights and schedule are rewound to a step at every level.</summary>
internal sealed record PublishedRewinding(long Step, double Density, double Accuracy);

/// <summary>Numbers of Paul et al. 2023 (arXiv 2210.03044), from the notebooks that precede the paper: ResNet-20 on CIFAR-10.</summary>
internal static class UnmaskingPoints
{
    /// <summary>Length of the published training, in steps, where the steps k are ours in proportion; that of the preset differs by a hundredth.</summary>
    public const double PublishedTotal = 63_000;

    /// <summary>Mean error of the published dense networks: with it 19 of the points match by the authors' rule, as they say.</summary>
    public const double DenseError = 0.085;

    /// <summary>The paper's main step k, of which it shows most.</summary>
    private const double MainStep = 2000;

    private static readonly double[] Steps20 = [0, 100, 250, 500, 1000, 2000];

    private static readonly Lazy<IReadOnlyList<PublishedRecord>> LevelFile = new(() => PublishedRecord.Read("unmasking-levels"));
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> MidpointFile = new(() => PublishedRecord.Read("unmasking-dense-midpoint"));
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> ProjectionFile = new(() => PublishedRecord.Read("unmasking-projection"));
    private static readonly Lazy<IReadOnlyList<PublishedRecord>> RewindingFile = new(() => PublishedRecord.Read("unmasking-retraining"));

    /// <summary>Where the points come from, for figures.</summary>
    public const string Source = "notebooks of the authors of Paul et al. 2023 (read off plots, 0.2 points)";

    /// <summary>The levels; empty for other settings than ResNet-20's standard one.</summary>
    public static IReadOnlyList<PublishedLevel> Levels(PublishedSetting? setting) => !IsShown(setting) ? [] :
    [
        .. from record in LevelFile.Value
           let below = record["midpoint_error"].StartsWith('<')
           select new PublishedLevel(
               (long)record.Number("rewind_step")!.Value, (int)record.Number("level")!.Value, record.Fraction("density")!.Value, record.Fraction("solution_error")!.Value,
               below ? double.NaN : record.Fraction("midpoint_error")!.Value),
    ];

    /// <summary>Error half-way from the dense network to the solution of a level, by the level's density, rewound to the main step.</summary>
    public static IReadOnlyList<(double Density, double Error)> DenseMidpoints(PublishedSetting? setting) => !IsShown(setting) ? [] :
        [.. MidpointFile.Value.Select(record => (Math.Pow(0.8, record.Number("level")!.Value), record.Fraction("midpoint_error")!.Value))];

    /// <summary>Projections by how their solutions were reached.</summary>
    public static IReadOnlyList<PublishedProjection> Projections(PublishedSetting? setting) => !IsShown(setting) ? [] :
    [
        .. from record in ProjectionFile.Value
           select new PublishedProjection(
               record["reached_by"], record.Fraction("from_density")!.Value, record.Fraction("to_density")!.Value, record.Fraction("solution_accuracy")!.Value, record.Fraction("projection_accuracy")!.Value),
    ];

    /// <summary>Accuracies by the step that is rewound to.</summary>
    public static IReadOnlyList<PublishedRewinding> Rewindings(PublishedSetting? setting) => !IsShown(setting) ? [] :
        [.. RewindingFile.Value.Select(record => new PublishedRewinding((long)record.Number("rewind_step")!.Value, record.Fraction("density")!.Value, record.Fraction("accuracy")!.Value))];

    /// <summary>The steps k of studies of several: those asked for, the scale's, or the paper's in proportion to the length of training.</summary>
    public static long[] Steps(StudyContext context) => context.Steps(Steps20.Select(step => step / PublishedTotal));

    /// <summary>The step k of studies of one: that asked for, else the scale's, or the paper's main one in proportion.</summary>
    public static long Step(StudyContext context) => context.Rewind > 0 ? context.Rewind
        : Math.Max(1, context.Preset.LateRewind is { } late ? (long)Math.Round(late * context.Total) : StepOf(context, MainStep));

    /// <summary>A published step in proportion to the length of training.</summary>
    public static long StepOf(StudyContext context, double published) => (long)Math.Round(published / PublishedTotal * context.Total);

    /// <summary>The level, not always whole, that has a density here.</summary>
    public static double LevelOf(StudyContext context, double density) => Math.Log(density) / Math.Log(1 - context.Preset.Fraction);

    private static bool IsShown(PublishedSetting? setting) => setting is { Network: UnmaskingFindings.ResNet20, Variant: "standard" };
}
