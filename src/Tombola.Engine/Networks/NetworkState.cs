namespace Tombola.Engine.Networks;

/// <summary>A point in weight space: every parameter of a network in one contiguous vector.</summary>
public sealed class NetworkState
{
    public NetworkState(WeightSpace space, float[] weights)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length != space.Count)
        {
            throw new ArgumentException($"The weight vector has {weights.Length} elements; the network has {space.Count} parameters.", nameof(weights));
        }

        (Space, Weights) = (space, weights);
    }

    /// <summary>The state with all weights zero.</summary>
    public NetworkState(WeightSpace space)
        : this(space, new float[space.Count])
    {
    }

    public WeightSpace Space { get; }

    public float[] Weights { get; }

    /// <summary>The slice of one parameter.</summary>
    public Span<float> this[Parameter parameter] => parameter.Of(Weights.AsSpan());

    public NetworkState Clone() => new(Space, (float[])Weights.Clone());

    /// <summary>This state with every pruned weight set to zero.</summary>
    public NetworkState Under(Mask mask)
    {
        var masked = Clone();
        mask.Apply(masked.Weights);
        return masked;
    }
}
