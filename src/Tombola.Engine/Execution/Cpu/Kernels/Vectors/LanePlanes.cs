namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Where the maps of an activation lie: <c>[block][channel][row][column][lane]</c>, the pixels of a channel without gaps.</summary>
/// <param name="PlaneStride">Floats from a channel to the next: pixels times <see cref="Lanes"/>, or a little more.</param>
/// <param name="BlockStride">Floats from a block of samples to the next.</param>
/// <remarks>
/// Planes whose distance is a multiple of 4 KB share their cache sets, and a convolution walks over all channels at one pixel; so maps of some size
/// should keep a few cache lines between planes.
/// </remarks>
internal readonly record struct LanePlanes(int PlaneStride, int BlockStride)
{
    /// <summary>Samples in one block: two vectors.</summary>
    public const int Lanes = 32;

    /// <summary>Floats up to the end of the last plane.</summary>
    public int Floats(int blocks, int channels, int pixels) => ((blocks - 1) * BlockStride) + ((channels - 1) * PlaneStride) + (pixels * Lanes);
}
