using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

public class SoftmaxCrossEntropyTests
{
    private const int Classes = 10;

    /// <summary>
    /// Relative to 1: rounding z - max (2^-24 of up to 2 spread), e^x (2 units of 2^-24), the sum (10 roundings) and the result; 2e-6 has room
    /// for all of them. The gradient is scaled by 1 / count.
    /// </summary>
    [Theory]
    [InlineData(16, 16, 1)]
    [InlineData(16, 5, 3)]
    [InlineData(48, 33, 10)]
    [InlineData(64, 60, 1)]
    [InlineData(64, 64, 30)]
    public void Losses_hits_and_gradients_are_those_of_the_plain_loop(int lanes, int count, double spread)
    {
        var run = new Run(lanes, count, spread);
        for (var n = 0; n < count; n++)
        {
            var (loss, hit, gradient) = run.Reference(n);
            Assert.Equal(loss, run.Losses[n], 2e-6 * (1 + loss));
            Assert.Equal(hit ? 1 : 0, run.Hits[n]);
            for (var c = 0; c < Classes; c++) Assert.Equal(gradient[c] / count, run.Gradient[(c * lanes) + n], 2e-6 / count);
        }
    }

    [Fact]
    public void Lanes_beyond_the_samples_get_no_gradient_whatever_they_hold()
    {
        var run = new Run(64, 37, 1, logits =>
        {
            for (var c = 0; c < Classes; c++) (logits[(c * 64) + 37], logits[(c * 64) + 50]) = (float.NaN, float.PositiveInfinity);
        });
        for (var i = 0; i < run.Gradient.Length; i++)
        {
            if (i % 64 >= 37) Assert.Equal(0, BitConverter.SingleToInt32Bits(run.Gradient[i]));
        }

        Assert.All(run.Losses[37..], loss => Assert.Equal(-1, loss));
        Assert.All(run.Hits[37..], hit => Assert.Equal(255, hit));
        Assert.All(run.Losses[..37], loss => Assert.True(float.IsFinite(loss)));
    }

    [Fact]
    public void Huge_logits_give_huge_finite_losses_and_gradients_of_whole_samples()
    {
        var run = new Run(16, 2, 1, logits =>
        {
            for (var c = 0; c < Classes; c++) (logits[c * 16], logits[(c * 16) + 1]) = (c == 3 ? 1e30f : -1e30f, c == 3 ? 1e30f : -1e30f);
        }, [3, 4]);
        Assert.Equal([0, 2e30f], run.Losses[..2]);
        Assert.Equal([1, 0], run.Hits[..2]);
        for (var c = 0; c < Classes; c++)
        {
            Assert.Equal(0, run.Gradient[c * 16]);
            Assert.Equal(c switch { 3 => 0.5f, 4 => -0.5f, _ => 0 }, run.Gradient[(c * 16) + 1]);
        }
    }

