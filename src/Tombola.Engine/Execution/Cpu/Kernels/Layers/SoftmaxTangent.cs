using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The cross-entropy's Hessian with respect to the logits, times a direction of the logits, over lanes.</summary>
/// <remarks>
/// With p = softmax(z) and a direction r: (diag(p) - p p') r = p (r - p'r), class by class. A shift of r by a constant changes nothing: with the label's r as that constant,
/// nothing cancels where p of the label is all but 1. p comes from the loss's gradient p - [c = t].
/// </remarks>
internal static unsafe class SoftmaxTangent
{
    /// <param name="gradient">p - [c = t], <c>[classes][lanes]</c> of one block; zeros in lanes beyond the samples.</param>
    /// <param name="labels">Labels of the samples in the block.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="lanes">Lanes of the block.</param>
    /// <param name="direction">r <c>[classes][lanes]</c>.</param>
    /// <param name="result">The product, same layout; zeros in lanes beyond the samples.</param>
    public static void Run(ReadOnlySpan<float> gradient, ReadOnlySpan<int> labels, int classes, int lanes, ReadOnlySpan<float> direction, Span<float> result)
    {
        Checked.That(labels.Length <= lanes && lanes % Lanes.Width == 0);
        Checked.Covers(gradient, 0, (long)classes * lanes);
        Checked.Indices(labels, classes);
        Checked.Covers(direction, 0, (long)classes * lanes);
        Checked.Covers(result, 0, (long)classes * lanes);
        fixed (float* dz = gradient, r = direction, target = result)
        {
            var shift = stackalloc float[Lanes.Width];
            var label = stackalloc int[Lanes.Width];
            for (var n = 0; n < lanes; n += Lanes.Width)
            {
                for (var lane = 0; lane < Lanes.Width; lane++)
                {
                    label[lane] = n + lane < labels.Length ? labels[n + lane] : -1;
                    shift[lane] = label[lane] < 0 ? 0 : r[((nint)label[lane] * lanes) + n + lane];
                }

                var (t, own) = (Vector512.Load(label), Vector512.Load(shift));
                var mean = Vector512<float>.Zero;
                for (var c = 0; c < classes; c++)
                {
                    // The label's own term is zero.
                    var place = ((nint)c * lanes) + n;
                    mean = Vector512.FusedMultiplyAdd(Vector512.Load(dz + place), Vector512.Load(r + place) - own, mean);
                }

                for (var c = 0; c < classes; c++)
                {
                    var place = ((nint)c * lanes) + n;
                    var isLabel = Vector512.Equals(t, Vector512.Create(c)).AsSingle();
                    var p = Vector512.Load(dz + place) + (Vector512<float>.One & isLabel);

                    // Beyond the samples p is zero, whatever the direction is there.
                    var product = p * (Vector512.Load(r + place) - own - mean);
                    (product & Vector512.GreaterThanOrEqual(t, Vector512<int>.Zero).AsSingle()).Store(target + place);
                }
            }
        }
    }
}
