using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>D = A dy A': one tile of 16 channels of the output's gradient, transposed so that channels are innermost.</summary>
/// <remarks>
/// The product that follows sums over lanes. With the channels of one factor side by side it needs no sums across a register; and it is this
/// factor that is turned, because it has 16 elements before the transform where the input has 36.
/// </remarks>
internal static unsafe class WinogradGradientInput
{
    private const int Group = WinogradGradientShape.Group, Pixel = Group * Group;

    /// <summary>Floats of a tile of 16 channels and 16 lanes.</summary>
    public const int TileFloats = WinogradShape.TileSide * WinogradShape.TileSide * Pixel;

    /// <summary>Transforms 16 lanes.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="origin">Its first element, at the first of the channels and lanes.</param>
    /// <param name="planeStride">Floats from a channel to the next.</param>
    /// <param name="channels">Channels there are, at most 16; the rest count as zero.</param>
    /// <param name="turned"><see cref="TileFloats"/> to work in.</param>
    /// <param name="target">Receives [16 lanes][16 channels] for every position.</param>
    /// <param name="laneStride">Floats from a lane to the next.</param>
    /// <param name="stride">Floats from a position to the next.</param>
    public static void Transform<T>(
        in WinogradTile tile, float* origin, nint planeStride, int channels, float* turned, float* target, nint laneStride, nint stride)
        where T : struct, ILaneVector<T>
    {
        int rows = tile.OutputRows, columns = tile.OutputColumns;
        nint row = tile.Shape.Columns * LanePlanes.Lanes;
        if (rows < WinogradShape.TileSide || columns < WinogradShape.TileSide || channels < Group) new Span<float>(turned, TileFloats).Clear();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                Transpose(origin + (i * row) + (j * LanePlanes.Lanes), planeStride, channels, turned + (((i * WinogradShape.TileSide) + j) * Pixel));
            }
        }

        for (var lane = 0; lane < Group; lane++)
        {
            for (var channel = 0; channel < Group; channel += T.Count)
            {
                Upper<T>(turned + (lane * Group) + channel, target + (lane * laneStride) + channel, stride);
                Lower<T>(turned + (lane * Group) + channel, target + (lane * laneStride) + channel + (18 * stride), stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Upper<T>(float* y, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        UpperColumn(y, out T a0, out T b0, out T c0);
        UpperColumn(y + Pixel, out T a1, out T b1, out T c1);
        UpperColumn(y + (2 * Pixel), out T a2, out T b2, out T c2);
        UpperColumn(y + (3 * Pixel), out T a3, out T b3, out T c3);
        Row(a0, a1, a2, a3, target, stride);
        target += 6 * stride;
        Row(b0, b1, b2, b3, target, stride);
        target += 6 * stride;
        Row(c0, c1, c2, c3, target, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lower<T>(float* y, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        LowerColumn(y, out T a0, out T b0, out T c0);
        LowerColumn(y + Pixel, out T a1, out T b1, out T c1);
        LowerColumn(y + (2 * Pixel), out T a2, out T b2, out T c2);
        LowerColumn(y + (3 * Pixel), out T a3, out T b3, out T c3);
        Row(a0, a1, a2, a3, target, stride);
        target += 6 * stride;
        Row(b0, b1, b2, b3, target, stride);
        target += 6 * stride;
        Row(c0, c1, c2, c3, target, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpperColumn<T>(float* y, out T a, out T b, out T c)
        where T : struct, ILaneVector<T> =>
        WinogradTransforms.GradientUpper(T.Load(y), T.Load(y + (4 * Pixel)), T.Load(y + (8 * Pixel)), T.Load(y + (12 * Pixel)), out a, out b, out c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LowerColumn<T>(float* y, out T a, out T b, out T c)
        where T : struct, ILaneVector<T> =>
        WinogradTransforms.GradientLower(T.Load(y), T.Load(y + (4 * Pixel)), T.Load(y + (8 * Pixel)), T.Load(y + (12 * Pixel)), out a, out b, out c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(T y0, T y1, T y2, T y3, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        WinogradTransforms.GradientUpper(y0, y1, y2, y3, out var d0, out var d1, out var d2);
        T.Store(d0, target);
        T.Store(d1, target + stride);
        T.Store(d2, target + (2 * stride));
        target += 3 * stride;
        WinogradTransforms.GradientLower(y0, y1, y2, y3, out d0, out d1, out d2);
        T.Store(d0, target);
        T.Store(d1, target + stride);
        T.Store(d2, target + (2 * stride));
    }

    /// <summary>target[lane][channel] = source[channel][lane] for 16 lanes and up to 16 channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, nint stride, int channels, float* target)
    {
        if (!Avx512F.IsSupported || channels < Group)
        {
            var length = (int)((channels - 1) * stride) + Group;
            LaneKernels.Transpose(new ReadOnlySpan<float>(source, length), (int)stride, new Span<float>(target, Pixel), Group, channels, 0, Group);
            return;
        }

        // Four rounds of interleaving: single floats, pairs, then quarters of a register twice.
        Quads(source, stride, out var a0, out var a1, out var a2, out var a3);
        Quads(source + (4 * stride), stride, out var b0, out var b1, out var b2, out var b3);
        Quads(source + (8 * stride), stride, out var c0, out var c1, out var c2, out var c3);
        Quads(source + (12 * stride), stride, out var d0, out var d1, out var d2, out var d3);
        Quarters(a0, b0, c0, d0, target);
        Quarters(a1, b1, c1, d1, target + Group);
        Quarters(a2, b2, c2, d2, target + (2 * Group));
        Quarters(a3, b3, c3, d3, target + (3 * Group));
    }

    /// <summary>Four channels: register i holds lanes i, i + 4, i + 8 and i + 12, the four channels of each side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quads(float* source, nint stride, out Vector512<float> q0, out Vector512<float> q1, out Vector512<float> q2, out Vector512<float> q3)
    {
        Vector512<float> r0 = Vector512.Load(source), r1 = Vector512.Load(source + stride);
        Vector512<float> r2 = Vector512.Load(source + (2 * stride)), r3 = Vector512.Load(source + (3 * stride));
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        q0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        q1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        q2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        q3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Puts the quarters of four registers together: one lane's 16 channels in each of four rows, four lanes apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target)
    {
        Vector512<float> ab01 = Avx512F.Shuffle4x128(a, b, 0x44), ab23 = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<float> cd01 = Avx512F.Shuffle4x128(c, d, 0x44), cd23 = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(ab01, cd01, 0x88).Store(target);
        Avx512F.Shuffle4x128(ab01, cd01, 0xDD).Store(target + (4 * Group));
        Avx512F.Shuffle4x128(ab23, cd23, 0x88).Store(target + (8 * Group));
        Avx512F.Shuffle4x128(ab23, cd23, 0xDD).Store(target + (12 * Group));
    }
}
