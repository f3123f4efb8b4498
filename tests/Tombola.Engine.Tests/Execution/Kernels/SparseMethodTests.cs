using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Convolution with remaining weights against float64, and against its chain of multiply-adds to the last bit.</summary>
public class SparseMethodTests
{
    [Theory]
    [MemberData(nameof(SparseCase.Shapes), MemberType = typeof(SparseCase))]
    [MemberData(nameof(ReferenceConvolution.Shapes), MemberType = typeof(ReferenceConvolution))]
    public void Every_element_is_the_chain_of_the_remaining_weights_that_reach_it(
        int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var shape = new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns);
        foreach (var backward in new[] { false, true })
        {
            var sparse = new SparseCase(shape, blocks, SparseCase.Keep(shape, 0.3), backward);
            sparse.Verify(sparse.Run());
            Assert.Equal(2 * sparse.Products(), sparse.Method.Executed(blocks));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void Any_density_will_do(double density)
    {
        var shape = new ConvolutionShape(7, 6, 3, 1, 1, 8, 8);
        foreach (var backward in new[] { false, true })
        {
            var sparse = new SparseCase(shape, 1, SparseCase.Keep(shape, density), backward);
            sparse.Verify(sparse.Run());
        }
    }

    [Theory]
    [InlineData(3, 1, 8)]
    [InlineData(3, 2, 8)]
    [InlineData(1, 2, 9)]
    [InlineData(3, 1, 2)]
    public void Without_remaining_weights_the_epilogue_is_all_there_is(int kernel, int stride, int size)
    {
        // Of the channels of the target, only the second has a remaining weight.
        var shape = new ConvolutionShape(4, 3, kernel, stride, kernel / 2, size, size);
        foreach (var backward in new[] { false, true })
        {
            int[] one = [(backward ? 1 : shape.Inputs) * shape.Taps];
            foreach (int[] remaining in new[] { [], one })
            {
                var sparse = new SparseCase(shape, 2, remaining, backward);
                sparse.Verify(sparse.Run());
                var before = sparse.Lay(8);
                var after = sparse.Run(residual: before, into: [.. before]);
                var same = before.ToArray();
                sparse.Run(into: same, residual: same);
                Bits.Equal(after, same);
                if (remaining.Length == 0) Bits.Equal(before, same);
                var bias = Formula.Vector(sparse.Targets, 5);
                if (remaining.Length == 0) Assert.All(Inside(sparse, sparse.Run(bias)), element => Assert.Equal(bias[element.Channel], element.Value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SparseCase.Shapes), MemberType = typeof(SparseCase))]
    public void Parts_give_the_bits_of_the_whole_in_any_order(int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var shape = new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns);
        foreach (var backward in new[] { false, true })
        {
            var sparse = new SparseCase(shape, blocks, SparseCase.Keep(shape, 0.2), backward);
            var whole = sparse.Run();
            Assert.True(sparse.Parts >= Math.Min(4, sparse.Targets) * blocks);
            Bits.Equal(whole, sparse.Run(parts: Enumerable.Range(0, sparse.Parts).Reverse().Select(part => (part, part + 1))));
            Bits.Equal(whole, sparse.Run(parts: [(sparse.Parts / 3, sparse.Parts), (0, 0), (0, sparse.Parts / 3)]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Remaining_weights_alone_pack_as_all_weights_do(bool backward)
    {
        var shape = new ConvolutionShape(5, 6, 3, 1, 1, 4, 4);
        var remaining = SparseCase.Keep(shape, 0.4);
        Bits.Equal(new SparseCase(shape, 1, remaining, backward).Packed, new SparseCase(shape, 1, remaining, backward, compact: true).Packed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Factors_multiply_the_weights_of_their_output(bool compact)
    {
        var shape = new ConvolutionShape(5, 6, 3, 2, 1, 8, 8);
        var sparse = new SparseCase(shape, 1, SparseCase.Keep(shape, 0.4), backward: false, compact, Formula.Vector(6, 9));
        sparse.Verify(sparse.Run());
    }

    [Theory]
    [InlineData(false, 1, 4)]
    [InlineData(false, 1, 33)]
    [InlineData(false, 2, 9)]
    [InlineData(true, 1, 2)]
    [InlineData(true, 2, 8)]
    [InlineData(true, 1, 7)]
    public void Bias_gate_residual_and_rectifier_follow_the_sum_in_this_order(bool backward, int stride, int size)
    {
        var shape = new ConvolutionShape(3, 4, 3, stride, 1, 5, size);
        var sparse = new SparseCase(shape, 2, SparseCase.Keep(shape, 0.2), backward);
        var plain = sparse.Run();
        var (bias, gate, residual) = (Formula.Vector(sparse.Targets, 5), sparse.Lay(6), sparse.Lay(7));
        for (var options = 0; options < 32; options++)
        {
            var (withBias, gated, rectify) = ((options & 1) != 0, (options & 2) != 0, (options & 4) != 0);
            var (withResidual, intoItself) = ((options & 8) != 0, (options & 24) == 24);
            var expected = plain.ToArray();
            foreach (var (at, channel, value) in Inside(sparse, plain))
            {
                var sum = withBias ? value + bias[channel] : value;
                if (gated && gate[at] <= 0) sum = 0;
                if (withResidual) sum += residual[at];
                expected[at] = rectify ? MathF.Max(sum, 0) : sum;
            }

            var into = intoItself ? residual.ToArray() : null;
            var found = sparse.Run(withBias ? bias : null, gated ? gate : null, withResidual ? into ?? residual : null, rectify, into);
            foreach (var (at, _, value) in Inside(sparse, found)) Assert.Equal(expected[at], value);
        }
    }

    [Fact]
    public void Any_convolution_under_any_mask_is_the_chain_of_its_remaining_weights()
    {
        var cases =
            from kernel in Gen.Choose(1, 5)
            from stride in Gen.Choose(1, 3)
            from padding in Gen.Choose(0, 3)
            from rows in Gen.Choose(5, 10)
            from columns in Gen.Choose(5, 36)
            from channels in Gen.Choose(1, 4).Two()
            from remaining in Gen.Choose(0, 100)
            from salt in Gen.Choose(1, 1000)
            from flags in Gen.Choose(0, 3)
            select (Shape: new ConvolutionShape(channels.Item1, channels.Item2, kernel, stride, padding, rows, columns), Kept: remaining, Salt: salt, Flags: flags);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(
                cases.ToArbitrary(),
                test =>
                {
                    var remaining = SparseCase.Keep(test.Shape, test.Kept / 100.0, (uint)test.Salt);
                    var sparse = new SparseCase(test.Shape, 1, remaining, (test.Flags & 1) != 0, (test.Flags & 2) != 0);
                    sparse.Verify(sparse.Run());
                }));
    }

    private static IEnumerable<(int At, int Channel, float Value)> Inside(SparseCase sparse, float[] target) =>
        from block in Enumerable.Range(0, target.Length / sparse.TargetPlanes.BlockStride)
        from channel in Enumerable.Range(0, sparse.Targets)
        from i in Enumerable.Range(0, sparse.TargetPixels * LanePlanes.Lanes)
        let at = ReferenceConvolution.At(sparse.TargetPlanes, block, channel, 0, 0) + i
        select (at, channel, target[at]);
}
