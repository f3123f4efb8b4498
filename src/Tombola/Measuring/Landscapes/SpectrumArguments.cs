using Tombola.Landscape;

namespace Tombola.Measuring;

/// <summary>What a person may say of a spectrum.</summary>
public sealed record SpectrumArguments
{
    /// <summary>Of what, and over what.</summary>
    public CurvatureSettings Curvature { get; init; } = new();

    /// <summary>How much is spent.</summary>
    public SpectrumSettings Spending { get; init; } = new();

    /// <summary>Seed of the random vectors.</summary>
    public ulong Seed { get; init; } = 1;
}
