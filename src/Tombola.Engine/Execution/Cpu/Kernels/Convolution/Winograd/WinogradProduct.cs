using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>M = U V at one position: 8 outputs by 32 lanes, summed over the inputs in their order, one chain of fused multiply-adds each.</summary>
/// <remarks>
/// 16 accumulators and 10 loads for 16 multiply-adds: the two multipliers are busy while U's panel lies in the first-level cache and V's in the
/// first or second.
/// </remarks>
internal static unsafe class WinogradProduct
{
    /// <summary>One tile of the product.</summary>
    /// <param name="u">[input][8 outputs].</param>
    /// <param name="v">[input][32 lanes].</param>
    /// <param name="m">Receives [8 outputs][32 lanes].</param>
    /// <param name="inputs">Terms of each sum.</param>
    public static void Multiply(float* u, float* v, float* m, int inputs)
    {
        if (Lanes.Wide)
        {
            Wide(u, v, m, inputs);
            return;
        }

        for (var row = 0; row < WinogradShape.OutputBlock; row += 4)
        {
            for (var lane = 0; lane < LanePlanes.Lanes; lane += 16) Narrow(u + row, v + lane, m + (row * LanePlanes.Lanes) + lane, inputs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* u, float* v, float* m, int inputs)
    {
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        Vector512<float> s40 = default, s41 = default, s50 = default, s51 = default, s60 = default, s61 = default, s70 = default, s71 = default;
        for (var end = u + ((nint)inputs * 8); u < end; u += 8, v += 32)
        {
            var v0 = Vector512.Load(v);
            var v1 = Vector512.Load(v + 16);
            var x = Vector512.Create(u[0]);
            s00 = Vector512.FusedMultiplyAdd(x, v0, s00); s01 = Vector512.FusedMultiplyAdd(x, v1, s01);
            x = Vector512.Create(u[1]);
            s10 = Vector512.FusedMultiplyAdd(x, v0, s10); s11 = Vector512.FusedMultiplyAdd(x, v1, s11);
            x = Vector512.Create(u[2]);
            s20 = Vector512.FusedMultiplyAdd(x, v0, s20); s21 = Vector512.FusedMultiplyAdd(x, v1, s21);
            x = Vector512.Create(u[3]);
            s30 = Vector512.FusedMultiplyAdd(x, v0, s30); s31 = Vector512.FusedMultiplyAdd(x, v1, s31);
            x = Vector512.Create(u[4]);
            s40 = Vector512.FusedMultiplyAdd(x, v0, s40); s41 = Vector512.FusedMultiplyAdd(x, v1, s41);
            x = Vector512.Create(u[5]);
            s50 = Vector512.FusedMultiplyAdd(x, v0, s50); s51 = Vector512.FusedMultiplyAdd(x, v1, s51);
            x = Vector512.Create(u[6]);
            s60 = Vector512.FusedMultiplyAdd(x, v0, s60); s61 = Vector512.FusedMultiplyAdd(x, v1, s61);
            x = Vector512.Create(u[7]);
            s70 = Vector512.FusedMultiplyAdd(x, v0, s70); s71 = Vector512.FusedMultiplyAdd(x, v1, s71);
        }

        s00.Store(m); s01.Store(m + 16); s10.Store(m + 32); s11.Store(m + 48); s20.Store(m + 64); s21.Store(m + 80); s30.Store(m + 96); s31.Store(m + 112);
        s40.Store(m + 128); s41.Store(m + 144); s50.Store(m + 160); s51.Store(m + 176);
        s60.Store(m + 192); s61.Store(m + 208); s70.Store(m + 224); s71.Store(m + 240);
    }

    /// <summary>4 outputs by 16 lanes in 8 of 16 registers, which is as many as two multipliers keep in flight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* u, float* v, float* m, int inputs)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var end = u + ((nint)inputs * 8); u < end; u += 8, v += 32)
        {
            var v0 = Vector256.Load(v);
            var v1 = Vector256.Load(v + 8);
            var x = Vector256.Create(u[0]);
            s00 = Vector256.FusedMultiplyAdd(x, v0, s00); s01 = Vector256.FusedMultiplyAdd(x, v1, s01);
            x = Vector256.Create(u[1]);
            s10 = Vector256.FusedMultiplyAdd(x, v0, s10); s11 = Vector256.FusedMultiplyAdd(x, v1, s11);
            x = Vector256.Create(u[2]);
            s20 = Vector256.FusedMultiplyAdd(x, v0, s20); s21 = Vector256.FusedMultiplyAdd(x, v1, s21);
            x = Vector256.Create(u[3]);
            s30 = Vector256.FusedMultiplyAdd(x, v0, s30); s31 = Vector256.FusedMultiplyAdd(x, v1, s31);
        }

        s00.Store(m); s01.Store(m + 8); s10.Store(m + 32); s11.Store(m + 40); s20.Store(m + 64); s21.Store(m + 72); s30.Store(m + 96); s31.Store(m + 104);
    }
}
