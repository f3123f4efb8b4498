using Tombola.Landscape;

namespace Tombola.Measuring;

/// <summary>What a person may say of a plane.</summary>
public sealed record PlaneArguments
{
    /// <summary>How far beyond the networks a grid goes unless it is said.</summary>
    public const double DefaultMargin = 0.25;

    /// <summary>One of <see cref="PlaneDirections"/>.</summary>
    public required string Directions { get; init; }

    /// <summary>Seed of random directions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Points from left to right.</summary>
    public int Columns { get; init; } = 25;

    /// <summary>Points from bottom to top.</summary>
    public int Rows { get; init; } = 25;

    /// <summary>How far beyond the networks the grid goes, as a part of their larger extent.</summary>
    public double Margin { get; init; } = DefaultMargin;

    /// <summary>The part of random directions to look at.</summary>
    public PathRange Range { get; init; } = new(-1, 1);

    /// <summary>Evaluate on the training set, without augmentation, instead of the test set.</summary>
    public bool OnTrainingSet { get; init; }
}
