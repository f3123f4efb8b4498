using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tombola.Engine.Numerics;

/// <summary>The vector unit of the engine: 16 floats, whatever the machine's registers (one AVX-512, two AVX2 or four Arm registers).</summary>
internal static class Lanes
{
    /// <summary>Floats in one vector.</summary>
    public const int Width = 16;

    /// <summary>True where the processor itself has registers of 16 floats; otherwise kernels take tiles that fit in narrower ones. The bits are the same.</summary>
    public static bool Wide => Vector512.IsHardwareAccelerated;

    /// <summary>The smallest multiple of <see cref="Width"/> that holds <paramref name="count"/>.</summary>
    public static int RoundUp(int count) => (count + Width - 1) & ~(Width - 1);

    /// <summary>Sum of the 16 elements in one fixed tree order (halves onto halves), so that every instruction set gives the same bits.</summary>
    public static float Sum(Vector512<float> v)
    {
        var eight = v.GetLower() + v.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four.GetElement(0) + four.GetElement(2)) + (four.GetElement(1) + four.GetElement(3));
    }

    /// <summary><see cref="Sum"/> of four vectors at once, to the same bits: their last two rounds share instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var (ab, cd) = (Halve(Quarter(a), Quarter(b)), Halve(Quarter(c), Quarter(d)));
        return Even(ab, cd) + Odd(ab, cd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(Vector512<float> v)
    {
        var eight = v.GetLower() + v.GetUpper();
        return eight.GetLower() + eight.GetUpper();
    }

    /// <summary>x0 + x2, x1 + x3, y0 + y2, y1 + y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Halve(Vector128<float> x, Vector128<float> y) => Sse.IsSupported
        ? Sse.MoveLowToHigh(x, y) + Sse.MoveHighToLow(y, x)
        : Vector128.Create(x.GetLower(), y.GetLower()) + Vector128.Create(x.GetUpper(), y.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Even(Vector128<float> x, Vector128<float> y) => Sse.IsSupported
        ? Sse.Shuffle(x, y, 0b10_00_10_00)
        : Vector128.Create(x.GetElement(0), x.GetElement(2), y.GetElement(0), y.GetElement(2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Odd(Vector128<float> x, Vector128<float> y) => Sse.IsSupported
        ? Sse.Shuffle(x, y, 0b11_01_11_01)
        : Vector128.Create(x.GetElement(1), x.GetElement(3), y.GetElement(1), y.GetElement(3));
}
