using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>S (+)= V D at one position: 8 inputs by one panel of outputs, summed over the lanes of a chunk's tiles in their order.</summary>
/// <remarks>
/// Scalars of V times vectors of D, one chain of fused multiply-adds for every sum. A wide panel takes 10 loads for 16 multiply-adds and is bound by
/// these; a panel of 16 takes 9 loads for 8 and is bound by the two load ports.
/// </remarks>
internal static unsafe class WinogradGradientProduct
{
    private const int Lane = LanePlanes.Lanes;

    /// <summary>One tile of the product.</summary>
    /// <param name="v">[tile][input][32 lanes], from the first of 8 inputs on.</param>
    /// <param name="tileStride">Floats of V from a tile to the next.</param>
    /// <param name="d">[tile, lane][<paramref name="width"/> outputs].</param>
    /// <param name="tiles">Tiles to sum over.</param>
    /// <param name="sums">[8 inputs][<paramref name="width"/> outputs].</param>
    /// <param name="width">32 or 16.</param>
    /// <param name="accumulate">Add to the sums, or set them.</param>
    public static void Multiply(float* v, nint tileStride, float* d, int tiles, float* sums, int width, bool accumulate)
    {
        if (!Lanes.Wide)
        {
            for (var row = 0; row < 8; row += 4)
            {
                for (var column = 0; column < width; column += 16)
                {
                    Narrow(v + (row * Lane), tileStride, d + column, tiles, sums + (row * width) + column, width, accumulate);
                }
            }
        }
        else if (width == WinogradGradientShape.Panel)
        {
            Wide(v, tileStride, d, tiles, sums, accumulate);
        }
        else
        {
            Half(v, tileStride, d, tiles, sums, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* v, nint tileStride, float* d, int tiles, float* sums, bool accumulate)
    {
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        Vector512<float> s40 = default, s41 = default, s50 = default, s51 = default, s60 = default, s61 = default, s70 = default, s71 = default;
        for (; tiles > 0; tiles--, v += tileStride - Lane)
        {
            for (var end = v + Lane; v < end; v++, d += 32)
            {
                var d0 = Vector512.Load(d);
                var d1 = Vector512.Load(d + 16);
                var x = Vector512.Create(v[0]);
                s00 = Vector512.FusedMultiplyAdd(x, d0, s00); s01 = Vector512.FusedMultiplyAdd(x, d1, s01);
                x = Vector512.Create(v[32]);
                s10 = Vector512.FusedMultiplyAdd(x, d0, s10); s11 = Vector512.FusedMultiplyAdd(x, d1, s11);
                x = Vector512.Create(v[64]);
                s20 = Vector512.FusedMultiplyAdd(x, d0, s20); s21 = Vector512.FusedMultiplyAdd(x, d1, s21);
                x = Vector512.Create(v[96]);
                s30 = Vector512.FusedMultiplyAdd(x, d0, s30); s31 = Vector512.FusedMultiplyAdd(x, d1, s31);
                x = Vector512.Create(v[128]);
                s40 = Vector512.FusedMultiplyAdd(x, d0, s40); s41 = Vector512.FusedMultiplyAdd(x, d1, s41);
                x = Vector512.Create(v[160]);
                s50 = Vector512.FusedMultiplyAdd(x, d0, s50); s51 = Vector512.FusedMultiplyAdd(x, d1, s51);
                x = Vector512.Create(v[192]);
                s60 = Vector512.FusedMultiplyAdd(x, d0, s60); s61 = Vector512.FusedMultiplyAdd(x, d1, s61);
                x = Vector512.Create(v[224]);
                s70 = Vector512.FusedMultiplyAdd(x, d0, s70); s71 = Vector512.FusedMultiplyAdd(x, d1, s71);
            }
        }

        if (accumulate)
        {
            s00 += Vector512.Load(sums); s01 += Vector512.Load(sums + 16); s10 += Vector512.Load(sums + 32); s11 += Vector512.Load(sums + 48);
            s20 += Vector512.Load(sums + 64); s21 += Vector512.Load(sums + 80); s30 += Vector512.Load(sums + 96); s31 += Vector512.Load(sums + 112);
            s40 += Vector512.Load(sums + 128); s41 += Vector512.Load(sums + 144); s50 += Vector512.Load(sums + 160); s51 += Vector512.Load(sums + 176);
            s60 += Vector512.Load(sums + 192); s61 += Vector512.Load(sums + 208); s70 += Vector512.Load(sums + 224); s71 += Vector512.Load(sums + 240);
        }

        s00.Store(sums); s01.Store(sums + 16); s10.Store(sums + 32); s11.Store(sums + 48);
        s20.Store(sums + 64); s21.Store(sums + 80); s30.Store(sums + 96); s31.Store(sums + 112);
        s40.Store(sums + 128); s41.Store(sums + 144); s50.Store(sums + 160); s51.Store(sums + 176);
        s60.Store(sums + 192); s61.Store(sums + 208); s70.Store(sums + 224); s71.Store(sums + 240);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Half(float* v, nint tileStride, float* d, int tiles, float* sums, bool accumulate)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (; tiles > 0; tiles--, v += tileStride - Lane)
        {
            for (var end = v + Lane; v < end; v++, d += 16)
            {
                var d0 = Vector512.Load(d);
                s0 = Vector512.FusedMultiplyAdd(Vector512.Create(v[0]), d0, s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.Create(v[32]), d0, s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.Create(v[64]), d0, s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.Create(v[96]), d0, s3);
                s4 = Vector512.FusedMultiplyAdd(Vector512.Create(v[128]), d0, s4);
                s5 = Vector512.FusedMultiplyAdd(Vector512.Create(v[160]), d0, s5);
                s6 = Vector512.FusedMultiplyAdd(Vector512.Create(v[192]), d0, s6);
                s7 = Vector512.FusedMultiplyAdd(Vector512.Create(v[224]), d0, s7);
            }
        }

        if (accumulate)
        {
            s0 += Vector512.Load(sums); s1 += Vector512.Load(sums + 16); s2 += Vector512.Load(sums + 32); s3 += Vector512.Load(sums + 48);
            s4 += Vector512.Load(sums + 64); s5 += Vector512.Load(sums + 80); s6 += Vector512.Load(sums + 96); s7 += Vector512.Load(sums + 112);
        }

        s0.Store(sums); s1.Store(sums + 16); s2.Store(sums + 32); s3.Store(sums + 48);
        s4.Store(sums + 64); s5.Store(sums + 80); s6.Store(sums + 96); s7.Store(sums + 112);
    }

    /// <summary>4 inputs by 16 outputs in 8 of 16 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* v, nint tileStride, float* d, int tiles, float* sums, nint width, bool accumulate)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (; tiles > 0; tiles--, v += tileStride - Lane)
        {
            for (var end = v + Lane; v < end; v++, d += width)
            {
                var d0 = Vector256.Load(d);
                var d1 = Vector256.Load(d + 8);
                var x = Vector256.Create(v[0]);
                s00 = Vector256.FusedMultiplyAdd(x, d0, s00); s01 = Vector256.FusedMultiplyAdd(x, d1, s01);
                x = Vector256.Create(v[32]);
                s10 = Vector256.FusedMultiplyAdd(x, d0, s10); s11 = Vector256.FusedMultiplyAdd(x, d1, s11);
                x = Vector256.Create(v[64]);
                s20 = Vector256.FusedMultiplyAdd(x, d0, s20); s21 = Vector256.FusedMultiplyAdd(x, d1, s21);
                x = Vector256.Create(v[96]);
                s30 = Vector256.FusedMultiplyAdd(x, d0, s30); s31 = Vector256.FusedMultiplyAdd(x, d1, s31);
            }
        }

        float* r0 = sums, r1 = r0 + width, r2 = r1 + width, r3 = r2 + width;
        if (accumulate)
        {
            s00 += Vector256.Load(r0); s01 += Vector256.Load(r0 + 8); s10 += Vector256.Load(r1); s11 += Vector256.Load(r1 + 8);
            s20 += Vector256.Load(r2); s21 += Vector256.Load(r2 + 8); s30 += Vector256.Load(r3); s31 += Vector256.Load(r3 + 8);
        }

        s00.Store(r0); s01.Store(r0 + 8); s10.Store(r1); s11.Store(r1 + 8); s20.Store(r2); s21.Store(r2 + 8); s30.Store(r3); s31.Store(r3 + 8);
    }
}
