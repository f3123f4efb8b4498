using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>V = B' d B: 6 x 6 inputs of one channel and one tile, every lane by itself.</summary>
/// <remarks>
/// Two passes of 30 loads, 18 stores, 48 multiply-adds and 24 additions for each register of lanes, nothing of it spilled: the two multipliers bound it at
/// 24 cycles a pass, so long as data are near and the targets, a stride apart, fall into different sets of the cache. Small maps are near;
/// larger ones wait for their input.
/// </remarks>
internal static unsafe class WinogradInput
{
    /// <summary>Floats of zeros that stand in for a row beyond the map.</summary>
    public const int ZeroFloats = WinogradShape.Side * LanePlanes.Lanes;

    /// <summary>Transforms one tile of one channel, all 32 lanes.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="origin">Its first output's place in the plane that is read.</param>
    /// <param name="zeros">At least <see cref="ZeroFloats"/> zeros.</param>
    /// <param name="target">Receives [32 lanes] for every position.</param>
    /// <param name="stride">Floats from a position to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform<T>(in WinogradTile tile, float* origin, float* zeros, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        var rows = stackalloc float*[WinogradShape.Side];
        nint row = tile.Shape.Columns * LanePlanes.Lanes;
        var start = origin - row - LanePlanes.Lanes;
        for (var i = 0; i < WinogradShape.Side; i++) rows[i] = tile.HasInputRow(i) ? start + (i * row) : zeros;
        var factors = stackalloc float[3];
        InputFactors<T>.Values.CopyTo(new Span<float>(factors, 3));
        int first = tile.FirstInput, end = tile.EndInput;
        for (var lane = 0; lane < LanePlanes.Lanes; lane += T.Count)
        {
            Upper<T>(rows, lane, first, end, factors, target + lane, stride);
            Lower<T>(rows + 1, lane, first, end, factors, target + (18 * stride) + lane, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Upper<T>(float** rows, nint lane, int first, int end, float* factors, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        float* r0 = rows[0] + lane, r1 = rows[1] + lane, r2 = rows[2] + lane, r3 = rows[3] + lane, r4 = rows[4] + lane;
        var by = new InputFactors<T>(factors);
        T a0 = default, b0 = default, c0 = default, a1 = default, b1 = default, c1 = default, a2 = default, b2 = default, c2 = default;
        T a3 = default, b3 = default, c3 = default, a4 = default, b4 = default, c4 = default, a5 = default, b5 = default, c5 = default;
        if (first == 0) UpperColumn(by, r0, r1, r2, r3, r4, out a0, out b0, out c0);
        UpperColumn(by, r0 + 32, r1 + 32, r2 + 32, r3 + 32, r4 + 32, out a1, out b1, out c1);
        if (end > 2) UpperColumn(by, r0 + 64, r1 + 64, r2 + 64, r3 + 64, r4 + 64, out a2, out b2, out c2);
        if (end > 3) UpperColumn(by, r0 + 96, r1 + 96, r2 + 96, r3 + 96, r4 + 96, out a3, out b3, out c3);
        if (end > 4) UpperColumn(by, r0 + 128, r1 + 128, r2 + 128, r3 + 128, r4 + 128, out a4, out b4, out c4);
        if (end > 5) UpperColumn(by, r0 + 160, r1 + 160, r2 + 160, r3 + 160, r4 + 160, out a5, out b5, out c5);
        Row(by, a0, a1, a2, a3, a4, a5, target, stride);
        target += 6 * stride;
        Row(by, b0, b1, b2, b3, b4, b5, target, stride);
        target += 6 * stride;
        Row(by, c0, c1, c2, c3, c4, c5, target, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lower<T>(float** rows, nint lane, int first, int end, float* factors, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        float* r1 = rows[0] + lane, r2 = rows[1] + lane, r3 = rows[2] + lane, r4 = rows[3] + lane, r5 = rows[4] + lane;
        var by = new InputFactors<T>(factors);
        T a0 = default, b0 = default, c0 = default, a1 = default, b1 = default, c1 = default, a2 = default, b2 = default, c2 = default;
        T a3 = default, b3 = default, c3 = default, a4 = default, b4 = default, c4 = default, a5 = default, b5 = default, c5 = default;
        if (first == 0) LowerColumn(by, r1, r2, r3, r4, r5, out a0, out b0, out c0);
        LowerColumn(by, r1 + 32, r2 + 32, r3 + 32, r4 + 32, r5 + 32, out a1, out b1, out c1);
        if (end > 2) LowerColumn(by, r1 + 64, r2 + 64, r3 + 64, r4 + 64, r5 + 64, out a2, out b2, out c2);
        if (end > 3) LowerColumn(by, r1 + 96, r2 + 96, r3 + 96, r4 + 96, r5 + 96, out a3, out b3, out c3);
        if (end > 4) LowerColumn(by, r1 + 128, r2 + 128, r3 + 128, r4 + 128, r5 + 128, out a4, out b4, out c4);
        if (end > 5) LowerColumn(by, r1 + 160, r2 + 160, r3 + 160, r4 + 160, r5 + 160, out a5, out b5, out c5);
        Row(by, a0, a1, a2, a3, a4, a5, target, stride);
        target += 6 * stride;
        Row(by, b0, b1, b2, b3, b4, b5, target, stride);
        target += 6 * stride;
        Row(by, c0, c1, c2, c3, c4, c5, target, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpperColumn<T>(InputFactors<T> by, float* r0, float* r1, float* r2, float* r3, float* r4, out T a, out T b, out T c)
        where T : struct, ILaneVector<T> => WinogradTransforms.InputUpper(by, T.Load(r0), T.Load(r1), T.Load(r2), T.Load(r3), T.Load(r4), out a, out b, out c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LowerColumn<T>(InputFactors<T> by, float* r1, float* r2, float* r3, float* r4, float* r5, out T a, out T b, out T c)
        where T : struct, ILaneVector<T> => WinogradTransforms.InputLower(by, T.Load(r1), T.Load(r2), T.Load(r3), T.Load(r4), T.Load(r5), out a, out b, out c);

    /// <summary>The same transform along a row, straight to the six positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(InputFactors<T> by, T d0, T d1, T d2, T d3, T d4, T d5, float* target, nint stride)
        where T : struct, ILaneVector<T>
    {
        WinogradTransforms.InputUpper(by, d0, d1, d2, d3, d4, out var t0, out var t1, out var t2);
        T.Store(t0, target);
        T.Store(t1, target + stride);
        T.Store(t2, target + (2 * stride));
        target += 3 * stride;
        WinogradTransforms.InputLower(by, d1, d2, d3, d4, d5, out t0, out t1, out t2);
        T.Store(t0, target);
        T.Store(t1, target + stride);
        T.Store(t2, target + (2 * stride));
    }
}
