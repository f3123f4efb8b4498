namespace Tombola.Engine.Execution.Kernels;

/// <summary>One way to compute the gradient of a convolution's weights: chunk by chunk (transform, accumulate), then an end.</summary>
/// <remarks>
/// Within each of the three a team shares the parts; bits do not depend on who takes which. A method without transforms has no chunks and does
/// everything at the end.
/// </remarks>
internal abstract class WeightGradientMethod
{
    /// <summary>The method for a shape: a function of nothing else, so that results are the same bits everywhere.</summary>
    public static WeightGradientMethod Choose(ConvolutionShape shape, int blocks) =>
        ConvolutionMethod.SuitsWinograd(shape) ? new WinogradWeightGradient(shape, blocks) : new DirectWeightGradient(shape);

    /// <summary>The method in words.</summary>
    public abstract string Name { get; }

    /// <summary>Parts of a chunk's accumulation.</summary>
    public virtual int AccumulateParts => 0;

    /// <summary>Outputs that one part of the end writes.</summary>
    public abstract int OutputsPerPart { get; }

    /// <summary>Floats of scratch memory for a team of so many.</summary>
    public abstract int ScratchFloats(int members);

    /// <summary>Floating-point operations for so many lane blocks.</summary>
    public abstract double Executed(int blocks);

    /// <summary>Chunks of a mini-batch of so many lane blocks.</summary>
    public virtual int Chunks(int blocks) => 0;

    /// <summary>Parts of a chunk's transform.</summary>
    public virtual int TransformParts(int blocks, int chunk) => 0;

    /// <summary>Transforms parts of a chunk of input and gradient.</summary>
    public virtual void Transform(
        ReadOnlySpan<float> input, LanePlanes inputPlanes, ReadOnlySpan<float> gradient, LanePlanes gradientPlanes, Span<float> scratch, int blocks, int chunk, int from, int to)
    {
    }

    /// <summary>Adds what a transformed chunk contributes to what the chunks before it did, if there were any.</summary>
    public virtual void Accumulate(Span<float> scratch, int blocks, int chunk, int from, int to, bool isFirst)
    {
    }

    /// <summary>Writes parts [<paramref name="from"/>, <paramref name="to"/>) of the gradient <c>[K][C][R][S]</c>, on behalf of a member of the team.</summary>
    public abstract void Finish(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        int blocks,
        Span<float> result,
        int member,
        int from,
        int to);
}
