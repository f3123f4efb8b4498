using System.Runtime.Intrinsics;

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
}
