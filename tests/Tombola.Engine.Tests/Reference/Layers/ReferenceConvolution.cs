using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A sum as the kernels' twins compute it.</summary>
/// <param name="Value">In float64.</param>
/// <param name="Size">Sum of the sizes of its terms, to which rounding errors are proportional.</param>
/// <param name="Exact">In float32, in the kernels' own order.</param>
internal readonly record struct ReferenceSum(double Value, double Size, float Exact);

/// <summary>One convolution with its operands in the layout of the lanes, and all its passes as plain loops.</summary>
internal sealed class ReferenceConvolution
{
    /// <summary>What stands between planes and blocks, where kernels have no business.</summary>
    public const float Untouched = -12345;

    private const int Lanes = LanePlanes.Lanes;

    public ReferenceConvolution(ConvolutionShape shape, int blocks)
    {
        (Shape, Blocks) = (shape, blocks);
        InputPlanes = Planes(shape.Inputs, shape.InputPixels);
        OutputPlanes = Planes(shape.Outputs, shape.OutputPixels);
        Input = Lay(InputPlanes, shape.Inputs, shape.InputPixels, 1);
        Gradient = Lay(OutputPlanes, shape.Outputs, shape.OutputPixels, 2);
        Weights = Formula.Vector(shape.Weights, 3);
    }

    public ConvolutionShape Shape { get; }

    public int Blocks { get; }

    public LanePlanes InputPlanes { get; }

    public LanePlanes OutputPlanes { get; }

    /// <summary>X.</summary>
    public float[] Input { get; }

    /// <summary>dY.</summary>
    public float[] Gradient { get; }

    /// <summary>W.</summary>
    public float[] Weights { get; }

    /// <summary>Shapes that between them have every size, border and remainder that the kernels treat in some way of its own.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes => new()
    {
        // C, K, kernel, stride, padding, rows, columns, blocks
        { 1, 1, 1, 1, 0, 1, 1, 1 },
        { 3, 16, 3, 1, 1, 5, 7, 2 },
        { 5, 9, 3, 1, 1, 7, 5, 1 },
        { 4, 5, 3, 1, 0, 5, 5, 1 },
        { 2, 3, 3, 1, 2, 4, 3, 1 },
        { 6, 11, 3, 2, 1, 8, 8, 2 },
        { 3, 8, 3, 2, 1, 5, 7, 1 },
        { 8, 12, 1, 2, 0, 7, 6, 2 },
        { 9, 4, 1, 1, 0, 3, 5, 1 },
        { 3, 5, 2, 1, 0, 4, 5, 1 },
        { 3, 5, 2, 2, 1, 6, 5, 1 },
        { 2, 7, 5, 1, 2, 6, 7, 1 },
        { 2, 4, 5, 3, 2, 11, 8, 1 },
        { 4, 4, 3, 3, 0, 10, 9, 1 },
        { 2, 2, 1, 3, 1, 5, 5, 1 },
        { 3, 2, 3, 1, 1, 1, 1, 2 },
        { 513, 3, 3, 1, 1, 1, 2, 1 },
        { 3, 513, 3, 1, 1, 2, 1, 1 },
        { 1, 2, 3, 1, 1, 3, 70, 1 },
        { 34, 10, 3, 1, 1, 2, 2, 5 },
    };

    /// <summary>A pixel of the output.</summary>
    public ReferenceSum Forward(int block, int k, int pixel, int lane, float factor = 1)
    {
        var terms = new List<(float, float)>();
        for (var c = 0; c < Shape.Inputs; c++)
        {
            for (var tap = 0; Reads(k, c) && tap < Shape.Taps; tap++)
            {
                var from = InputPixel(pixel, tap);
                if (from >= 0) terms.Add((Weight(k, c, tap) * factor, Input[At(InputPlanes, block, c, from, lane)]));
            }
        }

        return Chain(terms);
    }

    /// <summary>A pixel of the input's gradient: all output pixels are asked whether they used it.</summary>
    public ReferenceSum InputGradient(int block, int c, int pixel, int lane)
    {
        var terms = new List<(float, float)>();
        var uses = new List<(int Output, int Tap)>();
        for (var output = 0; output < Shape.OutputPixels; output++)
        {
            for (var tap = 0; tap < Shape.Taps; tap++)
            {
                if (InputPixel(output, tap) == pixel) uses.Add((output, tap));
            }
        }

        for (var k = 0; k < Shape.Outputs; k++)
        {
            if (!Reads(k, c)) continue;
            foreach (var (output, tap) in uses) terms.Add((Weight(k, c, tap), Gradient[At(OutputPlanes, block, k, output, lane)]));
        }

        return Chain(terms);
    }

