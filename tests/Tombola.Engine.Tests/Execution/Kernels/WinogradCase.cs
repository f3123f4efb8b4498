using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>One convolution with its data, in planes that lie apart with numbers in between that nobody may read or change.</summary>
internal sealed class WinogradCase
{
    private const int Gap = 80, BlockGap = 48;

    public WinogradCase(int blocks, int inputs, int outputs, int rows, int columns)
    {
        Shape = new WinogradShape(blocks, inputs, outputs, rows, columns);
        Twin = new Reference3x3Convolution(blocks, inputs, outputs, rows, columns);
        X = Formula.Vector(Twin.InputLength, 1);
        Dy = Formula.Vector(Twin.OutputLength, 2);
        Weights = Formula.Vector(Twin.WeightLength, 3);
        InputLayout = Layout(inputs);
        OutputLayout = Layout(outputs);
    }

    public WinogradShape Shape { get; }

    public Reference3x3Convolution Twin { get; }

    /// <summary>The input without gaps.</summary>
    public float[] X { get; }

    /// <summary>The output's gradient without gaps.</summary>
    public float[] Dy { get; }

    public float[] Weights { get; }

    public LanePlanes InputLayout { get; }

    public LanePlanes OutputLayout { get; }

    private int Plane => Shape.Rows * Shape.Columns * 32;

    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1, 1 },
        { 2, 3, 16, 2, 2 },
        { 4, 16, 3, 4, 4 },
        { 3, 20, 20, 5, 7 },
        { 1, 16, 20, 8, 8 },
        { 2, 3, 1, 9, 6 },
        { 2, 1, 3, 6, 6 },
        { 1, 513, 3, 4, 4 },
        { 2, 3, 513, 2, 3 },
    };

    /// <summary>The output; tiles are computed range by range, each with scratch that holds something else before.</summary>
    public float[] Forward(Epilogue epilogue = default, float[]? before = null, float[]? factors = null, params int[] cuts)
    {
        var packed = Fill(Shape.PackedFloats);
        WinogradWeights.PackForward(Shape, Weights, factors, packed, 0, Shape.OutputBlocks);
        return Convolve(Shape, X, InputLayout, packed, OutputLayout, epilogue, before, cuts);
    }

    /// <summary>The gradient of the input.</summary>
    public float[] Backward(Epilogue epilogue = default, float[]? before = null, float[]? factors = null, params int[] cuts)
    {
        var shape = Shape.Backward();
        var packed = Fill(shape.PackedFloats);
        WinogradWeights.PackBackward(Shape, Weights, factors, packed, 0, shape.OutputBlocks);
        return Convolve(shape, Dy, OutputLayout, packed, InputLayout, epilogue, before, cuts);
    }

    /// <summary>The gradient of the weights, every phase of it in ranges that end at the cuts.</summary>
    public float[] WeightGradient(params int[] cuts)
    {
        var shape = new WinogradGradientShape(Shape);
        float[] x = Lay(X, InputLayout), dy = Lay(Dy, OutputLayout), gradient = Fill(Weights.Length);
        float[] scratch = Fill(shape.ScratchFloats), sums = Fill(shape.SumFloats);
        for (var chunk = 0; chunk < shape.Chunks; chunk++)
        {
            foreach (var (from, to) in Ranges(shape.Units(chunk)))
            {
                WinogradGradient.Transform(shape, x, InputLayout, dy, OutputLayout, scratch, chunk, from, to);
            }

            foreach (var (from, to) in Ranges(WinogradShape.Positions)) WinogradGradient.Accumulate(shape, scratch, sums, chunk, from, to);
        }

        foreach (var (from, to) in Ranges(shape.OutputBlocks)) WinogradGradient.WriteGradient(shape, sums, gradient, from, to);
        return gradient;

        // From the last to the first, as threads may.
        IEnumerable<(int From, int To)> Ranges(int count)
        {
            int[] ends = [0, .. cuts.Where(cut => cut < count), count];
            for (var i = ends.Length - 1; i > 0; i--) yield return (ends[i - 1], ends[i]);
        }
    }

    /// <summary>Planes with gaps of something that is not a number.</summary>
    public float[] Lay(ReadOnlySpan<float> dense, LanePlanes layout)
    {
        var laid = Fill(Shape.Blocks * layout.BlockStride);
        for (var i = 0; i < dense.Length; i += Plane) dense.Slice(i, Plane).CopyTo(laid.AsSpan(Start(layout, i / Plane)));
        return laid;
    }

    public static float[] Fill(int length)
    {
        var array = new float[length];
        array.AsSpan().Fill(float.NaN);
        return array;
    }

    /// <summary>Turns uniform numbers in [-1, 1) into standard normal ones.</summary>
    public static void Normal(float[] values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = (float)PortableMath.NormalQuantile((values[i] + 1.0000001) / 2.0000003);
    }

    private float[] Convolve(
        in WinogradShape shape,
        float[] input,
        LanePlanes inputLayout,
        float[] packed,
        LanePlanes outputLayout,
        Epilogue epilogue,
        float[]? before,
        int[] cuts)
    {
        var output = Lay(before ?? Fill(Shape.Blocks * shape.Outputs * Plane), outputLayout);
        if (before is not null) epilogue = new Epilogue { Bias = epilogue.Bias, Gate = epilogue.Gate, Residual = output, Rectify = epilogue.Rectify };
        int[] ends = [0, .. cuts, shape.Tiles];
        for (var i = 1; i < ends.Length; i++)
        {
            WinogradConvolution.Convolve(
                shape, Lay(input, inputLayout), inputLayout, packed, output, outputLayout, epilogue, Fill(shape.ScratchFloats), ends[i - 1], ends[i]);
        }

        return Collect(output, outputLayout, Shape.Blocks * shape.Outputs);
    }

    /// <summary>Takes the planes out, and sees that the gaps are as they were.</summary>
    private float[] Collect(float[] laid, LanePlanes layout, int planes)
    {
        var dense = new float[planes * Plane];
        for (var i = 0; i < planes; i++)
        {
            var plane = laid.AsSpan(Start(layout, i), Plane);
            plane.CopyTo(dense.AsSpan(i * Plane));
            plane.Fill(float.NaN);
        }

        Assert.All(laid, value => Assert.True(float.IsNaN(value)));
        return dense;
    }

    private LanePlanes Layout(int channels) => new(Plane + Gap, (channels * (Plane + Gap)) + BlockGap);

    private int Start(LanePlanes layout, int plane)
    {
        var channels = layout.BlockStride / layout.PlaneStride;
        return (plane / channels * layout.BlockStride) + (plane % channels * layout.PlaneStride);
    }
}