    [Fact]
    public void Of_equal_logits_the_first_one_counts()
    {
        var run = new Run(16, 3, 1, logits =>
        {
            for (var c = 0; c < Classes; c++) (logits[c * 16], logits[(c * 16) + 1], logits[(c * 16) + 2]) = (2, c is 2 or 5 ? 7 : 1, c is 2 or 5 ? 7 : 1);
        }, [0, 2, 5]);
        Assert.Equal([1, 1, 0], run.Hits[..3]);
        Assert.Equal(Math.Log(10), run.Losses[0], 2e-6);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 4)]
    [InlineData(float.NaN, 9)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.PositiveInfinity, 4)]
    [InlineData(float.PositiveInfinity, 9)]
    public void A_logit_that_is_not_finite_makes_the_loss_not_finite(float culprit, int place)
    {
        for (var label = 0; label < Classes; label++)
        {
            var run = new Run(16, 1, 1, logits => logits[place * 16] = culprit, [label]);
            Assert.False(float.IsFinite(run.Losses[0]));
            if (float.IsNaN(culprit)) Assert.Equal(0, run.Hits[0]);
        }
    }

    [Fact]
    public void A_class_of_logit_minus_infinity_is_impossible_and_harmless()
    {
        var run = new Run(16, 2, 1, logits => (logits[4 * 16], logits[(4 * 16) + 1]) = (float.NegativeInfinity, float.NegativeInfinity), [3, 4]);
        Assert.True(float.IsFinite(run.Losses[0]));
        Assert.Equal(0, run.Gradient[4 * 16]);
        Assert.Equal(float.PositiveInfinity, run.Losses[1]);
    }

    [Fact]
    public void Without_a_gradient_losses_and_hits_have_the_same_bits()
    {
        var run = new Run(64, 60, 4);
        float[] losses = new float[64];
        var hits = new byte[64];
        SoftmaxCrossEntropy.Run(run.Logits, run.Labels, Classes, 64, losses, hits, default, 1);
        Bits.Equal(run.Losses.AsSpan(0, 60), losses.AsSpan(0, 60));
        Assert.Equal(run.Hits[..60], hits[..60]);
    }

    /// <summary>Two units in the last place, as promised.</summary>
    [Fact]
    public void Exponential_is_within_two_units_in_the_last_place()
    {
        for (var i = 0; i <= 870_000; i += 16)
        {
            var x = Vector512.Create(-i / 10_000f) - (Vector512<float>.Indices / 10_000f);
            var e = SoftmaxCrossEntropy.Exp(x);
            for (var lane = 0; lane < 16; lane++)
            {
                if (x[lane] < -87) continue;
                var exact = Math.Exp(x[lane]);
                if (Math.Abs(e[lane] - exact) > 2 * Ulp((float)exact)) Assert.Fail($"e^{x[lane]:R}: expected {exact:R}, got {e[lane]:R}.");
            }
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-87.01f, 0f)]
    [InlineData(-1000f, 0f)]
    [InlineData(-1e30f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exponential_is_exact_at_the_ends(float x, float e) => Assert.Equal(e, SoftmaxCrossEntropy.Exp(Vector512.Create(x))[7]);

    [Fact]
    public void Gradients_of_a_sample_sum_to_zero() =>
        Prop.ForAll(Gen.Choose(1, 48).ToArbitrary(), Gen.Choose(0, 12).ToArbitrary(), (count, spread) =>
        {
            var run = new Run(48, count, spread);
            return Enumerable.Range(0, count).All(n => Math.Abs(Enumerable.Range(0, Classes).Sum(c => (double)run.Gradient[(c * 48) + n])) < 2e-6 / count);
        }).QuickCheckThrowOnFailure();

    private static double Ulp(float x) => MathF.BitIncrement(x) - (double)x;

    /// <summary>The kernel on logits of a given spread; outputs start as -1 and 255 to show what was left alone.</summary>
    private sealed class Run
    {
        public Run(int lanes, int count, double spread, Action<float[]>? change = null, int[]? labels = null)
        {
            Logits = Formula.Vector(Classes * lanes, 1, spread);
            change?.Invoke(Logits);
            Labels = labels ?? Workbench.Labels(Workbench.Small, count);
            Losses = new float[lanes];
            Hits = new byte[lanes];
            Losses.AsSpan().Fill(-1);
            Hits.AsSpan().Fill(255);
            Gradient = Formula.Vector(Classes * lanes, 2);
            SoftmaxCrossEntropy.Run(Logits, Labels, Classes, lanes, Losses, Hits, Gradient, 1f / count);
        }

        public float[] Logits { get; }

        public int[] Labels { get; }

        public float[] Losses { get; }

        public byte[] Hits { get; }

        public float[] Gradient { get; }

        public (double Loss, bool Hit, double[] Gradient) Reference(int n) =>
            ReferenceLoss.Of([.. Enumerable.Range(0, Classes).Select(c => (double)Logits[(c * Losses.Length) + n])], Labels[n]);
    }
}
