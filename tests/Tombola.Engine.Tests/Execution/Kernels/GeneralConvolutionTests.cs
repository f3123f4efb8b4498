using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Filters of any size and stride, in any groups, by the dense and the sparse methods, against sums in float64.</summary>
public class GeneralConvolutionTests
{
    [Fact]
    public void Any_filter_in_any_groups_gives_the_sums_of_float64()
    {
        var axes =
            from kernel in Gen.Choose(1, 7)
            from stride in Gen.Choose(1, 3)
            from padding in Gen.Choose(0, kernel - 1)
            from size in Gen.Choose(Math.Max(1, kernel - (2 * padding)), 9)
            select (Axis: new WindowAxis(kernel, stride, padding), Size: size);
        var shapes =
            from rows in axes
            from columns in axes
            from groups in Gen.Choose(1, 4)
            from channels in Gen.Choose(1, 5).Two()
            select new ConvolutionShape(groups * channels.Item1, groups * channels.Item2, new Window(rows.Axis, columns.Axis), rows.Size, columns.Size, groups);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(shapes.ToArbitrary(), shape => Verify(shape, blocks: 2)));
    }

    /// <summary>The filters of Inception-v3, groups as wide as a register tile and wider, depthwise filters on a map of several patches.</summary>
    [Theory]
    [InlineData(9, 17, 1, 7, 1, 1, 0, 3, 1)]
    [InlineData(9, 17, 7, 1, 1, 1, 3, 0, 1)]
    [InlineData(5, 9, 1, 3, 1, 1, 0, 1, 1)]
    [InlineData(5, 9, 3, 1, 1, 1, 1, 0, 1)]
    [InlineData(3, 8, 3, 3, 2, 2, 0, 0, 1)]
    [InlineData(3, 8, 5, 5, 1, 1, 2, 2, 1)]
    [InlineData(16, 18, 3, 2, 2, 1, 1, 0, 2)]
    [InlineData(24, 27, 1, 1, 1, 2, 0, 0, 3)]
    [InlineData(6, 6, 3, 3, 1, 1, 1, 1, 6)]
    [InlineData(4, 8, 3, 3, 2, 2, 1, 1, 4)]
    public void Filters_of_the_field_give_the_sums_of_float64(int inputs, int outputs, int rows, int columns, int down, int right, int above, int left, int groups) =>
        Verify(new ConvolutionShape(inputs, outputs, Window.Of((rows, columns), (down, right), (above, left)), 12, 11, groups), blocks: 2);

    /// <summary>Winograd's transforms make roundings larger, by some 20 times where channels are few.</summary>
    [Fact]
    public void Wide_groups_of_3x3_filters_are_computed_by_Winograd()
    {
        var shape = new ConvolutionShape(32, 48, Window.Square(3, padding: 1), 6, 5, 2);
        Assert.Equal("Winograd F(4x4, 3x3) in 2 groups", ConvolutionMethod.Choose(shape, 2, backward: false, training: true).Name);
        VerifyDense(new ReferenceConvolution(shape, 2), looser: 20);
    }

    [Fact]
    public void Narrow_groups_are_those_that_would_leave_a_register_tile_empty()
    {
        Assert.True(new ConvolutionShape(32, 32, Window.Square(3), 8, 8, 32).HasNarrowGroups);
        Assert.True(new ConvolutionShape(32, 64, Window.Square(3), 8, 8, 8).HasNarrowGroups);
        Assert.False(new ConvolutionShape(32, 64, Window.Square(3), 8, 8, 4).HasNarrowGroups);
        Assert.False(new ConvolutionShape(4, 4, Window.Square(3), 8, 8).HasNarrowGroups);
        Assert.False(new ConvolutionShape(4, 4, Window.Of((1, 1025)), 8, 2000, 4).HasNarrowGroups);
    }

    private static void Verify(ConvolutionShape shape, int blocks)
    {
        var twin = new ReferenceConvolution(shape, blocks);
        VerifyDense(twin, looser: 1);
        foreach (var density in new[] { 1, 0.4 })
        {
            var remaining = SparseCase.Keep(shape, density);
            foreach (var backward in new[] { false, true })
            {
                var sparse = new SparseCase(shape, blocks, remaining, backward);
                sparse.Verify(sparse.Run());
                Assert.Equal(2 * sparse.Products(), sparse.Method.Executed(blocks));
            }

            var method = new SparseWeightGradient(shape, remaining, blocks, twin.InputPlanes, twin.OutputPlanes);
            var gradient = Gradient(twin, method, remaining.Length);
            for (var n = 0; n < remaining.Length; n++) Near(twin, remaining[n], gradient[n], looser: 1);
        }
    }

    private static void VerifyDense(ReferenceConvolution twin, int looser)
    {
        var shape = twin.Shape;
        var forward = Run(twin, backward: false);
        var inputGradient = Run(twin, backward: true);
        for (var block = 0; block < twin.Blocks; block++)
        {
            for (var lane = 0; lane < LanePlanes.Lanes; lane += 13)
            {
                for (var k = 0; k < shape.Outputs; k++)
                {
                    for (var pixel = 0; pixel < shape.OutputPixels; pixel++)
                    {
                        Near(twin.Forward(block, k, pixel, lane), forward[ReferenceConvolution.At(twin.OutputPlanes, block, k, pixel, lane)], shape.FilterInputs * shape.Taps, looser);
                    }
                }

                for (var c = 0; c < shape.Inputs; c++)
                {
                    for (var pixel = 0; pixel < shape.InputPixels; pixel += 3)
                    {
                        Near(
                            twin.InputGradient(block, c, pixel, lane),
                            inputGradient[ReferenceConvolution.At(twin.InputPlanes, block, c, pixel, lane)],
                            shape.GroupOutputs * shape.Taps,
                            looser);
                    }
                }
            }
        }

        var gradient = Gradient(twin, WeightGradientMethod.Choose(shape, twin.Blocks), shape.Weights);
        for (var weight = 0; weight < shape.Weights; weight += Math.Max(1, shape.Weights / 200)) Near(twin, weight, gradient[weight], looser);
    }

    /// <summary>One direction, packed and run in uneven parts; then a bias and a residual, which must meet their own channels.</summary>
    private static float[] Run(ReferenceConvolution twin, bool backward)
    {
        var method = ConvolutionMethod.Choose(twin.Shape, twin.Blocks, backward, training: true);
        var (packed, scratch) = (new float[method.PackedFloats], new float[method.ScratchFloats]);
        foreach (var (from, to) in Cut(method.PackParts)) method.Pack(twin.Weights, default, packed, from, to);
        var (source, sourcePlanes, planes) = backward ? (twin.Gradient, twin.OutputPlanes, twin.InputPlanes) : (twin.Input, twin.InputPlanes, twin.OutputPlanes);
        var plain = Compute(default, default);
        var (channels, pixels) = backward ? (twin.Shape.Inputs, twin.Shape.InputPixels) : (twin.Shape.Outputs, twin.Shape.OutputPixels);
        var (bias, residual) = (Formula.Vector(channels, 5), twin.Lay(planes, channels, pixels, 6));
        var whole = Compute(bias, residual);
        for (var channel = 0; channel < channels; channel++)
        {
            var at = ReferenceConvolution.At(planes, twin.Blocks - 1, channel, pixels - 1, 7);
            Assert.Equal(plain[at] + bias[channel] + residual[at], whole[at], 1e-5);
        }

        return plain;

        float[] Compute(float[]? bias, float[]? residual)
        {
            var target = new float[twin.Blocks * planes.BlockStride];
            foreach (var (from, to) in Cut(method.Parts(twin.Blocks)))
            {
                method.Run(packed, source, sourcePlanes, target, planes, new Epilogue { Bias = bias, Residual = residual }, scratch, twin.Blocks, from, to);
            }

            return target;
        }
    }

    /// <summary>All stages of a weight gradient of one group of lane blocks.</summary>
    private static float[] Gradient(ReferenceConvolution twin, WeightGradientMethod method, int count)
    {
        var (scratch, sums, result) = (new float[method.ScratchFloats], new float[method.SumFloats], new float[count]);
        Array.Fill(sums, float.NaN);
        for (var chunk = 0; chunk < method.Chunks(twin.Blocks); chunk++)
        {
            foreach (var (from, to) in Cut(method.TransformParts(twin.Blocks, chunk)))
            {
                method.Transform(twin.Input, twin.InputPlanes, twin.Gradient, twin.OutputPlanes, scratch, twin.Blocks, chunk, from, to);
            }

            foreach (var (from, to) in Cut(method.AccumulateParts))
            {
                method.Accumulate(twin.Input, twin.InputPlanes, twin.Gradient, twin.OutputPlanes, scratch, sums, twin.Blocks, chunk, from, to);
            }
        }

        foreach (var (from, to) in Cut((twin.Shape.Outputs + method.OutputsPerPart - 1) / method.OutputsPerPart))
        {
            method.WriteGradient(twin.Input, twin.InputPlanes, twin.Gradient, twin.OutputPlanes, scratch, sums, twin.Blocks, result, from, to);
        }

        return result;
    }

    private static (int From, int To)[] Cut(int parts) => [(0, parts / 3), (parts / 3, parts)];

    private static void Near(ReferenceConvolution twin, int weight, float found, int looser)
    {
        var shape = twin.Shape;
        var (filter, tap) = Math.DivRem(weight, shape.Taps);
        var (k, c) = Math.DivRem(filter, shape.Inputs / shape.Groups);
        Near(twin.WeightGradient(k, (k / (shape.Outputs / shape.Groups) * (shape.Inputs / shape.Groups)) + c, tap), found, twin.Blocks * shape.OutputPixels * LanePlanes.Lanes, looser);
    }

    private static void Near(ReferenceSum expected, float found, int terms, int looser) =>
        Assert.True(Math.Abs(found - expected.Value) <= (terms + 1) * looser * 6e-8 * expected.Size, $"Expected {expected.Value:R}, got {found:R}.");
}
