using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Gradient of a convolution's bias: for each channel the sum of dY over blocks, pixels and lanes. Bound by memory: it reads dY once.</summary>
/// <remarks>
/// Each half of the lanes is a chain of its own, for even and for odd pixels, through all blocks: four chains, added in pairs and then by
/// <see cref="Lanes.Sum"/>.
/// </remarks>
internal static unsafe class BiasGradientKernel
{
    /// <summary>Writes the sums of channels [<paramref name="from"/>, <paramref name="to"/>).</summary>
    /// <param name="gradient">dY.</param>
    /// <param name="planes">Its layout.</param>
    /// <param name="pixels">Pixels of a plane.</param>
    /// <param name="blocks">Blocks of samples.</param>
    /// <param name="result">One number a channel.</param>
    /// <param name="from">First channel.</param>
    /// <param name="to">Channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> gradient, LanePlanes planes, int pixels, int blocks, Span<float> result, int from, int to)
    {
        Checked.That(from >= 0);
        Checked.Covers(gradient, 0, planes.Floats(blocks, to, pixels));
        Checked.Covers(result, 0, to);
        var floats = pixels * LanePlanes.Lanes;
        fixed (float* start = gradient)
        {
            for (var k = from; k < to; k++)
            {
                Vector512<float> a = default, b = default, c = default, d = default;
                for (var block = 0; block < blocks; block++)
                {
                    var plane = start + ((nint)block * planes.BlockStride) + ((nint)k * planes.PlaneStride);
                    var i = 0;
                    for (; i + (2 * LanePlanes.Lanes) <= floats; i += 2 * LanePlanes.Lanes)
                    {
                        (a, b) = (a + Vector512.Load(plane + i), b + Vector512.Load(plane + i + 16));
                        (c, d) = (c + Vector512.Load(plane + i + 32), d + Vector512.Load(plane + i + 48));
                    }

                    if (i < floats) (a, b) = (a + Vector512.Load(plane + i), b + Vector512.Load(plane + i + 16));
                }

                result[k] = Lanes.Sum((a + b) + (c + d));
            }
        }
    }
}
