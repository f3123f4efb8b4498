namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>One way to compute the gradient of a convolution's weights: group of lane blocks by group, chunk by chunk (transform, accumulate), then an end.</summary>
/// <remarks>
/// Parts of one of these may be shared among threads, which then have the scratch memory of the chunk in common; bits do not depend on who takes which. Each
/// group has sums of its own, added in order at the end. A method without transforms has no chunks and does everything at the end.
/// </remarks>
internal abstract class WeightGradientMethod
{
    /// <summary>The method in words.</summary>
    public abstract string Name { get; }

    /// <summary>Outputs that one part of the end writes.</summary>
    public abstract int OutputsPerPart { get; }

    /// <summary>Floats of scratch memory, for each thread that works on its own.</summary>
    public abstract int ScratchFloats { get; }

    /// <summary>Whether the end reads input and gradient.</summary>
    public abstract bool ReadsAtEnd { get; }

    /// <summary>Floats of the sums of one group.</summary>
    public virtual int SumFloats => 0;

    /// <summary>Parts of a chunk's accumulation.</summary>
    public virtual int AccumulateParts => 0;

    /// <summary>The method for a shape: a function of nothing else, so that results are the same bits everywhere.</summary>
    public static WeightGradientMethod Choose(ConvolutionShape shape, int blocks) =>
        shape.Groups > 1 ? new GroupedWeightGradient(shape, Choose(shape.OfGroup, blocks))
        : ConvolutionMethod.SuitsWinograd(shape) ? new WinogradWeightGradient(shape, blocks)
        : new DirectWeightGradient(shape);

    /// <summary>Floating-point operations for so many lane blocks.</summary>
    public abstract double Executed(int blocks);

    /// <summary>Chunks of so many lane blocks.</summary>
    public virtual int Chunks(int blocks) => 0;

    /// <summary>Parts of a chunk's transform.</summary>
    public virtual int TransformParts(int blocks, int chunk) => 0;

    /// <summary>Transforms parts of a chunk of input and gradient.</summary>
    public virtual void Transform(
        ReadOnlySpan<float> input, LanePlanes inputPlanes, ReadOnlySpan<float> gradient, LanePlanes gradientPlanes, Span<float> scratch, int blocks, int chunk, int from, int to)
    {
    }

    /// <summary>Adds what a transformed chunk, or the group's input and gradient themselves, contribute to the group's sums; the first chunk sets them.</summary>
    public virtual void Accumulate(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        Span<float> sums,
        int blocks,
        int chunk,
        int from,
        int to)
    {
    }

    /// <summary>Writes parts [<paramref name="from"/>, <paramref name="to"/>) of the gradient <c>[K][C / G][R][S]</c>.</summary>
    /// <param name="input">The convolution's input.</param>
    /// <param name="inputPlanes">Its layout.</param>
    /// <param name="gradient">Gradient of its output.</param>
    /// <param name="gradientPlanes">Its layout.</param>
    /// <param name="scratch">Scratch memory of the thread.</param>
    /// <param name="sums">The sums of all groups together.</param>
    /// <param name="blocks">Lane blocks.</param>
    /// <param name="result">The gradient.</param>
    /// <param name="from">First part.</param>
    /// <param name="to">Part after the last.</param>
    public abstract void WriteGradient(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        ReadOnlySpan<float> sums,
        int blocks,
        Span<float> result,
        int from,
        int to);
}