    /// <summary>A weight's gradient; exactly: sixteen chains, then halves onto halves.</summary>
    public ReferenceSum WeightGradient(int k, int c, int tap)
    {
        var (value, size, chains) = (0.0, 0.0, new float[16]);
        for (var block = 0; block < Blocks; block++)
        {
            for (var pixel = 0; pixel < Shape.OutputPixels; pixel++)
            {
                var from = InputPixel(pixel, tap);
                if (from < 0) continue;
                for (var lane = 0; lane < Lanes; lane++)
                {
                    var (g, x) = (Gradient[At(OutputPlanes, block, k, pixel, lane)], Input[At(InputPlanes, block, c, from, lane)]);
                    value += (double)g * x;
                    size += Math.Abs((double)g * x);
                    chains[lane % 16] = MathF.FusedMultiplyAdd(g, x, chains[lane % 16]);
                }
            }
        }

        return new ReferenceSum(value, size, Fold(chains));
    }

    /// <summary>A bias's gradient; exactly: even and odd pixels apart, each in two halves of the lanes.</summary>
    public ReferenceSum BiasGradient(int k)
    {
        var (value, size, chains) = (0.0, 0.0, new float[4, 16]);
        for (var block = 0; block < Blocks; block++)
        {
            for (var pixel = 0; pixel < Shape.OutputPixels; pixel++)
            {
                for (var lane = 0; lane < Lanes; lane++)
                {
                    var g = Gradient[At(OutputPlanes, block, k, pixel, lane)];
                    value += g;
                    size += Math.Abs((double)g);
                    chains[(pixel % 2 * 2) + (lane / 16), lane % 16] += g;
                }
            }
        }

        return new ReferenceSum(value, size, Fold([.. Enumerable.Range(0, 16).Select(i => (chains[0, i] + chains[1, i]) + (chains[2, i] + chains[3, i]))]));
    }

    /// <summary>The index of an activation's element.</summary>
    public static int At(LanePlanes planes, int block, int channel, int pixel, int lane) =>
        (block * planes.BlockStride) + (channel * planes.PlaneStride) + (pixel * Lanes) + lane;

    /// <summary>An activation of random numbers, with other ones in between that would show.</summary>
    public float[] Lay(LanePlanes planes, int channels, int pixels, uint salt)
    {
        var values = new float[Blocks * planes.BlockStride];
        Array.Fill(values, Untouched);
        for (var block = 0; block < Blocks; block++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var start = At(planes, block, channel, 0, 0);
                for (var i = 0; i < pixels * Lanes; i++) values[start + i] = Formula.Signed((uint)(start + i), salt);
            }
        }

        return values;
    }

    private static LanePlanes Planes(int channels, int pixels) => new((pixels * Lanes) + 16, (channels * ((pixels * Lanes) + 16)) + 32);

    /// <summary>Whether a filter reads a channel: if both belong to the same group.</summary>
    public bool Reads(int k, int c) => k / (Shape.Outputs / Shape.Groups) == c / (Shape.Inputs / Shape.Groups);

    /// <summary>The index of the weight between a filter and a channel that it reads.</summary>
    public int WeightAt(int k, int c, int tap)
    {
        var perGroup = Shape.Inputs / Shape.Groups;
        return (((k * perGroup) + (c % perGroup)) * Shape.Taps) + tap;
    }

    private float Weight(int k, int c, int tap) => Weights[WeightAt(k, c, tap)];

    /// <summary>The input pixel under a tap at an output pixel, or -1.</summary>
    private int InputPixel(int output, int tap)
    {
        var (rows, columns) = (Shape.Window.Rows, Shape.Window.Columns);
        var row = (output / Shape.OutputColumns * rows.Stride) + (tap / columns.Kernel) - rows.Padding;
        var column = (output % Shape.OutputColumns * columns.Stride) + (tap % columns.Kernel) - columns.Padding;
        return row < 0 || row >= Shape.InputRows || column < 0 || column >= Shape.InputColumns ? -1 : (row * Shape.InputColumns) + column;
    }

    private static ReferenceSum Chain(List<(float A, float B)> terms)
    {
        var (value, size, exact) = (0.0, 0.0, 0f);
        foreach (var (a, b) in terms)
        {
            value += (double)a * b;
            size += Math.Abs((double)a * b);
            exact = MathF.FusedMultiplyAdd(a, b, exact);
        }

        return new ReferenceSum(value, size, exact);
    }

    private static float Fold(float[] sixteen)
    {
        for (var half = 8; half >= 1; half /= 2)
        {
            for (var i = 0; i < half; i++) sixteen[i] += sixteen[i + half];
        }

        return sixteen[0];
    }
}
