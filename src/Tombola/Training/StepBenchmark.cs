using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>Times one training step on made-up data, without data loading or evaluation.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Batch">Examples in a mini-batch.</param>
/// <param name="Threads">Threads that share one network.</param>
/// <param name="Workers">Networks trained side by side, each with its own threads.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="MsPerStep">Milliseconds a step of one network, the median over several runs.</param>
/// <param name="SamplesPerSecond">Examples a second over all workers.</param>
/// <param name="Gflops">Arithmetic by the layers' definition a second over all workers, in GFLOP/s. Winograd's algorithm does with less of it.</param>
/// <param name="FractionOfPeak">The same as a fraction of the multiply-add peak of the cores in use, measured in the same run; above 1 where Winograd's algorithm saves more than is lost.</param>
/// <param name="ArenaBytes">Native memory of one plan and its optimiser.</param>
public sealed record StepBenchmark(
    string Model, int Batch, int Threads, int Workers, double Density, string Optimizer, double MsPerStep, double SamplesPerSecond, double Gflops, double FractionOfPeak, long ArenaBytes)
{
    private const int Runs = 7;

    /// <summary>Measures.</summary>
    /// <param name="model">Name of the architecture.</param>
    /// <param name="recipe">Optimiser and batch.</param>
    /// <param name="threads">Threads in each network.</param>
    /// <param name="workers">Networks side by side.</param>
    /// <param name="secondsPerRun">Length of each of the seven runs, of which the median counts.</param>
    public static StepBenchmark Measure(string model, Recipe recipe, int threads, int workers, double secondsPerRun = 0.25)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        recipe.Validate();
        var network = Architectures.Create(model);
        var contestants = Enumerable.Range(0, workers).Select(_ => new Contestant(network, recipe, threads)).ToArray();
        try
        {
            // The first steps run code that is not compiled for good yet, and fill the caches.
            var warm = Race(contestants, 3);
            if (warm < 0.01) warm = Race(contestants, 100);
            var steps = Math.Max(1, (int)(secondsPerRun / warm));
            var times = Enumerable.Range(0, Runs).Select(_ => Race(contestants, steps)).Order().ToArray();
            var seconds = times[Runs / 2];
            var gflops = workers * Flops(network) * recipe.Batch / seconds / 1e9;
            var peak = MachineProbe.PeakGflops() * Math.Min(Environment.ProcessorCount, workers * threads);
            return new StepBenchmark(
                model, recipe.Batch, threads, workers, 1, recipe.Optimizer, seconds * 1e3, workers * recipe.Batch / seconds, gflops, gflops / peak, contestants[0].ArenaBytes);
        }
        finally
        {
            foreach (var contestant in contestants) contestant.Dispose();
        }
    }

    /// <summary>Forward and weight gradient of every layer, and the data gradient of all but the first.</summary>
    private static double Flops(Network network) => (3.0 * network.Flops) - network.Layers.First(layer => layer.Flops > 0).Flops;

    private static double Race(Contestant[] contestants, int steps)
    {
        var times = new double[contestants.Length];
        var threads = contestants.Select((contestant, i) => new Thread(() => times[i] = contestant.Run(steps))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return times.Max();
    }
}
