using Tombola.Data;

namespace Tombola.Presets;

/// <summary>A preset made smaller for a scale: less training and, where that is not enough, a smaller network on other data.</summary>
/// <param name="Steps">Factor on the steps of training, of the schedule and of warmup.</param>
public sealed record ScaledDown(double Steps)
{
    /// <summary>Nothing is made smaller.</summary>
    public static ScaledDown None { get; } = new(1);

    /// <summary>Another network, or null for the preset's own.</summary>
    public string? Model { get; init; }

    /// <summary>Other data, or null for the preset's own.</summary>
    public DatasetSpec? Data { get; init; }

    /// <summary>Whether the other network stands for the preset's own: it was chosen because the order of things is the published one, so that findings and points stay beside it.</summary>
    public bool KeepsPublished { get; init; }

    /// <summary>The step k of studies of one, as a fraction of training.</summary>
    public double? LateRewind { get; init; }

    /// <summary>Another number of examples in a mini-batch.</summary>
    public int? Batch { get; init; }

    /// <summary>Another number of points on a path.</summary>
    public int? Points { get; init; }

    /// <summary>Another number of examples for curvature.</summary>
    public int? CurvatureExamples { get; init; }

    /// <summary>Another number of products for the ends of a spectrum.</summary>
    public int? CurvatureProducts { get; init; }

    /// <summary>Just enough to see that a spectrum can be had.</summary>
    public const int FewCurvatureExamples = 128, FewCurvatureProducts = 12;

    /// <summary>Another number of replicates than the scale's.</summary>
    public int? Replicates { get; init; }

    /// <summary>Another fraction of weights that a level removes; levels become fewer, densities stay about the same.</summary>
    public double? Fraction { get; init; }

    /// <summary>Steps k of studies that look at many, as fractions of training.</summary>
    public IReadOnlyList<double>? RewindFractions { get; init; }

    /// <summary>About equal ratios from 3 % of training on: what two cores can do of a convolutional network.</summary>
    public static IReadOnlyList<double> LogRewindFractions { get; } = [0, 0.03, 0.1, 0.25];

    /// <summary>Just enough to see a curve.</summary>
    public static IReadOnlyList<double> FewRewindFractions { get; } = [0, 0.1, 0.5];

    /// <summary>The preset with the other network, data, batch and points; its steps as they were. What was published of the preset says nothing about another network or other data, unless that was chosen to stand for it.</summary>
    public Preset Substitute(Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        if (this == None) return preset;
        var levels = Fraction is { } fraction ? Math.Log(1 - preset.Fraction) / Math.Log(1 - fraction) : 1;
        return preset with
        {
            Fraction = Fraction ?? preset.Fraction,
            Levels = (int)Math.Ceiling(preset.Levels * levels),
            StudiedLevel = (int)Math.Round(preset.StudiedLevel * levels),
            RewindFractions = RewindFractions ?? preset.RewindFractions,
            Model = Model ?? preset.Model,
            Data = Data ?? preset.Data,
            CurvatureProducts = CurvatureProducts ?? preset.CurvatureProducts,
            Points = Points ?? preset.Points,
            CurvatureExamples = CurvatureExamples ?? preset.CurvatureExamples,
            LateRewind = LateRewind ?? preset.LateRewind,
            Published = KeepsPublished || (Model is null && Data is null) ? preset.Published : null,
            Recipe = preset.Recipe with { Batch = Batch ?? preset.Recipe.Batch },
        };
    }
}
