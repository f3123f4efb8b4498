using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Runs an <see cref="IUpdateRule"/> over a run of weights, letting through only the gradient of weights that the mask keeps.</summary>
/// <remarks>
/// A pruned weight starts at zero with zero states, and all rules map (w = 0, g = 0, states = 0) to zero, so masking the gradient keeps
/// the mask. Bound by memory: it reads weight, gradient and states and writes all but the gradient (Adam: 28 bytes a weight).
/// </remarks>
internal static unsafe class UpdateKernel
{
    /// <param name="rule">The optimiser at this step.</param>
    /// <param name="weights">Weights of the run.</param>
    /// <param name="gradient">Their gradients.</param>
    /// <param name="first">First state vector of the run; read and written if the rule has one.</param>
    /// <param name="second">Second state vector.</param>
    /// <param name="mask">Bits of the whole mask, or empty for a dense network.</param>
    /// <param name="offset">Index of the run's first weight in the mask.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRule>(
        TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, ReadOnlySpan<ulong> mask, int offset)
        where TRule : struct, IUpdateRule
    {
        var count = weights.Length;
        Checked.That(offset >= 0);
        Checked.Covers(gradient, 0, count);
        Checked.Covers(first, 0, TRule.States < 1 ? 0 : count);
        Checked.Covers(second, 0, TRule.States < 2 ? 0 : count);
        Checked.CoversIfAny(mask, 0, WordsOf(count, offset));
        fixed (float* w = weights, g = gradient, s = first, t = second)
        fixed (ulong* bits = mask)
        {
            var i = 0;
            for (; i + Lanes.Width <= count; i += Lanes.Width) Step(rule, w + i, g + i, s + i, t + i, bits, offset + i);
            if (i == count) return;

            // The last few weights go through a copy, so that nothing outside the run is touched.
            var rest = count - i;
            var copy = stackalloc float[4 * Lanes.Width];
            new Span<float>(copy, 4 * Lanes.Width).Clear();
            for (var n = 0; n < rest; n++)
            {
                copy[n] = w[i + n];
                copy[Lanes.Width + n] = g[i + n];
                if (TRule.States >= 1) copy[(2 * Lanes.Width) + n] = s[i + n];
                if (TRule.States >= 2) copy[(3 * Lanes.Width) + n] = t[i + n];
            }

            Step(rule, copy, copy + Lanes.Width, copy + (2 * Lanes.Width), copy + (3 * Lanes.Width), bits, offset + i);
            for (var n = 0; n < rest; n++)
            {
                w[i + n] = copy[n];
                if (TRule.States >= 1) s[i + n] = copy[(2 * Lanes.Width) + n];
                if (TRule.States >= 2) t[i + n] = copy[(3 * Lanes.Width) + n];
            }
        }
    }

    /// <summary>Words up to the last that <see cref="Kept"/> reads for a run: 16 bits at a time, also where the run has fewer left.</summary>
    internal static long WordsOf(int count, int offset) => count == 0 ? 0 : ((offset + Lanes.RoundUp(count) - 1L) >> 6) + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRule>(TRule rule, float* w, float* g, float* s, float* t, ulong* bits, int index)
        where TRule : struct, IUpdateRule
    {
        var weight = Vector512.Load(w);
        var gradient = Vector512.Load(g);
        if (bits != null) gradient &= Kept(bits, index);
        var first = TRule.States >= 1 ? Vector512.Load(s) : default;
        var second = TRule.States >= 2 ? Vector512.Load(t) : default;
        rule.Apply(ref weight, gradient, ref first, ref second);
        weight.Store(w);
        if (TRule.States >= 1) first.Store(s);
        if (TRule.States >= 2) second.Store(t);
    }

    /// <summary>All ones in the elements whose weights, 16 from <paramref name="index"/> on, are kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Kept(ulong* bits, int index)
    {
        var shift = index & 63;
        var word = bits[index >> 6] >> shift;
        if (shift > 48) word |= bits[(index >> 6) + 1] << (64 - shift);
        var select = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.Equals(Vector512.Create((int)(word & 0xFFFF)) & select, select).AsSingle();
    }
}
