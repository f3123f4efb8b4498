using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>One activation of a mini-batch, and its gradient when training: <c>[block][channel][row][column][lane]</c>.</summary>
/// <param name="Shape">Shape for one example.</param>
/// <param name="Rectified">True if the values passed through max(x, 0), so that their sign tells where the gradient passes.</param>
internal sealed record Activation(Shape Shape, bool Rectified)
{
    public required Slab Values { get; init; }

    /// <summary>Gradient of the loss, same layout; empty where nobody needs it.</summary>
    public Slab Gradient { get; init; }

    /// <summary>The same values as <c>[sample][feature]</c>, rows padded to <see cref="Stride"/>; empty where nobody needs it.</summary>
    public Slab Samples { get; init; }

    /// <summary>Floats from a sample to the next in <see cref="Samples"/>.</summary>
    public int Stride => Lanes.RoundUp(Shape.Count);
}
