using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>
/// Mirrors an image with probability 1/2, then cuts a frame of the image's own size at an even random place out of the image with a black margin of
/// four pixels all round: the usual augmentation of CIFAR.
/// </summary>
/// <remarks>The draw for an example is a pure function of (seed, epoch, example), so neither the data order nor a resumed run changes it.</remarks>
/// <param name="seed">Seed of the stream <c>augment</c>.</param>
internal sealed class FlipCrop(ulong seed)
{
    /// <summary>Width of the margin in pixels, whatever the size of the image.</summary>
    public const int Margin = 4;

    private const uint Mirror = 0, Row = 1, Column = 2;

    private readonly RandomStream _stream = new(seed, RandomStream.Augment);

    /// <summary>Where an example lies in an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="example">Place of the example in the training set, from 0.</param>
    public Placement Of(uint epoch, int example) => new(
        _stream.Below((2 * Margin) + 1, epoch, (ulong)example, Row) - Margin,
        _stream.Below((2 * Margin) + 1, epoch, (ulong)example, Column) - Margin,
        _stream.Below(2, epoch, (ulong)example, Mirror) == 1);
}
