using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times training steps under benchmark masks of falling density, with the kernels that a plan chooses and with dense ones, in turn.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Batch">Examples in a mini-batch.</param>
/// <param name="Threads">Threads that share one network.</param>
/// <param name="Workers">Networks trained side by side, each with its own threads.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="Rows">One row a density.</param>
public sealed record DensityBenchmark(string Model, int Batch, int Threads, int Workers, string Optimizer, IReadOnlyList<DensityBenchmarkRow> Rows)
{
    /// <summary>The densities to look at: those of the stored masks of LeNet and ResNet-20, and the dense network.</summary>
    public static IReadOnlyList<double> Densities { get; } = [1, 0.8, 0.5, 0.35, 0.2, 0.1, 0.05, 0.035, 0.02, 0.015, 0.01];

    /// <summary>Measures.</summary>
    /// <param name="setting">What takes the steps.</param>
    /// <param name="densities">Densities of the benchmark masks; 1 for no mask.</param>
    /// <param name="secondsPerRun">Length of each run; there are seven of each kind at a density.</param>
    public static DensityBenchmark Measure(StepSetting setting, IReadOnlyList<double> densities, double secondsPerRun = StepBenchmark.SecondsPerRun)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var network = setting.CreateNetwork();

        // All before the first is timed, so that a missing one is noticed at once.
        Mask?[] masks = [.. densities.Select(density => density == 1 ? null : BenchmarkMasks.Of(network, density))];
        return new DensityBenchmark(
            setting.Model, setting.Recipe.Batch, setting.Threads, setting.Workers, setting.Recipe.Optimizer, [.. masks.Select(mask => Row(network, setting, mask, secondsPerRun))]);
    }

    private static DensityBenchmarkRow Row(Network network, StepSetting setting, Mask? mask, double secondsPerRun)
    {
        using var automatic = new StepTimer(network, setting, mask, KernelChoice.Automatic);
        using var dense = new StepTimer(network, setting, mask, KernelChoice.Dense);
        automatic.WarmUp(secondsPerRun);
        dense.WarmUp(secondsPerRun);

        // What else the machine does changes from second to second: only times that follow each other closely are compared.
        var pairs = Enumerable.Range(0, StepTimer.Runs).Select(_ => (Own: automatic.Run(secondsPerRun), Dense: dense.Run(secondsPerRun))).ToArray();
        var ratios = pairs.Select(pair => pair.Own / pair.Dense).Order().ToArray();
        return new DensityBenchmarkRow(
            mask?.Density ?? 1,
            mask?.Remaining ?? network.Space.PrunableCount,
            StepTimer.Median(pairs.Select(pair => pair.Own)) * 1e3,
            StepTimer.Median(pairs.Select(pair => pair.Dense)) * 1e3,
            StepTimer.Median(ratios),
            ratios[1],
            ratios[^2],
            automatic.Skipped);
    }
}

/// <summary>A training step at one density.</summary>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="Remaining">Their number.</param>
/// <param name="MsPerStep">Milliseconds a step of one network with the kernels that the plan chose, the median over several runs.</param>
/// <param name="DenseMsPerStep">The same with dense kernels.</param>
/// <param name="Ratio">The first over the second, the median over pairs of runs.</param>
/// <param name="RatioLow">The second lowest ratio of a pair.</param>
/// <param name="RatioHigh">The second highest.</param>
/// <param name="Skipped">Fraction of the multiply-adds of a dense step that was left out.</param>
public sealed record DensityBenchmarkRow(double Density, int Remaining, double MsPerStep, double DenseMsPerStep, double Ratio, double RatioLow, double RatioHigh, double Skipped);
