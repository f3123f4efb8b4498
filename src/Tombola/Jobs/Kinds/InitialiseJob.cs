using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Jobs;

/// <summary>Draws the weights of step 0.</summary>
public sealed record InitialiseJob : Job<InitialiseResult>
{
    /// <inheritdoc/>
    public override string Kind => "initialise";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the initialiser.</summary>
    public required string Initializer { get; init; }

    /// <summary>Name of the initialiser of batch norm; null for the usual one.</summary>
    public string? BatchNormInitializer { get; init; }

    /// <summary>What the weights are drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <summary><c>init</c>, or <c>reinit</c> for the control of random reinitialisation.</summary>
    public required string Stream { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [];

    /// <inheritdoc/>
    public override string Title => $"initialise {Model}, {Stream} seed {Seed}";

    /// <inheritdoc/>
    public override double Cost => 1e6;

    /// <inheritdoc/>
    protected internal override InitialiseResult Run(JobContext context)
    {
        var state = Initializers.Initialize(
            Architectures.Create(Model), Initializer, new RandomStream(Seed, Stream), BatchNormInitializer ?? BatchNormInitializers.Default);
        context.Write(state);
        return new InitialiseResult(state.Space.Count);
    }
}

/// <param name="Weights">Number of weights drawn.</param>
public sealed record InitialiseResult(int Weights);
