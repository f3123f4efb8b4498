using System.Diagnostics;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times the evaluation of made-up examples: forward passes as <see cref="Evaluator"/> makes them, without decoding images.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Examples">Examples evaluated.</param>
/// <param name="Chunk">Examples at once.</param>
/// <param name="Threads">Threads that share the work.</param>
/// <param name="Milliseconds">Time for all examples, the median over several runs.</param>
/// <param name="SamplesPerSecond">Examples a second.</param>
/// <param name="Gflops">Arithmetic by the layers' definition, GFLOP/s.</param>
public sealed record EvaluationBenchmark(string Model, int Examples, int Chunk, int Threads, double Milliseconds, double SamplesPerSecond, double Gflops)
{
    private const int Runs = 7;

    /// <summary>Measures.</summary>
    public static EvaluationBenchmark Measure(string model, int examples, int threads)
    {
        SettingException.ThrowIfLessThan(examples, 1, "The number of examples");
        SettingException.ThrowIfLessThan(threads, 1, "The number of threads");
        var network = Architectures.Create(model);
        var chunk = Math.Min(examples, Evaluator.ChunkFor(network));
        using var team = new ThreadTeam(threads);
        using var plan = Backends.Cpu.Compile(new PlanRequest(network, chunk) { Team = team });
        plan.Load(Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init)));
        var stream = new RandomStream(1, RandomStream.Data);
        for (var n = 0; n < chunk; n++)
        {
            var sample = plan.Sample(n);
            for (var i = 0; i < sample.Length; i++) sample[i] = (float)stream.Uniform((uint)n, (ulong)i, 0);
        }

        var times = Enumerable.Range(0, Runs + 1).Select(_ => Run(plan, examples)).Skip(1).Order().ToArray();
        var seconds = times[Runs / 2];
        return new EvaluationBenchmark(model, examples, chunk, threads, seconds * 1e3, examples / seconds, (double)network.Flops * examples / seconds / 1e9);
    }

    private static double Run(INetworkPlan plan, int examples)
    {
        var start = Stopwatch.GetTimestamp();
        for (var first = 0; first < examples; first += plan.Batch) plan.Evaluate(Math.Min(plan.Batch, examples - first));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
