using System.Globalization;
using Tombola.Engine.Naming;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Predicts from timed steps what the trainings of a whole run of iterative pruning cost, and what they would with dense kernels.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Batch">Examples in a mini-batch.</param>
/// <param name="Threads">Threads that share one network.</param>
/// <param name="Workers">Networks trained side by side, each with its own threads.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="Fraction">Fraction of the remaining weights that each level removes.</param>
/// <param name="Levels">One row a level, the dense network first.</param>
/// <param name="Measured">The timed steps; between them, the time of dense kernels and the ratio to it are each linear in the logarithm of density.</param>
public sealed record PruningRunBenchmark(
    string Model,
    int Batch,
    int Threads,
    int Workers,
    string Optimizer,
    double Fraction,
    IReadOnlyList<PruningRunLevel> Levels,
    IReadOnlyList<DensityBenchmarkRow> Measured)
{
    private static readonly double[] Densities = [1, 0.5, 0.2, 0.1, 0.05, 0.02];

    /// <summary>Milliseconds for one step of every level's training.</summary>
    public double Milliseconds => Levels.Sum(level => level.MsPerStep);

    /// <summary>The same with dense kernels.</summary>
    public double DenseMilliseconds => Levels.Sum(level => level.DenseMsPerStep);

    /// <summary>The first over the second.</summary>
    public double Ratio => Milliseconds / DenseMilliseconds;

    /// <summary>What came out, in a sentence.</summary>
    public string Verdict => string.Create(
        CultureInfo.InvariantCulture,
        $"The {Levels.Count} trainings of iterative pruning from dense down to {Levels[^1].Density * 100:0.0##} % of the weights take {Ratio * 100:F0} % of the time that they take with dense kernels, data loading and evaluation left out.");

    /// <summary>Measures at some densities.</summary>
    /// <param name="setting">What takes the steps.</param>
    /// <param name="levels">Levels of pruning after the dense network.</param>
    /// <param name="fraction">Fraction of the remaining weights that each level removes.</param>
    /// <param name="secondsPerRun">Length of each run; there are seven of each kind at a density.</param>
    public static PruningRunBenchmark Measure(StepSetting setting, int levels, double fraction, double secondsPerRun = StepBenchmark.SecondsPerRun)
    {
        SettingException.ThrowIfLessThan(levels, 0, "The number of levels");
        if (!(fraction is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The pruning fraction is {fraction}; it must be above 0 and below 1."));
        var last = Math.Pow(1 - fraction, levels);
        var measured = DensityBenchmark.Measure(setting, [.. Densities.Where(density => density > last), last], secondsPerRun);
        return Of(measured, levels, fraction);
    }

    /// <summary>Adds up what was measured.</summary>
    internal static PruningRunBenchmark Of(DensityBenchmark measured, int levels, double fraction) => new(
        measured.Model,
        measured.Batch,
        measured.Threads,
        measured.Workers,
        measured.Optimizer,
        fraction,
        [.. Enumerable.Range(0, levels + 1).Select(level => Level(measured.Rows, level, Math.Pow(1 - fraction, level)))],
        measured.Rows);

    private static PruningRunLevel Level(IReadOnlyList<DensityBenchmarkRow> rows, int level, double density)
    {
        var below = rows.FirstOrDefault(row => row.Density <= density) ?? rows[^1];
        var above = rows.LastOrDefault(row => row.Density > density) ?? below;
        var place = above == below ? 0 : Math.Log(density / below.Density) / Math.Log(above.Density / below.Density);

        // The time of the level's own kernels by way of the ratio, which was measured in pairs and is better known.
        var dense = double.Lerp(below.DenseMsPerStep, above.DenseMsPerStep, place);
        return new PruningRunLevel(level, density, dense * double.Lerp(below.Ratio, above.Ratio, place), dense);
    }
}

/// <summary>A level of iterative pruning.</summary>
/// <param name="Level">How often was pruned before.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="MsPerStep">Milliseconds a step of its training.</param>
/// <param name="DenseMsPerStep">The same with dense kernels.</param>
public sealed record PruningRunLevel(int Level, double Density, double MsPerStep, double DenseMsPerStep);
