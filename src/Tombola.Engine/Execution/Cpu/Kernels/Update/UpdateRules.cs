using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What one optimiser does to 16 weights: an operator that <see cref="UpdateKernel"/> inlines into its loop.</summary>
internal interface IUpdateRule
{
    /// <summary>How many of the two state vectors the rule uses.</summary>
    static abstract int States { get; }

    /// <summary>Changes weights <paramref name="w"/> and states, given the masked gradient <paramref name="g"/>.</summary>
    void Apply(ref Vector512<float> w, Vector512<float> g, ref Vector512<float> s, ref Vector512<float> t);
}

/// <summary>The memory of an optimiser: velocities and moments.</summary>
internal static class Memory
{
    /// <summary>The value, or zero where it is smaller than 1e-37. What is not a number stays so.</summary>
    /// <remarks>
    /// The memory of a weight without gradient decays towards zero and would spend the rest of the training among subnormal numbers, on which processors are
    /// several times slower. It is then some 1e-20 of what could move a weight by one bit.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Keep(Vector512<float> memory) =>
        Vector512.AndNot(memory, Vector512.LessThan(Vector512.Abs(memory), Vector512.Create(1e-37f)));
}

/// <summary>g' = g + decay w; w -= rate g'.</summary>
internal readonly struct PlainDescent(float rate, float decay) : IUpdateRule
{
    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector512<float> w, Vector512<float> g, ref Vector512<float> s, ref Vector512<float> t)
    {
        g = Vector512.FusedMultiplyAdd(Vector512.Create(decay), w, g);
        w = Vector512.FusedMultiplyAdd(Vector512.Create(-rate), g, w);
    }
}

/// <summary>g' = g + decay w; v = momentum v + g'; w -= rate (nesterov ? g' + momentum v : v).</summary>
/// <remarks>Sutskever et al. 2013, in PyTorch's form (the rate outside the velocity, dampening 0).</remarks>
internal readonly struct MomentumDescent(float rate, float decay, float momentum, bool nesterov) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector512<float> w, Vector512<float> g, ref Vector512<float> s, ref Vector512<float> t)
    {
        g = Vector512.FusedMultiplyAdd(Vector512.Create(decay), w, g);
        s = Memory.Keep(Vector512.FusedMultiplyAdd(Vector512.Create(momentum), s, g));
        var direction = nesterov ? Vector512.FusedMultiplyAdd(Vector512.Create(momentum), s, g) : s;
        w = Vector512.FusedMultiplyAdd(Vector512.Create(-rate), direction, w);
    }
}

/// <summary>m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= (rate / c1) m / (sqrt(v) / sqrt(c2) + eps), with c = 1 - b^step.</summary>
/// <remarks>Kingma and Ba 2015, algorithm 1, with weight decay added to the gradient as PyTorch's Adam does.</remarks>
internal readonly struct AdamDescent(
    float scaledRate, float decay, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2, float inverseRootCorrection, float epsilon) : IUpdateRule
{
    public static int States => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector512<float> w, Vector512<float> g, ref Vector512<float> s, ref Vector512<float> t)
    {
        g = Vector512.FusedMultiplyAdd(Vector512.Create(decay), w, g);
        s = Memory.Keep(Vector512.FusedMultiplyAdd(Vector512.Create(beta1), s, Vector512.Create(oneMinusBeta1) * g));
        t = Memory.Keep(Vector512.FusedMultiplyAdd(Vector512.Create(beta2), t, Vector512.Create(oneMinusBeta2) * g * g));
        var denominator = Vector512.FusedMultiplyAdd(Vector512.Sqrt(t), Vector512.Create(inverseRootCorrection), Vector512.Create(epsilon));
        w = Vector512.FusedMultiplyAdd(Vector512.Create(-scaledRate), s / denominator, w);
    }
}

/// <summary>v = a v + (1-a) g^2; u = momentum u + g / (sqrt(v) + eps); w -= rate u.</summary>
/// <remarks>Tieleman and Hinton 2012, in PyTorch's form (not centred).</remarks>
internal readonly struct RootMeanSquareDescent(float rate, float decay, float smoothing, float oneMinusSmoothing, float momentum, float epsilon) : IUpdateRule
{
    public static int States => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector512<float> w, Vector512<float> g, ref Vector512<float> s, ref Vector512<float> t)
    {
        g = Vector512.FusedMultiplyAdd(Vector512.Create(decay), w, g);
        s = Memory.Keep(Vector512.FusedMultiplyAdd(Vector512.Create(smoothing), s, Vector512.Create(oneMinusSmoothing) * g * g));
        t = Memory.Keep(Vector512.FusedMultiplyAdd(Vector512.Create(momentum), t, g / (Vector512.Sqrt(s) + Vector512.Create(epsilon))));
        w = Vector512.FusedMultiplyAdd(Vector512.Create(-rate), t, w);
    }
}
