namespace Tombola.Engine.Execution.Cpu;

/// <summary>Where a backward pass puts its gradients: into an optimiser, panel by panel while they are in the cache, or into one whole vector.</summary>
/// <param name="weights">The plan's weights.</param>
/// <param name="optimizer">The optimiser that takes each panel, or null.</param>
/// <param name="whole">The whole gradient, used when there is no optimiser.</param>
internal readonly struct GradientSink(PlanWeights weights, Optimizer? optimizer, Memory.Slab whole)
{
    /// <summary>The place to write the gradient of <paramref name="length"/> numbers of a parameter from <paramref name="start"/> on.</summary>
    public Span<float> Panel(StoredParameter parameter, int start, int length, Span<float> scratch) =>
        optimizer is null ? whole.Span.Slice(parameter.Offset + start, length) : scratch[..length];

    /// <summary>Takes a finished panel. The weights it belongs to may change now.</summary>
    public void Deliver(StoredParameter parameter, int start, ReadOnlySpan<float> panel)
    {
        // Where every stored weight remains there is nothing to mask.
        var bits = parameter.Remaining == parameter.Count ? default : weights.Bits.AsSpan();
        optimizer?.Update(weights.Slab.Span.Slice(parameter.Offset + start, panel.Length), panel, bits, parameter.Offset + start, parameter.Parameter.Offset + start);
    }

    /// <summary>Takes a finished gradient that was written elsewhere than into a <see cref="Panel"/>.</summary>
    public void Take(StoredParameter parameter, int start, Span<float> gradient)
    {
        var panel = Panel(parameter, start, gradient.Length, gradient);
        if (panel != gradient) gradient.CopyTo(panel);
        Deliver(parameter, start, panel);
    }
}
