using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>A kernel entry with the shortest spans that it can do with.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="Lengths">Floats of each span.</param>
/// <param name="Call">Calls it with spans of any lengths.</param>
internal sealed record KernelEntry(string Name, int[] Lengths, Action<float[][]> Call)
{
    private const int Lane = LanePlanes.Lanes, Blocks = 2, Inputs = 3, Outputs = 5, Taps = 9;

    /// <summary>Strided planes, so that the last of them ends earlier than its stride.</summary>
    private static readonly LanePlanes InputPlanes = Planes(Convolution.Inputs, Convolution.InputPixels), OutputPlanes = Planes(Convolution.Outputs, Convolution.OutputPixels);

    private static readonly int InputFloats = InputPlanes.Floats(Blocks, Inputs, Convolution.InputPixels), OutputFloats = OutputPlanes.Floats(Blocks, Outputs, Convolution.OutputPixels);

    /// <summary>All that take spans of floats and make pointers of them.</summary>
    public static IReadOnlyList<KernelEntry> All { get; } = [.. Layers(), .. Vectors(), .. Products(), .. Convolutions(), .. Sparse(), .. Winograd()];

    private static ConvolutionShape Convolution => new(Inputs, Outputs, Window.Square(3, padding: 1), InputRows: 5, InputColumns: 6);

    /// <summary>Every other weight.</summary>
    private static int[] Kept => [.. Enumerable.Range(0, Convolution.Weights / 2).Select(i => 2 * i)];

    private static LanePlanes Planes(int channels, int pixels) => new((pixels * Lane) + 16, ((pixels * Lane) + 16) * channels);

    private static IEnumerable<KernelEntry> Layers()
    {
        const int Floats = 2 * Lane;
        var pool = PoolKernels.Of(new Shape(1, 4, 6), new Shape(1, 2, 3), 2, 2, 2, 0, Lane);
        int x = 4 * 6 * Lane, y = 2 * 3 * Lane;
        yield return new("PoolKernels.Max", [x, y], s => pool.Max(s[0], s[1]));
        yield return new("PoolKernels.MaxGradient", [x, y, y, x], s => pool.MaxGradient(s[0], s[1], s[2], s[3], rectified: true, accumulate: false));
        yield return new("PoolKernels.Mean", [x, y], s => pool.Mean(s[0], s[1]));
        yield return new("PoolKernels.MeanGradient", [y, x, x], s => pool.MeanGradient(s[0], s[1], s[2]));
        yield return new("NormKernels.Sums", [Floats], s => NormKernels.Sums(s[0], Lane, 0));
        yield return new("NormKernels.Normalise", [Floats, Floats, Floats], s => NormKernels.Normalise(s[0], 1, 0, s[1], s[2], rectify: true));
        yield return new("NormKernels.GradientSums", [Floats, Floats], s => NormKernels.GradientSums(s[0], s[1], 0));
        yield return new("NormKernels.InputGradient", [Floats, Floats, Floats], s => NormKernels.InputGradient(s[0], s[1], 0, 1, 1, 1, s[2], Lane, accumulate: true));
        yield return new("SoftmaxCrossEntropy.Run", [10 * 16, 7, 10 * 16], s => SoftmaxCrossEntropy.Run(s[0], new int[7], 10, 16, s[1], new byte[7], s[2], 1));
    }

    private static IEnumerable<KernelEntry> Vectors()
    {
        yield return new("MapKernels.Add", [32, 32, 32], s => MapKernels.Add(s[0], s[1], s[2], rectify: true));
        yield return new("MapKernels.Rectify", [32, 32], s => MapKernels.Rectify(s[0], s[1]));
        yield return new("MapKernels.Multiply", [32, 32, 32], s => MapKernels.Multiply(s[0], s[1], s[2]));
        yield return new("MapKernels.Pass", [32, 32, 32], s => MapKernels.Pass(s[0], s[1], s[2], accumulate: true));
        yield return new("LaneKernels.AddBias", [4 * 16, 4], s => LaneKernels.AddBias(s[0], s[1], 1, 4, 16, rectify: true));
        yield return new("LaneKernels.RectifyGradient", [32, 32], s => LaneKernels.RectifyGradient(s[0], s[1]));
        yield return new("LaneKernels.SumLanes", [4 * 16, 4], s => LaneKernels.SumLanes(s[0], s[1], 1, 4, 16, accumulate: true));
        yield return new("LaneKernels.Transpose", [(4 * 8) + 6, (5 * 7) + 5], s => LaneKernels.Transpose(s[0], 8, s[1], 7, 5, 1, 6));
        yield return new("UpdateKernel.Run", [20, 20, 20], s => UpdateKernel.Run(new AdamDescent(1, 0, 0, 1, 0, 1, 1, 1), new float[20], s[0], s[1], s[2], default, 0));
    }

