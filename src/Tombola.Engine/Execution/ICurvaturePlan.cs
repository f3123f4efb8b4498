namespace Tombola.Engine.Execution;

/// <summary>Products of a direction in weight space with the Hessian of the loss, compiled for a network, a mask and a batch size. Nothing is allocated once it runs.</summary>
/// <remarks>
/// Exact, by forward-over-reverse differentiation (Pearlmutter 1994): beside every activation and gradient lies its derivative along the direction. A plan belongs to one caller
/// at a time, and gives the same bits for every size of its team.
/// </remarks>
public interface ICurvaturePlan : IBatchPlan
{
    /// <summary>The passes in words, in order.</summary>
    IReadOnlyList<PassDescription> Describe();

    /// <summary>Says along which direction the next products go.</summary>
    /// <param name="direction">A number for every weight in the order of the network's space. Where the mask prunes, and where weights may not move, it must be 0.</param>
    /// <exception cref="ArgumentException">It has another length, or moves what may not move.</exception>
    void Direct(ReadOnlySpan<float> direction);

    /// <summary>The Hessian of the sum of the losses of the first <paramref name="count"/> samples, times the direction.</summary>
    /// <param name="count">Samples.</param>
    /// <param name="product">A number for every weight; 0 where the mask prunes and where weights may not move.</param>
    /// <returns>Loss and hits at the weights. If the loss is not finite, nor is the product.</returns>
    BatchLoss Multiply(int count, Span<float> product);
}
