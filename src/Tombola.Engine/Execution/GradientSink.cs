using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>Where a backward pass puts its gradients: into an optimiser, panel by panel while they are in the cache, or into one whole vector.</summary>
/// <param name="weights">The plan's weight vector.</param>
/// <param name="optimizer">The optimiser that takes each panel, or null.</param>
/// <param name="whole">The whole gradient, used when there is no optimiser.</param>
/// <param name="mask">The plan's mask bits, or empty.</param>
internal readonly struct GradientSink(Slab weights, Optimizer? optimizer, Slab whole, ReadOnlyMemory<ulong> mask)
{
    /// <summary>The place to write the gradient of <paramref name="length"/> weights from <paramref name="offset"/> on.</summary>
    public Span<float> Panel(int offset, int length, Span<float> scratch) => optimizer is null ? whole.Span.Slice(offset, length) : scratch[..length];

    /// <summary>Takes a finished panel. The weights it belongs to may change now.</summary>
    public void Deliver(int offset, ReadOnlySpan<float> panel) => optimizer?.Update(weights.Span.Slice(offset, panel.Length), panel, mask.Span, offset);

    /// <summary>Takes a finished gradient that was written elsewhere than into a <see cref="Panel"/>.</summary>
    public void Take(int offset, Span<float> gradient)
    {
        var panel = Panel(offset, gradient.Length, gradient);
        if (panel != gradient) gradient.CopyTo(panel);
        Deliver(offset, panel);
    }
}