    private static IEnumerable<KernelEntry> Products()
    {
        const int Lanes = 16;
        yield return new("ProductKernel.Multiply", [(6 * 9) + 8, (7 * 24) + 20, (6 * 22) + 20], s => ProductKernel.Multiply(s[0], new LeftFactor(9, 1), s[1], 24, s[2], 22, 0, 7, 20, 8, accumulate: false));
        yield return new("ProductKernel.Multiply", [(4 * 16) + 100 + 5, (20 * 16) + 16, (4 * 3) + 3], s => ProductKernel.Multiply(s[0], new LeftFactor(16, 1, 16, 100), s[1], 16, s[2], 3, 0, 5, 3, 21, accumulate: false));
        var rows = new SparseRows(6, 50, [.. Enumerable.Range(0, 100).Select(i => 3 * i)], Lanes, strips: 2);
        yield return new(
            "SparseProductKernel.Multiply",
            [100, 50 * Lanes, 6 * Lanes, 6, 6 * Lanes],
            s => SparseProductKernel.Multiply(rows, s[0], s[1], s[2], 0, 6, accumulate: false, new Epilogue { Bias = s[3], Gate = s[4] }));
        yield return new(
            "SparseRowGradientKernel.Run", [(7 * Lanes) + (6 * Lanes), (55 * Lanes) + (50 * Lanes), 100], s => SparseRowGradientKernel.Run(rows, s[0], 7 * Lanes, s[1], 55 * Lanes, 2, s[2], 0, 6));
    }

    private static IEnumerable<KernelEntry> Convolutions()
    {
        var (shape, table) = (Convolution, TapTable.Forward(Convolution));
        int packed = ConvolutionWeights.PackedFloats(Inputs, Outputs, Taps), backward = ConvolutionWeights.PackedFloats(Outputs, Inputs, Taps);
        yield return new("ConvolutionWeights.PackForward", [shape.Weights, Outputs, packed], s => ConvolutionWeights.PackForward(s[0], s[1], s[2], shape, 0, 1));
        yield return new("ConvolutionWeights.PackBackward", [shape.Weights, backward], s => ConvolutionWeights.PackBackward(s[0], s[1], shape, 0, 1));
        yield return new(
            "DirectKernel.Run",
            [packed, InputFloats, OutputFloats, Outputs, OutputFloats, OutputFloats],
            s => DirectKernel.Run(table, s[0], s[1], InputPlanes, s[2], OutputPlanes, DirectRange.All(table, Blocks), new Epilogue { Bias = s[3], Gate = s[4], Residual = s[5] }));
        yield return new(
            "WeightGradientKernel.Run",
            [OutputFloats, InputFloats, shape.Weights, WeightGradientKernel.ScratchFloats(shape)],
            s => WeightGradientKernel.Run(shape, s[0], OutputPlanes, s[1], InputPlanes, Blocks, s[2], 0, Outputs, s[3]));
        yield return new("BiasGradientKernel.Run", [OutputFloats, Outputs], s => BiasGradientKernel.Run(s[0], OutputPlanes, shape.OutputPixels, Blocks, s[1], 0, Outputs));
    }

    private static IEnumerable<KernelEntry> Sparse()
    {
        var method = new SparseMethod(Convolution, Kept, compact: true, InputPlanes, backward: false);
        var gradient = new SparseWeightGradient(Convolution, Kept, Blocks, InputPlanes, OutputPlanes);
        yield return new("SparseIndex.Pack", [Outputs, method.PackedFloats], s => method.Pack(new float[Kept.Length], s[0], s[1], 0, Outputs));
        yield return new(
            "SparseMethod.Run",
            [method.PackedFloats, InputFloats, OutputFloats, Outputs, OutputFloats, OutputFloats],
            s => method.Run(s[0], s[1], InputPlanes, s[2], OutputPlanes, new Epilogue { Bias = s[3], Gate = s[4], Residual = s[5] }, default, Blocks, 0, method.Parts(Blocks)));
        yield return new(
            "SparseWeightGradient.Accumulate",
            [InputFloats, OutputFloats, gradient.ScratchFloats / gradient.AccumulateParts, gradient.SumFloats],
            s => gradient.Accumulate(s[0], InputPlanes, s[1], OutputPlanes, s[2], s[3], Blocks, 0, 0, gradient.AccumulateParts));
    }

    private static IEnumerable<KernelEntry> Winograd()
    {
        var shape = new WinogradShape(Blocks, Inputs, Outputs, Convolution.InputRows, Convolution.InputColumns);
        var (backward, gradient) = (shape.Backward(), new WinogradGradientShape(shape));
        yield return new("WinogradWeights.PackForward", [Convolution.Weights, Outputs, shape.PackedFloats], s => WinogradWeights.PackForward(shape, s[0], s[1], s[2], 0, shape.OutputBlocks));
        yield return new("WinogradWeights.PackBackward", [Convolution.Weights, Outputs, backward.PackedFloats], s => WinogradWeights.PackBackward(shape, s[0], s[1], s[2], 0, backward.OutputBlocks));
        yield return new(
            "WinogradConvolution.Convolve",
            [InputFloats, shape.PackedFloats, OutputFloats, shape.ScratchFloats, Outputs, OutputFloats, OutputFloats],
            s => WinogradConvolution.Convolve(shape, s[0], InputPlanes, s[1], s[2], OutputPlanes, new Epilogue { Bias = s[4], Gate = s[5], Residual = s[6] }, s[3], 0, shape.Tiles));
        yield return new(
            "WinogradGradient.Transform",
            [InputFloats, OutputFloats, gradient.ScratchFloats],
            s => WinogradGradient.Transform(gradient, s[0], InputPlanes, s[1], OutputPlanes, s[2], 0, 0, gradient.Units(0)));
        yield return new("WinogradGradient.Accumulate", [gradient.ScratchFloats, gradient.SumFloats], s => WinogradGradient.Accumulate(gradient, s[0], s[1], 0, 0, WinogradShape.Positions));
        yield return new("WinogradGradient.WriteGradient", [gradient.SumFloats, Convolution.Weights], s => WinogradGradient.WriteGradient(gradient, s[0], s[1], 0, gradient.OutputBlocks));
    }
}
