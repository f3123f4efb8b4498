using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times one training step on made-up data, without data loading or evaluation.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Batch">Examples in a mini-batch.</param>
/// <param name="Threads">Threads that share one network.</param>
/// <param name="Workers">Networks trained side by side, each with its own threads.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="Kernels"><c>automatic</c>, or <c>dense</c> if masked weights had no kernels of their own.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="MsPerStep">Milliseconds a step of one network, the median over several runs.</param>
/// <param name="SamplesPerSecond">Examples a second over all workers.</param>
/// <param name="Gflops">Arithmetic by the layers' definition on the weights present, a second over all workers, in GFLOP/s. Winograd's algorithm does with less of it.</param>
/// <param name="FractionOfPeak">The same as a fraction of the multiply-add peak of the cores in use, measured in the same run; above 1 where Winograd's algorithm saves more than is lost.</param>
/// <param name="ArenaBytes">Native memory of one plan and its optimiser.</param>
public sealed record StepBenchmark(
    string Model,
    int Batch,
    int Threads,
    int Workers,
    double Density,
    string Kernels,
    string Optimizer,
    double MsPerStep,
    double SamplesPerSecond,
    double Gflops,
    double FractionOfPeak,
    long ArenaBytes)
{
    /// <summary>Length of a run.</summary>
    public const double SecondsPerRun = 0.25;

    /// <summary>Measures.</summary>
    /// <param name="setting">What takes the steps.</param>
    /// <param name="density">Density of the benchmark mask; 1 for no mask.</param>
    /// <param name="kernels">Whether masked weights may have kernels of their own.</param>
    /// <param name="secondsPerRun">Length of each of the seven runs, of which the median counts.</param>
    public static StepBenchmark Measure(StepSetting setting, double density = 1, KernelChoice kernels = KernelChoice.Automatic, double secondsPerRun = SecondsPerRun)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var network = setting.CreateNetwork();
        var mask = density == 1 ? null : BenchmarkMasks.Of(network, density);
        using var timer = new StepTimer(network, setting, mask, kernels);
        timer.WarmUp(secondsPerRun);
        var seconds = StepTimer.Median([.. Enumerable.Range(0, StepTimer.Runs).Select(_ => timer.Run(secondsPerRun))]);
        var samples = setting.Workers * setting.Recipe.Batch / seconds;
        var gflops = samples * Flops(network, mask) / 1e9;
        var peak = MachineProbe.PeakGflops() * Math.Min(Environment.ProcessorCount, setting.Workers * setting.Threads);
        return new StepBenchmark(
            setting.Model,
            setting.Recipe.Batch,
            setting.Threads,
            setting.Workers,
            mask?.Density ?? 1,
            kernels == KernelChoice.Dense ? "dense" : "automatic",
            setting.Recipe.Optimizer,
            seconds * 1e3,
            samples,
            gflops,
            gflops / peak,
            timer.ArenaBytes);
    }

    /// <summary>For one example: forward and weight gradient of every layer, and the data gradient of all but the first.</summary>
    private static double Flops(Network network, Mask? mask)
    {
        var layers = network.Layers.Where(layer => layer.Flops > 0).Select(layer => layer.Flops * Density(network.Space[$"{layer.Name}.weight"])).ToArray();
        return (3 * layers.Sum()) - layers[0];

        double Density(Parameter weights) => mask is null ? 1 : (double)mask.CountIn(weights) / weights.Count;
    }
}
