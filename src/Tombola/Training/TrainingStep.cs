using System.Diagnostics;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>A network ready to take training steps on made-up data.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly INetworkPlan _plan;
    private readonly IOptimizer _optimizer;
    private readonly Recipe _recipe;

    public TrainingStep(Network network, Recipe recipe, int threads, Mask? mask = null, KernelChoice kernels = KernelChoice.Automatic)
    {
        _recipe = recipe;
        _team = new ThreadTeam(threads);
        _plan = Backends.Cpu.Compile(new PlanRequest(network, recipe.Batch) { Mask = mask, Training = true, Team = _team, Kernels = kernels });
        _optimizer = _plan.CreateOptimizer(recipe.OptimizerSpec);
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(1, RandomStream.Init));
        _plan.Load(mask is null ? state : state.Under(mask));
        var stream = new RandomStream(1, RandomStream.Data);
        for (var n = 0; n < recipe.Batch; n++)
        {
            _plan.Labels[n] = n % network.Classes;
            var sample = _plan.Sample(n);
            for (var i = 0; i < sample.Length; i++) sample[i] = (float)stream.Uniform((uint)n, (ulong)i, 0);
        }
    }

    public long ArenaBytes => _plan.ArenaBytes + _optimizer.Bytes;

    /// <summary>Fraction of a dense step's multiply-adds that is left out.</summary>
    public double Skipped => _plan.SkippedArithmetic;

    /// <summary>Seconds a step.</summary>
    public double Run(int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++) _plan.Step(_recipe.Batch, _optimizer, _recipe.LearningRate);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    /// <summary>Times every phase of every pass.</summary>
    public IReadOnlyList<PassTiming> Profile(int steps) => _plan.Profile(_optimizer, _recipe.LearningRate, steps);

    public void Dispose()
    {
        _optimizer.Dispose();
        _plan.Dispose();
        _team.Dispose();
    }
}
