using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>One way to compute one direction of a convolution: the output from the input, or the input's gradient from the output's.</summary>
/// <remarks>Any split of the work into ranges of <see cref="Parts"/> gives the same bits.</remarks>
internal abstract class ConvolutionMethod
{
    /// <summary>The method for a shape: a function of nothing else, so that results are the same bits everywhere.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="blocks">Most lane blocks at once, which scratch memory depends on.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    /// <param name="training">Whether a whole mini-batch is under way, whose activations are too many for the caches.</param>
    public static ConvolutionMethod Choose(ConvolutionShape shape, int blocks, bool backward, bool training) =>
        shape.Groups > 1 ? new GroupedMethod(shape, Choose(shape.OfGroup, blocks, backward, training), backward)
        : SuitsWinograd(shape) ? new WinogradMethod(shape, blocks, backward, prefetch: training)
        : new DirectMethod(shape, backward);

    /// <summary>Whether Winograd's algorithm pays.</summary>
    /// <remarks>A transformed tile costs as much as one of 4 x 4 outputs even where the map has fewer, and its transforms want channels to pay for them.</remarks>
    public static bool SuitsWinograd(ConvolutionShape shape) =>
        shape is { Groups: 1, InputRows: >= 4, InputColumns: >= 4 } && shape.Window == Window.Square(3, padding: 1) && Math.Min(shape.Inputs, shape.Outputs) >= 16;

    /// <summary>The method in words.</summary>
    public abstract string Name { get; }

    /// <summary>Floats of the weights as the method wants them.</summary>
    public abstract int PackedFloats { get; }

    /// <summary>Parts into which packing can be split.</summary>
    public abstract int PackParts { get; }

    /// <summary>Floats of scratch memory that each thread needs.</summary>
    public virtual int ScratchFloats => 0;

    /// <summary>Floating-point operations for so many lane blocks.</summary>
    public abstract double Executed(int blocks);

    /// <summary>Parts into which the work on so many lane blocks can be split.</summary>
    public abstract int Parts(int blocks);

    /// <summary>Brings weights <c>[K][C / G][R][S]</c> into the method's order.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="factors">What each output's weights are multiplied with (forward only), or empty.</param>
    /// <param name="packed">The result.</param>
    /// <param name="from">First part.</param>
    /// <param name="to">Part after the last.</param>
    public abstract void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to);

    /// <summary>Computes parts [<paramref name="from"/>, <paramref name="to"/>) of the target.</summary>
    /// <param name="packed">Packed weights.</param>
    /// <param name="source">What is read.</param>
    /// <param name="sourcePlanes">Its layout.</param>
    /// <param name="target">What is written.</param>
    /// <param name="targetPlanes">Its layout, and that of the epilogue's maps.</param>
    /// <param name="epilogue">What is done to the sums.</param>
    /// <param name="scratch">At least <see cref="ScratchFloats"/> that no other thread uses.</param>
    /// <param name="blocks">Lane blocks in source and target, which begin with the first of them.</param>
    /// <param name="from">First part.</param>
    /// <param name="to">Part after the last.</param>
    public abstract void Run(
        ReadOnlySpan<float> packed,
        ReadOnlySpan<float> source,
        LanePlanes sourcePlanes,
        Span<float> target,
        LanePlanes targetPlanes,
        Epilogue epilogue,
        Span<float> scratch,
        int blocks,
        int from,
        int to);
}
