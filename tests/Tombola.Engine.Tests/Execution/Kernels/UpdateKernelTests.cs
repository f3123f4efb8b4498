using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>All rules against their twins, on runs of any length at any offset, dense and masked.</summary>
public class UpdateKernelTests
{
    /// <summary>Room around a run, to show that its neighbours are left alone.</summary>
    private const int Margin = 20;

    private static readonly (int, int)[] Samples = [(0, 1), (0, 16), (3, 16), (47, 17), (48, 16), (49, 16), (63, 1), (64, 64), (1, 130), (63, 200)];

    private delegate (double Weight, double Size, double First, double Second) Twin(float w, float g, float s, float t);

    public static TheoryData<bool> DenseOrMasked => [false, true];

    [Theory]
    [MemberData(nameof(DenseOrMasked))]
    public void Plain_descent_is_its_twin(bool masked)
    {
        Verify(new PlainDescent(0.1f, 0), (w, g, _, _) => ReferenceRules.Plain(0.1f, 0, w, g), masked);
        Verify(new PlainDescent(0.1f, 0.01f), (w, g, _, _) => ReferenceRules.Plain(0.1f, 0.01f, w, g), masked);
    }

    [Theory]
    [MemberData(nameof(DenseOrMasked))]
    public void Momentum_descent_is_its_twin(bool masked)
    {
        foreach (var nesterov in new[] { false, true })
        {
            Verify(new MomentumDescent(0.1f, 1e-2f, 0.9f, nesterov), (w, g, s, _) => ReferenceRules.Momentum(0.1f, 1e-2f, 0.9f, nesterov, w, g, s), masked);
        }
    }

    [Theory]
    [MemberData(nameof(DenseOrMasked))]
    public void Adam_is_its_twin(bool masked)
    {
        const float Rate = 0.003f, Beta1 = 0.9f, One1 = (float)(1 - 0.9), Beta2 = 0.999f, One2 = (float)(1 - 0.999), Root = 3.2f, Epsilon = 1e-8f;
        foreach (var decay in new[] { 0, 1e-2f })
        {
            Verify(
                new AdamDescent(Rate, decay, Beta1, One1, Beta2, One2, Root, Epsilon),
                (w, g, s, t) => ReferenceRules.Adam(Rate, decay, Beta1, One1, Beta2, One2, Root, Epsilon, w, g, s, t),
                masked);
        }
    }

    [Theory]
    [MemberData(nameof(DenseOrMasked))]
    public void Root_mean_square_descent_is_its_twin(bool masked)
    {
        foreach (var momentum in new[] { 0, 0.9f })
        {
            Verify(
                new RootMeanSquareDescent(1e-3f, 1e-4f, 0.99f, (float)(1 - 0.99), momentum, 1e-8f),
                (w, g, s, t) => ReferenceRules.RootMeanSquare(1e-3f, 1e-4f, 0.99f, (float)(1 - 0.99), momentum, 1e-8f, w, g, s, t),
                masked);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_does_not_reach_a_pruned_weight()
    {
        float[] w = new float[20], g = [.. Enumerable.Repeat(float.NaN, 10), .. Enumerable.Repeat(float.PositiveInfinity, 10)], s = new float[20];
        UpdateKernel.Run(new MomentumDescent(1, 1, 1, true), w, g, s, default, new ulong[2], 5);
        Bits.Equal(new float[20], w);
        Bits.Equal(new float[20], s);
    }

    private static void Verify<TRule>(TRule rule, Twin twin, bool masked)
        where TRule : struct, IUpdateRule
    {
        foreach (var (offset, length) in Samples) Verify(rule, twin, masked, offset, length);
        Prop.ForAll(Gen.Choose(0, 200).ToArbitrary(), Gen.Choose(0, 150).ToArbitrary(), (offset, length) => Verify(rule, twin, masked, offset, length))
            .QuickCheckThrowOnFailure();
    }

    /// <summary>Two steps in a row, so that states other than the first ones take part.</summary>
    private static void Verify<TRule>(TRule rule, Twin twin, bool masked, int offset, int length)
        where TRule : struct, IUpdateRule
    {
        var kept = Enumerable.Range(0, offset + length).Select(i => !masked || Formula.Unit((uint)i, 5) < 0.4).ToArray();
        var bits = new ulong[((offset + length) / 64) + 2];
        for (var i = 0; i < kept.Length; i++) bits[i >> 6] |= kept[i] ? 1UL << (i & 63) : 0;

        // Pruned weights start at zero with zero states; around the run stand numbers that must survive.
        float[] w = Formula.Vector(length + (2 * Margin), 1), s = Formula.Vector(w.Length, 2), t = Formula.Vector(w.Length, 3);
        for (var i = 0; i < length; i++)
        {
            if (!kept[offset + i]) (w[Margin + i], s[Margin + i], t[Margin + i]) = (0, 0, 0);
            if (typeof(TRule) == typeof(RootMeanSquareDescent)) s[Margin + i] = Math.Abs(s[Margin + i]);
            if (typeof(TRule) == typeof(AdamDescent)) t[Margin + i] = Math.Abs(t[Margin + i]);
        }

        for (var step = 0u; step < 2; step++)
        {
            var g = Formula.Vector(length, 4 + step);
            float[] before = [.. w], first = [.. s], second = [.. t];
            var states = s.AsSpan(Margin, TRule.States >= 1 ? length : 0);
            var moreStates = t.AsSpan(Margin, TRule.States >= 2 ? length : 0);
            UpdateKernel.Run(rule, w.AsSpan(Margin, length), g, states, moreStates, masked ? bits : default, offset);
            for (var i = 0; i < w.Length; i++)
            {
                var inside = i >= Margin && i < Margin + length;
                if (inside && kept[offset + i - Margin])
                {
                    // At most eight roundings of 2^-24 each lie between the inputs and any output.
                    var (weight, size, nextFirst, nextSecond) = twin(before[i], g[i - Margin], first[i], second[i]);
                    Near(weight, w[i], 5e-7 * size);
                    if (TRule.States >= 1) Near(nextFirst, s[i], 5e-7 * (Math.Abs(first[i]) + 1));
                    if (TRule.States >= 2) Near(nextSecond, t[i], 5e-7 * (Math.Abs(second[i]) + Math.Abs(nextSecond) + 1));
                }
                else
                {
                    var (weight, nextFirst, nextSecond) = inside ? (0, 0, 0) : (before[i], first[i], second[i]);
                    if (inside && TRule.States < 1) nextFirst = first[i];
                    if (inside && TRule.States < 2) nextSecond = second[i];
                    Bits.Equal([weight, nextFirst, nextSecond], [w[i], s[i], t[i]]);
                }
            }
        }

        void Near(double expected, float actual, double bound)
        {
            if (!(Math.Abs(actual - expected) <= bound)) Assert.Fail($"{typeof(TRule).Name}, {length} at {offset}: expected {expected:R}, got {actual:R}.");
        }
    }
}
