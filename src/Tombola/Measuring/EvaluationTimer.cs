using System.Diagnostics;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Measuring;

/// <summary>Foretells how long many networks take of one architecture, from one of them on a few hundred examples.</summary>
/// <param name="state">The network.</param>
/// <param name="mask">The weights that all of them keep to.</param>
/// <param name="network">The architecture.</param>
/// <param name="threads">Threads at once.</param>
/// <param name="kernels">Whether layers may be computed sparsely.</param>
internal sealed class EvaluationTimer(Network network, NetworkState state, Mask mask, int threads, KernelChoice kernels)
{
    private const int Fewest = 256, Runs = 3;

    /// <summary>The runtime compiles for good what has been used for about so long; and what takes as long needs no median.</summary>
    private const double WarmUp = 0.3;

    /// <summary>Seconds of one network on all examples.</summary>
    public double Evaluation(ExampleSource examples)
    {
        ArgumentNullException.ThrowIfNull(examples);

        // Weights are loaded for every chunk, so that a part of one would cost too much.
        var few = examples.Subsample(Math.Min(Math.Max(Fewest, Evaluator.ChunkFor(network)), examples.Count), 0);
        using var team = new ThreadTeam(threads);
        using var evaluator = new Evaluator(network, few, team, mask, kernels);

        // Several for each thread, as small ones are computed side by side and share the decoding of examples.
        NetworkState[] several = [.. Enumerable.Repeat(state, 2 * threads)];
        return Median(() => evaluator.Evaluate(several)) / several.Length / few.Count * examples.Count;
    }

    /// <summary>Seconds of estimating the running statistics of one network.</summary>
    public double Recalibration(Recalibration recalibration, ExampleSource train)
    {
        using var team = new ThreadTeam(threads);
        using var recalibrator = new Recalibrator(network, recalibration, train, team, mask, kernels);
        return Median(() => recalibrator.Recalibrate(state));
    }

    private static double Median(Action work)
    {
        var watch = Stopwatch.StartNew();
        do work();
        while (watch.Elapsed.TotalSeconds < WarmUp);
        var first = Seconds(work);
        return first > WarmUp ? first : StepTimer.Median(Enumerable.Range(0, Runs).Select(_ => Seconds(work)));
    }

    private static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}
