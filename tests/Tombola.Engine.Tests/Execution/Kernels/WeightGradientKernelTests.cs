using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Gradients of weights and biases against float64, and against their sixteen chains, to the last bit.</summary>
public class WeightGradientKernelTests
{
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes => ReferenceConvolution.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_weight_gets_the_sum_over_samples_and_pixels(
        int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns), blocks);
        Verify(twin, Run(twin, [(0, outputs)]));
    }

    /// <summary>Large enough that chains have to wait in memory: bands of rows, several groups of outputs, rows in several chunks.</summary>
    [Theory]
    [InlineData(64, 6, 8, 8)]
    [InlineData(8, 9, 24, 33)]
    [InlineData(2, 3, 4, 140)]
    public void Chains_go_on_across_bands(int inputs, int outputs, int rows, int columns)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, 3, 1, 1, rows, columns), 2);
        Verify(twin, Run(twin, [(0, outputs)]), every: 37);
    }

    [Theory]
    [InlineData(5, 19, 3, 1)]
    [InlineData(70, 23, 3, 2)]
    [InlineData(4, 9, 1, 2)]
    public void Parts_of_the_outputs_give_the_bits_of_the_whole(int inputs, int outputs, int kernel, int stride)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, kernel / 2, 6, 5), 2);
        var whole = Run(twin, [(0, outputs)]);
        Bits.Equal(whole, Run(twin, [(0, 3), (3, 3), (3, outputs)]));
        Bits.Equal(whole, Run(twin, Enumerable.Range(0, outputs).Select(k => (k, k + 1))));
        var weights = inputs * twin.Shape.Taps;
        var part = Run(twin, [(2, 7)]);
        Bits.Equal(whole.AsSpan(2 * weights, 5 * weights), part.AsSpan(2 * weights, 5 * weights));
        Assert.All(part[..(2 * weights)], value => Assert.Equal(ReferenceConvolution.Untouched, value));
        Assert.All(part[(7 * weights)..], value => Assert.Equal(ReferenceConvolution.Untouched, value));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_bias_gets_the_sum_of_its_channel(int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns), blocks);
        var result = new float[outputs];
        BiasGradientKernel.Run(twin.Gradient, twin.OutputPlanes, twin.Shape.OutputPixels, blocks, result, 0, outputs / 2);
        BiasGradientKernel.Run(twin.Gradient, twin.OutputPlanes, twin.Shape.OutputPixels, blocks, result, outputs / 2, outputs);
        for (var k = 0; k < outputs; k++) Verify(twin.BiasGradient(k), result[k], blocks * twin.Shape.OutputPixels * LanePlanes.Lanes, $"{k}");
    }

    private static float[] Run(ReferenceConvolution twin, IEnumerable<(int From, int To)> parts)
    {
        var result = new float[twin.Shape.Weights];
        Array.Fill(result, ReferenceConvolution.Untouched);
        var scratch = new float[WeightGradientKernel.ScratchFloats(twin.Shape)];
        Array.Fill(scratch, float.NaN);
        foreach (var (from, to) in parts)
        {
            WeightGradientKernel.Run(twin.Shape, twin.Gradient, twin.OutputPlanes, twin.Input, twin.InputPlanes, twin.Blocks, result, from, to, scratch);
        }

        return result;
    }

    private static void Verify(ReferenceConvolution twin, float[] result, int every = 1)
    {
        var shape = twin.Shape;
        for (var i = 0; i < shape.Weights; i += every)
        {
            var (k, c, tap) = (i / shape.Taps / shape.Inputs, i / shape.Taps % shape.Inputs, i % shape.Taps);
            Verify(twin.WeightGradient(k, c, tap), result[i], twin.Blocks * shape.OutputPixels * LanePlanes.Lanes, $"{k}, {c}, {tap}");
        }
    }

    /// <summary>No chain and no branch of the tree is longer than the number of terms, and each rounding errs by at most 2^-24 of the sum of sizes.</summary>
    private static void Verify(ReferenceSum expected, float found, int depth, string where)
    {
        Assert.True(Math.Abs(found - expected.Value) <= depth * 6e-8 * expected.Size, $"{where}: expected {expected.Value:R}, got {found:R}.");
        Assert.True(found == expected.Exact, $"{where}: the chains give {expected.Exact:R}, the kernel {found:R}.");
    }
}
