using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Jobs;

/// <summary>Shuffles the signs of prunable weights within each parameter: magnitudes stay where they are.</summary>
public sealed record ShuffleSignsJob : Job<InitialiseResult>
{
    /// <inheritdoc/>
    public override string Kind => "shuffle-signs";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state.</summary>
    public required Job State { get; init; }

    /// <summary>What the signs are drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [State];

    /// <inheritdoc/>
    public override string Title => $"shuffle the signs of {Model}";

    /// <inheritdoc/>
    public override double Cost => 5e7;

    /// <inheritdoc/>
    protected internal override InitialiseResult Run(JobContext context)
    {
        var space = Architectures.Create(Model).Space;
        var state = context.State(State, space);
        var stream = new RandomStream(Seed, RandomStream.Reinit);
        for (var p = 0; p < space.Parameters.Count; p++)
        {
            if (!space.Parameters[p].Prunable) continue;
            var weights = state.Weights.AsSpan(space.Parameters[p].Offset, space.Parameters[p].Count);
            var signs = new float[weights.Length];
            for (var i = 0; i < signs.Length; i++) signs[i] = MathF.CopySign(1, weights[i]);
            stream.Shuffle<float>(signs, (uint)p);
            for (var i = 0; i < signs.Length; i++) weights[i] = MathF.CopySign(weights[i], signs[i]);
        }

        context.Write(state);
        return new InitialiseResult(state.Space.Count);
    }
}
