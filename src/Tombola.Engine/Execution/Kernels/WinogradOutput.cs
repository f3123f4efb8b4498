using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Kernels;

/// <summary>What happens to an output on its way to memory, in this order: add the bias, add what the addend holds there, rectify.</summary>
internal readonly ref struct WinogradEpilogue
{
    /// <summary>A number for every output channel, or empty.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>A residual, laid out as the output is, or empty.</summary>
    public ReadOnlySpan<float> Residual { get; init; }

    /// <summary>Add to what the output holds, as where a gradient has two consumers; then there is no residual.</summary>
    public bool Accumulate { get; init; }

    /// <summary>max(y, 0); what is not a number stays so.</summary>
    public bool Rectify { get; init; }
}

/// <summary>y = A' m A and the epilogue: one tile of one output channel, every lane by itself.</summary>
/// <remarks>Two passes of 30 loads and 8 stores for each register of lanes; it is bound by the loads, which come from the second-level cache.</remarks>
internal static unsafe class WinogradOutput
{
    /// <summary>Transforms one tile of one output channel, all 32 lanes.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="source">[32 lanes] for every position.</param>
    /// <param name="stride">Floats from a position to the next.</param>
    /// <param name="target">The tile's first output.</param>
    /// <param name="addend">What to add to it, laid out alike, or null.</param>
    /// <param name="bias">Number to add.</param>
    /// <param name="rectify">Whether to rectify.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform<T>(in WinogradTile tile, float* source, nint stride, float* target, float* addend, float bias, bool rectify)
        where T : struct, ILaneVector<T>
    {
        nint row = tile.Shape.Columns * WinogradShape.LaneCount;
        int rows = tile.OutputRows, columns = tile.OutputColumns;
        for (var lane = 0; lane < WinogradShape.LaneCount; lane += T.Count)
        {
            Even<T>(source + lane, stride, target + lane, addend is null ? null : addend + lane, row, rows, columns, bias, rectify);
            if (rows > 1) Odd<T>(source + lane, stride, target + row + lane, addend is null ? null : addend + row + lane, row, rows, columns, bias, rectify);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Even<T>(float* source, nint stride, float* target, float* addend, nint row, int rows, int columns, float bias, bool rectify)
        where T : struct, ILaneVector<T>
    {
        EvenColumn(source, stride, out T a0, out T b0);
        EvenColumn(source + stride, stride, out T a1, out T b1);
        EvenColumn(source + (2 * stride), stride, out T a2, out T b2);
        EvenColumn(source + (3 * stride), stride, out T a3, out T b3);
        EvenColumn(source + (4 * stride), stride, out T a4, out T b4);
        EvenColumn(source + (5 * stride), stride, out T a5, out T b5);
        Row(a0, a1, a2, a3, a4, a5, target, addend, columns, bias, rectify);
        if (rows > 2) Row(b0, b1, b2, b3, b4, b5, target + (2 * row), addend is null ? null : addend + (2 * row), columns, bias, rectify);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Odd<T>(float* source, nint stride, float* target, float* addend, nint row, int rows, int columns, float bias, bool rectify)
        where T : struct, ILaneVector<T>
    {
        source += 6 * stride;
        OddColumn(source, stride, out T a0, out T b0);
        OddColumn(source + stride, stride, out T a1, out T b1);
        OddColumn(source + (2 * stride), stride, out T a2, out T b2);
        OddColumn(source + (3 * stride), stride, out T a3, out T b3);
        OddColumn(source + (4 * stride), stride, out T a4, out T b4);
        OddColumn(source + (5 * stride), stride, out T a5, out T b5);
        Row(a0, a1, a2, a3, a4, a5, target, addend, columns, bias, rectify);
        if (rows > 3) Row(b0, b1, b2, b3, b4, b5, target + (2 * row), addend is null ? null : addend + (2 * row), columns, bias, rectify);
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
    private static void Row<T>(T m0, T m1, T m2, T m3, T m4, T m5, float* target, float* addend, int columns, float bias, bool rectify)
        where T : struct, ILaneVector<T>
    {
        WinogradTransforms.OutputEven(m0, m1, m2, m3, m4, out var y0, out var y2);
        WinogradTransforms.OutputOdd(m1, m2, m3, m4, m5, out var y1, out var y3);
        var b = T.Fill(bias);
        y0 += b;
        y1 += b;
        y2 += b;
        y3 += b;
        if (addend is not null)
        {
            y0 += T.Load(addend);
            if (columns > 1) y1 += T.Load(addend + 32);
            if (columns > 2) y2 += T.Load(addend + 64);
            if (columns > 3) y3 += T.Load(addend + 96);
        }

        if (rectify)
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
