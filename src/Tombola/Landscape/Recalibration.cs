namespace Tombola.Landscape;

/// <summary>
/// How batch norm's running statistics are estimated anew at a point between two networks: by one cumulative mean over training examples without
/// augmentation, the same ones in the same order for every point and every path.
/// </summary>
/// <param name="Examples">Training examples to look at; all, where there are fewer.</param>
public sealed record Recalibration(int Examples)
{
    /// <summary>Looks at 2,048 examples: 16 mini-batches.</summary>
    public static Recalibration Default { get; } = new(2048);
}
