using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Softmax and cross-entropy over lanes: z [classes][lanes] becomes losses, hits and, if asked, the gradient.</summary>
/// <remarks>
/// For a sample with label t: loss = log(sum exp(z_c - m)) - (z_t - m), m = max z; gradient dz_c = (exp(z_c - m) / sum - [c = t]) scale.
/// A hit is a sample whose label has the largest logit; of equal ones the first counts, and a logit that is not a number never hits.
/// </remarks>
internal static unsafe class SoftmaxCrossEntropy
{
    /// <param name="logits">z [classes][lanes] of one block.</param>
    /// <param name="labels">Labels of the samples in the block; lanes beyond them count for nothing and get a gradient of zero.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="lanes">Lanes of the block.</param>
    /// <param name="losses">Loss of each sample, nats.</param>
    /// <param name="hits">1 where the prediction is right, else 0.</param>
    /// <param name="gradient">dz [classes][lanes], or empty.</param>
    /// <param name="scale">Factor of the gradient: 1 / batch for the mean loss.</param>
    public static void Run(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, int lanes, Span<float> losses, Span<byte> hits, Span<float> gradient, float scale)
    {
        Checked.That(labels.Length <= lanes && lanes % Lanes.Width == 0);
        Checked.Covers(logits, 0, (long)classes * lanes);
        Checked.Indices(labels, classes);
        Checked.Covers(losses, 0, labels.Length);
        Checked.Covers(hits, 0, labels.Length);
        Checked.CoversIfAny(gradient, 0, (long)classes * lanes);
        fixed (float* z = logits, dz = gradient)
        {
            var maxima = stackalloc float[Lanes.Width];
            var sums = stackalloc float[Lanes.Width];
            for (var n = 0; n < lanes; n += Lanes.Width)
            {
                var max = Vector512.Load(z + n);
                for (var c = 1; c < classes; c++) max = Vector512.Max(max, Vector512.Load(z + ((nint)c * lanes) + n));
                var sum = Vector512<float>.Zero;
                for (var c = 0; c < classes; c++)
                {
                    var e = Exp(Vector512.Load(z + ((nint)c * lanes) + n) - max);
                    if (dz != null) e.Store(dz + ((nint)c * lanes) + n);
                    sum += e;
                }

                max.Store(maxima);
                sum.Store(sums);
                for (var lane = 0; lane < Lanes.Width && n + lane < labels.Length; lane++)
                {
                    var label = labels[n + lane];
                    var own = z[((nint)label * lanes) + n + lane];

                    // The sum lies between 1 and the number of classes, or is not a number, and then own - max is not finite either.
                    losses[n + lane] = (float)(PortableMath.Log(sums[lane]) - (own - maxima[lane]));
                    hits[n + lane] = IsHit(z + n + lane, classes, lanes, label, own) ? (byte)1 : (byte)0;
                }

                if (dz == null) continue;
                var factor = Vector512.Create(scale) / sum;
                var live = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(labels.Length - n)).AsSingle();
                for (var c = 0; c < classes; c++)
                {
                    var p = dz + ((nint)c * lanes) + n;
                    (Vector512.Load(p) * factor & live).Store(p);
                }

                for (var lane = 0; lane < Lanes.Width && n + lane < labels.Length; lane++) dz[((nint)labels[n + lane] * lanes) + n + lane] -= scale;
            }
        }
    }

    private static bool IsHit(float* z, int classes, nint lanes, int label, float own)
    {
        for (var c = 0; c < classes; c++)
        {
            var other = z[c * lanes];
            if (c < label ? !(other < own) : !(other <= own)) return false;
        }

        return true;
    }

    /// <summary>e^x for x at most 0, within 2 units in the last place; 0 below -87.</summary>
    /// <remarks>x = k ln 2 + r with |r| at most ln 2 / 2; Taylor polynomial of degree 7 in r; times 2^k through the exponent bits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Exp(Vector512<float> x)
    {
        // Adding 1.5 * 2^23 rounds to a whole number in the low bits of the significand.
        var shift = Vector512.Create(12582912f);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), shift);
        var k = shifted - shift;
        var r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        var power = ((shifted.AsInt32() - shift.AsInt32() + Vector512.Create(127)) << 23).AsSingle();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87f)), Vector512<float>.Zero, p * power);
    }
}
