using System.Diagnostics;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times products with Hessian and Gauss-Newton matrix beside gradients on the same made-up examples, turn by turn.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Examples">Examples in a call.</param>
/// <param name="Threads">Threads that share the work.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="GradientMicroseconds">A gradient, microseconds an example: a training step that moves nothing, under the same mask.</param>
/// <param name="HessianMicroseconds">A product with the Hessian over the remaining prunable weights.</param>
/// <param name="GaussNewtonMicroseconds">One with the Gauss-Newton matrix.</param>
/// <param name="AllMicroseconds">A product with the Hessian over all parameters, batch norm's included.</param>
/// <param name="HessianRatio">Median over rounds of a product's time over the gradient's of the same round.</param>
/// <param name="GaussNewtonRatio">Likewise.</param>
/// <param name="AllRatio">Likewise.</param>
/// <param name="ArenaBytes">Native memory of the plan for products with the Hessian.</param>
public sealed record CurvatureBenchmark(
    string Model,
    int Examples,
    int Threads,
    double Density,
    double GradientMicroseconds,
    double HessianMicroseconds,
    double GaussNewtonMicroseconds,
    double AllMicroseconds,
    double HessianRatio,
    double GaussNewtonRatio,
    double AllRatio,
    long ArenaBytes)
{
    private const int Rounds = 9;

    /// <summary>Measures.</summary>
    /// <param name="model">Name of the architecture.</param>
    /// <param name="examples">Examples in a call.</param>
    /// <param name="threads">Threads that share the work.</param>
    /// <param name="density">Density of the benchmark mask; 1 for no mask.</param>
    public static CurvatureBenchmark Measure(string model, int examples, int threads, double density = 1)
    {
        var network = Architectures.Create(model);
        var mask = density == 1 ? null : BenchmarkMasks.Of(network, density);
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init));
        if (mask is not null) state = state.Under(mask);
        using var team = new ThreadTeam(threads);
        using var step = Backends.Cpu.Compile(new PlanRequest(network, examples) { Mask = mask, Training = true, Team = team });
        using var optimizer = step.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd));
        var request = new CurvatureRequest(network, examples) { Mask = mask, Team = team };
        using var hessian = Backends.Cpu.Compile(request);
        using var gaussNewton = Backends.Cpu.Compile(request with { GaussNewton = true });
        using var all = Backends.Cpu.Compile(request with { NormParameters = true });
        foreach (var plan in new IBatchPlan[] { step, hessian, gaussNewton, all }) Fill(plan, state);
        var (direction, product) = (Direction(network, mask), new float[network.Space.Count]);
        foreach (var plan in new[] { hessian, gaussNewton, all }) plan.Direct(direction);
        Action[] work = [() => step.Step(examples, optimizer, 0), () => hessian.Multiply(examples, product), () => gaussNewton.Multiply(examples, product), () => all.Multiply(examples, product)];
        var seconds = new double[work.Length, Rounds];

        // The first two rounds warm up.
        for (var round = -2; round < Rounds; round++)
        {
            for (var i = 0; i < work.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                work[i]();
                if (round >= 0) seconds[i, round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return new CurvatureBenchmark(
            model, examples, threads, mask?.Density ?? 1, Each(0), Each(1), Each(2), Each(3), Ratio(1), Ratio(2), Ratio(3), hessian.ArenaBytes);

        double Each(int i) => StepTimer.Median(Enumerable.Range(0, Rounds).Select(round => seconds[i, round])) / examples * 1e6;

        double Ratio(int i) => StepTimer.Median(Enumerable.Range(0, Rounds).Select(round => seconds[i, round] / seconds[0, round]));
    }

    private static void Fill(IBatchPlan plan, NetworkState state)
    {
        plan.Load(state);
        var stream = new RandomStream(1, RandomStream.Data);
        for (var n = 0; n < plan.Batch; n++)
        {
            var sample = plan.Sample(n);
            for (var i = 0; i < sample.Length; i++) sample[i] = (float)stream.Uniform(0, (ulong)n, (uint)i);
            plan.Labels[n] = n % plan.Network.Classes;
        }
    }

    private static float[] Direction(Network network, Mask? mask)
    {
        var direction = new float[network.Space.Count];
        var stream = new RandomStream(1, RandomStream.Probe);
        foreach (var parameter in network.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++) direction[i] = (float)stream.Uniform(0, (ulong)i, 0) - 0.5f;
        }

        mask?.Apply(direction);
        return direction;
    }
}
