using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>The jobs that look at the curvature around a condition's solution, its first copy.</summary>
internal static class CurvatureJobs
{
    /// <summary>How much is spent on a spectrum: on the first few eigenvalues and the shape of the density.</summary>
    public static SpectrumSettings SpendingOf(Preset preset) => new()
    {
        Count = Math.Min(5, preset.CurvatureProducts / 4),
        Tolerance = 1e-2,
        MostProducts = preset.CurvatureProducts,
        Runs = 3,
        Steps = Math.Max(2, preset.CurvatureProducts / 3),
        TraceProducts = Math.Max(6, preset.CurvatureProducts / 5),
    };

    /// <summary>The spectrum of the Hessian there.</summary>
    public static SpectrumJob Spectrum(this Replicate replicate, Condition condition) => new()
    {
        Model = replicate.Preset.Model,
        State = replicate.Copy(condition, 0),
        Data = replicate.Data,
        Curvature = SettingsOf(replicate),
        Spending = SpendingOf(replicate.Preset),
        Seed = Seeds.Derive(replicate.Seed, "spectrum", replicate.Number),
        Kernels = replicate.KernelsFor(condition),
        Backend = replicate.Backend,
    };

    /// <summary>The curvature along the weights that a mask takes away.</summary>
    public static FlatnessJob Flatness(this Replicate replicate, Condition condition, Job<PruneResult> mask) => new()
    {
        Model = replicate.Preset.Model,
        State = replicate.Copy(condition, 0),
        Mask = mask,
        Data = replicate.Data,
        Curvature = SettingsOf(replicate),
        Kernels = replicate.KernelsFor(condition),
        Backend = replicate.Backend,
    };

    private static CurvatureSettings SettingsOf(Replicate replicate) => new() { Examples = replicate.Preset.CurvatureExamples };
}
