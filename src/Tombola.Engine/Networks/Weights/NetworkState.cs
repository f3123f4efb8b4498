namespace Tombola.Engine.Networks;

/// <summary>A point in weight space: every parameter of a network in one contiguous vector, and the running statistics of its batch norms in another.</summary>
public sealed class NetworkState
{
    /// <param name="space">The index of both vectors.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="statistics">All running statistics, or null for those of an untrained network (means 0, variances 1).</param>
    public NetworkState(WeightSpace space, float[] weights, float[]? statistics = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length != space.Count)
        {
            throw new ArgumentException($"The weight vector has {weights.Length} elements; the network has {space.Count} parameters.", nameof(weights));
        }

        if (statistics is not null && statistics.Length != space.StatisticsCount)
        {
            throw new ArgumentException($"There are {statistics.Length} running statistics; the network has {space.StatisticsCount}.", nameof(statistics));
        }

        (Space, Weights, Statistics) = (space, weights, statistics ?? [.. space.Statistics.SelectMany(part => Enumerable.Repeat(part.Initial, part.Count))]);
    }

    /// <summary>The state with all weights zero.</summary>
    public NetworkState(WeightSpace space)
        : this(space, new float[space.Count])
    {
    }

    /// <summary>What lies where in <see cref="Weights"/>.</summary>
    public WeightSpace Space { get; }

    /// <summary>All parameters in one vector.</summary>
    public float[] Weights { get; }

    /// <summary>Running statistics of batch norm; empty for a network without.</summary>
    public float[] Statistics { get; }

    /// <summary>The slice of one parameter.</summary>
    public Span<float> this[Parameter parameter] => parameter.Of(Weights.AsSpan());

    /// <summary>The slice of one running statistic.</summary>
    public Span<float> this[RunningStatistic part] => Statistics.AsSpan(part.Offset, part.Count);

    /// <summary>A copy with vectors of its own.</summary>
    public NetworkState Clone() => new(Space, (float[])Weights.Clone(), (float[])Statistics.Clone());

    /// <summary>This state with every pruned weight set to zero.</summary>
    public NetworkState Under(Mask mask)
    {
        var masked = Clone();
        mask.Apply(masked.Weights);
        return masked;
    }
}
