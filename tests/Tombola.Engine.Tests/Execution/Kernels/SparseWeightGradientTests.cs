using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Gradients of remaining weights against the plain ones in float64.</summary>
public class SparseWeightGradientTests
{
    /// <summary>The shapes of all convolutions, those that networks have in small, and maps and kernels of every remainder.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes
    {
        get
        {
            // C, K, kernel, stride, padding, rows, columns, blocks
            var shapes = ReferenceConvolution.Shapes;
            shapes.Add(4, 5, 3, 1, 1, 32, 32, 1);
            shapes.Add(6, 3, 3, 1, 1, 16, 16, 2);
            shapes.Add(19, 3, 3, 1, 1, 8, 8, 1);
            shapes.Add(9, 3, 3, 2, 1, 32, 32, 1);
            shapes.Add(21, 6, 3, 1, 1, 4, 4, 4);
            shapes.Add(70, 6, 3, 1, 1, 2, 2, 4);
            shapes.Add(40, 3, 1, 2, 0, 32, 32, 1);
            foreach (var size in new[] { 1, 2, 3, 5, 7, 9, 12, 28 })
            {
                shapes.Add(3, 2, 3, 1, 1, size, size + 1, 2);
                shapes.Add(2, 2, 5, 1, 2, size, size, 1);
                shapes.Add(2, 2, 7, 2, 3, size + 2, size, 1);
                shapes.Add(2, 3, 3, 3, 1, size, size, 3);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_remaining_weight_gets_the_sum_over_samples_and_pixels(int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns), blocks);
        var every = Math.Max(1, twin.Shape.Weights / 200);
        foreach (var density in new[] { 1, 0.5, 0.1, 0.02 }) Verify(twin, Remaining(twin.Shape, density, 5), every);
    }

    [Fact]
    public void There_may_be_one_remaining_weight_or_none()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(5, 3, 3, 1, 1, 6, 6), 2);
        foreach (var weight in new[] { 0, 17, twin.Shape.Weights - 1 }) Verify(twin, [weight]);
        var method = new SparseWeightGradient(twin.Shape, [], 2, twin.InputPlanes, twin.OutputPlanes);
        Assert.Equal((0, 0.0, 0), (method.SumFloats, method.Executed(2), method.FirstOf(3)));
        Assert.Empty(Run(twin, method, 0, [2]));
    }

    [Fact]
    public void Filters_may_be_empty()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(4, 40, 3, 1, 1, 6, 6), 1);
        Verify(twin, [.. Remaining(twin.Shape, 0.5, 9).Where(weight => weight / 36 is 3 or 4 or 30)]);
        Verify(twin, [.. Remaining(twin.Shape, 0.5, 9).Where(weight => weight / 36 is not (0 or 17 or 39))]);
    }

    [Fact]
    public void It_is_the_plain_gradient_of_any_convolution_under_any_mask() => Prop.ForAll(ArbMap.Default.ArbFor<uint>(), salt =>
    {
        var at = 0u;
        var (kernel, stride) = (Next(1, 5), Next(1, 3));
        var shape = new ConvolutionShape(Next(1, 12), Next(1, 9), kernel, stride, Next(0, kernel - 1), Next(kernel, 11), Next(kernel, 11));
        var twin = new ReferenceConvolution(shape, Next(1, 3));
        var remaining = Remaining(shape, Math.Pow(0.6, Next(0, 8)), salt);
        Verify(twin, remaining, Math.Max(1, remaining.Length / 50));

        int Next(int from, int to) => from + (int)(Formula.Unit(++at, salt) * (to - from + 1));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(20, 37, 8, 1)]
    [InlineData(40, 19, 4, 1)]
    [InlineData(9, 5, 9, 2)]
    public void Any_split_gives_the_same_bits(int inputs, int outputs, int side, int stride)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, 3, stride, 1, side, side), 3);
        foreach (var density in new[] { 1, 0.3, 0.03 })
        {
            var remaining = Remaining(twin.Shape, density, 11);
            var method = new SparseWeightGradient(twin.Shape, remaining, 3, twin.InputPlanes, twin.OutputPlanes);
            var whole = Run(twin, method, remaining.Length, [3]);
            Bits.Equal(whole, Run(twin, method, remaining.Length, [3], 1));
            Bits.Equal(whole, Run(twin, method, remaining.Length, [3], 2, 5));
            Bits.Equal(whole, Run(twin, method, remaining.Length, [3], 1, 4, 4, 9));
        }
    }

    /// <summary>Pinned, so that instruction sets agree: SHA-256 with a copied window and tap by tap.</summary>
    [Theory]
    [InlineData(9, 40, 8, 1, "905eea97e3bfc35cd47bcdfcd33e593be882863afca8ecc4e0622803e972e145")]
    [InlineData(11, 40, 9, 2, "542b59677460112bcc6eb7ec64bb3ef522e61017cb6eb498c4602851185653b5")]
    [InlineData(40, 19, 4, 1, "ae458d0732220410c872447721c648c7bedee9dfcda6c6a2e3d5faa1fa0b0d03")]
    public void The_bits_are_the_same_on_every_machine(int inputs, int outputs, int side, int stride, string fingerprint)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, 3, stride, 1, side, side), 2);
        var remaining = Remaining(twin.Shape, 0.4, 7);
        var method = new SparseWeightGradient(twin.Shape, remaining, 2, twin.InputPlanes, twin.OutputPlanes);
        Assert.Equal(fingerprint, Bits.Fingerprint(Run(twin, method, remaining.Length, [2])));
    }

    [Fact]
    public void Parts_have_about_as_many_remaining_weights()
    {
        var shape = new ConvolutionShape(32, 64, 3, 1, 1, 8, 8);
        var twin = new ReferenceConvolution(shape, 1);
        var remaining = Remaining(shape, 0.2, 3);
        var method = new SparseWeightGradient(shape, remaining, 1, twin.InputPlanes, twin.OutputPlanes);
        Assert.Equal(16, method.AccumulateParts);
        var sums = new float[method.SumFloats];
        for (var part = 0; part < 16; part++)
        {
            Array.Fill(sums, float.NaN);
            method.Accumulate(twin.Input, twin.InputPlanes, twin.Gradient, twin.OutputPlanes, new float[method.ScratchFloats], sums, 1, 0, part, part + 1);
            var result = new float[remaining.Length];
            method.WriteGradient(default, default, default, default, default, sums, 1, result, 0, 64);
            Assert.InRange(result.Count(float.IsFinite), remaining.Length / 16 * 0.6, remaining.Length / 16 * 1.4);
        }
    }

    [Fact]
    public void What_is_not_a_number_reaches_its_channels_only()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(18, 20, 3, 1, 1, 8, 8), 1);
        twin.Input[ReferenceConvolution.At(twin.InputPlanes, 0, 17, 20, 7)] = float.NaN;
        twin.Gradient[ReferenceConvolution.At(twin.OutputPlanes, 0, 18, 30, 9)] = float.NaN;
        var remaining = Remaining(twin.Shape, 0.4, 2);
        var gradient = Run(twin, new SparseWeightGradient(twin.Shape, remaining, 1, twin.InputPlanes, twin.OutputPlanes), remaining.Length, [1]);
        for (var n = 0; n < remaining.Length; n++) Assert.Equal(remaining[n] / 9 / 18 == 18 || remaining[n] / 9 % 18 == 17, float.IsNaN(gradient[n]));
    }

    private static void Verify(ReferenceConvolution twin, int[] remaining, int every = 1)
    {
        var (shape, blocks) = (twin.Shape, twin.Blocks);
        var method = new SparseWeightGradient(shape, remaining, blocks, twin.InputPlanes, twin.OutputPlanes);
        Assert.Equal((0, remaining.Length), (method.FirstOf(0), method.FirstOf(shape.Outputs)));
        var result = Run(twin, method, remaining.Length, Enumerable.Repeat(1, blocks).ToArray());
        var together = Run(twin, method, remaining.Length, [blocks]);
        for (var n = 0; n < remaining.Length; n += every)
        {
            var (k, c, tap) = (remaining[n] / shape.Taps / shape.Inputs, remaining[n] / shape.Taps % shape.Inputs, remaining[n] % shape.Taps);
            Assert.InRange(n, method.FirstOf(k), method.FirstOf(k + 1) - 1);
            var expected = twin.WeightGradient(k, c, tap);

            // No chain and no branch of the tree is longer than the number of terms, and each rounding errs by at most 2^-24 of the sum of sizes.
            var tolerance = blocks * shape.OutputPixels * LanePlanes.Lanes * 6e-8 * expected.Size;
            Assert.True(Math.Abs(result[n] - expected.Value) <= tolerance, $"{k}, {c}, {tap}: expected {expected.Value:R}, got {result[n]:R}.");
            Assert.True(Math.Abs(together[n] - expected.Value) <= tolerance, $"{k}, {c}, {tap}, in one group: expected {expected.Value:R}, got {together[n]:R}.");
        }
    }

    /// <summary>All stages, for groups of so many lane blocks, cut at some parts.</summary>
    private static float[] Run(ReferenceConvolution twin, SparseWeightGradient method, int remaining, int[] groups, params int[] cuts)
    {
        var (scratch, total, block) = (new float[method.ScratchFloats], new float[method.SumFloats], 0);
        Array.Fill(scratch, float.NaN);
        foreach (var blocks in groups)
        {
            var sums = new float[method.SumFloats];
            Array.Fill(sums, float.NaN);
            var input = twin.Input.AsSpan(block * twin.InputPlanes.BlockStride);
            var gradient = twin.Gradient.AsSpan(block * twin.OutputPlanes.BlockStride);
            foreach (var (from, to) in Ranges(cuts, method.AccumulateParts))
            {
                method.Accumulate(input, twin.InputPlanes, gradient, twin.OutputPlanes, scratch, sums, blocks, 0, from, to);
            }

            if (block == 0) sums.CopyTo(total, 0);
            else MapKernels.Add(total, sums, total, rectify: false);
            block += blocks;
        }

        var result = new float[remaining];
        foreach (var (from, to) in Ranges(cuts, twin.Shape.Outputs)) method.WriteGradient(default, default, default, default, default, total, block, result, from, to);
        return result;
    }

    private static IEnumerable<(int From, int To)> Ranges(int[] cuts, int count)
    {
        var from = 0;
        foreach (var cut in cuts.Select(cut => Math.Min(cut, count)).Append(count))
        {
            yield return (from, cut);
            from = cut;
        }
    }

    private static int[] Remaining(ConvolutionShape shape, double density, uint salt) =>
        [.. Enumerable.Range(0, shape.Weights).Where(weight => Formula.Unit((uint)weight, salt) < density)];
}
