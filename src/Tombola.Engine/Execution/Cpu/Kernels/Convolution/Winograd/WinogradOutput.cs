using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What <see cref="Epilogue"/> asks for, for one output channel: its maps are found at fixed distances from the target.</summary>
/// <param name="Bias">Number to add.</param>
/// <param name="Gate">Floats from the target to the gate, if there is one.</param>
/// <param name="Addend">Floats from the target to what is added, if there is something; 0 adds to the target itself.</param>
/// <param name="Rectify">Whether negative values become zero.</param>
internal readonly record struct WinogradEpilogue(float Bias, nint? Gate, nint? Addend, bool Rectify);

/// <summary>y = A' m A and the epilogue: one tile of one output channel, every lane by itself.</summary>
/// <remarks>Two passes of 30 loads and 8 stores for each register of lanes; it is bound by the loads, which come from the second-level cache.</remarks>
internal static unsafe class WinogradOutput
{
    /// <summary>Transforms one tile of one output channel, all 32 lanes.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="source">[32 lanes] for every position.</param>
    /// <param name="stride">Floats from a position to the next.</param>
    /// <param name="target">The tile's first output.</param>
    /// <param name="placed">What is done to the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform<T>(in WinogradTile tile, float* source, nint stride, float* target, in WinogradEpilogue placed)
        where T : struct, ILaneVector<T>
    {
        nint row = tile.Shape.Columns * LanePlanes.Lanes;
        int rows = tile.OutputRows, columns = tile.OutputColumns;
        for (var lane = 0; lane < LanePlanes.Lanes; lane += T.Count)
        {
            Even<T>(source + lane, stride, target + lane, row, rows, columns, placed);
            if (rows > 1) Odd<T>(source + lane, stride, target + row + lane, row, rows, columns, placed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Even<T>(float* source, nint stride, float* target, nint row, int rows, int columns, in WinogradEpilogue placed)
        where T : struct, ILaneVector<T>
    {
        EvenColumn(source, stride, out T a0, out T b0);
        EvenColumn(source + stride, stride, out T a1, out T b1);
        EvenColumn(source + (2 * stride), stride, out T a2, out T b2);
        EvenColumn(source + (3 * stride), stride, out T a3, out T b3);
        EvenColumn(source + (4 * stride), stride, out T a4, out T b4);
        EvenColumn(source + (5 * stride), stride, out T a5, out T b5);
        Row(a0, a1, a2, a3, a4, a5, target, columns, placed);
        if (rows > 2) Row(b0, b1, b2, b3, b4, b5, target + (2 * row), columns, placed);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Odd<T>(float* source, nint stride, float* target, nint row, int rows, int columns, in WinogradEpilogue placed)
        where T : struct, ILaneVector<T>
    {
        source += 6 * stride;
        OddColumn(source, stride, out T a0, out T b0);
        OddColumn(source + stride, stride, out T a1, out T b1);
        OddColumn(source + (2 * stride), stride, out T a2, out T b2);
        OddColumn(source + (3 * stride), stride, out T a3, out T b3);
        OddColumn(source + (4 * stride), stride, out T a4, out T b4);
        OddColumn(source + (5 * stride), stride, out T a5, out T b5);
        Row(a0, a1, a2, a3, a4, a5, target, columns, placed);
        if (rows > 3) Row(b0, b1, b2, b3, b4, b5, target + (2 * row), columns, placed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EvenColumn<T>(float* m, nint stride, out T a, out T b)
        where T : struct, ILaneVector<T> => WinogradTransforms.OutputEven(
            T.Load(m), T.Load(m + (6 * stride)), T.Load(m + (12 * stride)), T.Load(m + (18 * stride)), T.Load(m + (24 * stride)), out a, out b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OddColumn<T>(float* m, nint stride, out T a, out T b)
        where T : struct, ILaneVector<T> => WinogradTransforms.OutputOdd(
            T.Load(m), T.Load(m + (6 * stride)), T.Load(m + (12 * stride)), T.Load(m + (18 * stride)), T.Load(m + (24 * stride)), out a, out b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(T m0, T m1, T m2, T m3, T m4, T m5, float* target, int columns, in WinogradEpilogue placed)
        where T : struct, ILaneVector<T>
    {
        WinogradTransforms.OutputEven(m0, m1, m2, m3, m4, out var y0, out var y2);
        WinogradTransforms.OutputOdd(m1, m2, m3, m4, m5, out var y1, out var y3);
        var b = T.Fill(placed.Bias);
        y0 += b;
        y1 += b;
        y2 += b;
        y3 += b;
        if (placed.Gate is { } toGate)
        {
            var gate = target + toGate;
            y0 = T.Gate(y0, T.Load(gate));
            if (columns > 1) y1 = T.Gate(y1, T.Load(gate + 32));
            if (columns > 2) y2 = T.Gate(y2, T.Load(gate + 64));
            if (columns > 3) y3 = T.Gate(y3, T.Load(gate + 96));
        }

        if (placed.Addend is { } toAddend)
        {
            var addend = target + toAddend;
            y0 += T.Load(addend);
            if (columns > 1) y1 += T.Load(addend + 32);
            if (columns > 2) y2 += T.Load(addend + 64);
            if (columns > 3) y3 += T.Load(addend + 96);
        }

        if (placed.Rectify)
        {
            y0 = T.Rectify(y0);
            y1 = T.Rectify(y1);
            y2 = T.Rectify(y2);
            y3 = T.Rectify(y3);
        }

        T.Store(y0, target);
        if (columns > 1) T.Store(y1, target + 32);
        if (columns > 2) T.Store(y2, target + 64);
        if (columns > 3) T.Store(y3, target + 96);
    }
}
