using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>How much is spent on a spectrum.</summary>
public sealed record SpectrumSettings
{
    /// <summary>A part of the largest eigenvalue below which curvature counts as none.</summary>
    public const double Flat = 1e-3;

    /// <summary>Eigenvalues at each end.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Largest residual of those over their size.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Products for them, at most.</summary>
    public int MostProducts { get; init; } = 200;

    /// <summary>Runs of the quadrature, each from a random vector of its own. The search for the ends is the first.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>Products of each further run.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Products for the trace.</summary>
    public int TraceProducts { get; init; } = 15;

    /// <summary>Products in all, at most.</summary>
    internal int Products => MostProducts + ((Runs - 1) * Steps) + TraceProducts;

    /// <exception cref="SettingException">A field is out of range.</exception>
    internal void Validate()
    {
        SettingException.ThrowIfLessThan(Count, 1, "The number of eigenvalues");
        if (!(Tolerance is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The tolerance of eigenvalues is {Tolerance}; it must be above 0 and below 1."));
        SettingException.ThrowIfLessThan(MostProducts, 2 * Count, "The number of products for eigenvalues (twice as many as eigenvalues at each end)");
        SettingException.ThrowIfLessThan(Runs, 1, "The number of runs of the quadrature");
        SettingException.ThrowIfLessThan(Steps, 2, "The number of steps of the quadrature");
        SettingException.ThrowIfLessThan(TraceProducts, 6, "The number of products for a trace");
    }
}
