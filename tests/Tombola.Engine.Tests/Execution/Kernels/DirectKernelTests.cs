using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Forward pass and data gradient against float64, within a chain's worst rounding error, and against the chain itself, to the last bit.</summary>
public class DirectKernelTests
{
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes => ReferenceConvolution.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_output_is_the_chain_of_its_taps(int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns), blocks);
        var pass = Pass.Forward(twin);
        pass.Verify(pass.Run(), (block, k, pixel, lane) => twin.Forward(block, k, pixel, lane));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_input_gradient_is_the_chain_of_the_outputs_that_used_it(
        int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns), blocks);
        var pass = Pass.Backward(twin);
        pass.Verify(pass.Run(), twin.InputGradient);
    }

    [Theory]
    [InlineData(5, 19, 3, 1)]
    [InlineData(9, 7, 3, 2)]
    [InlineData(4, 8, 1, 2)]
    public void Parts_of_blocks_rows_and_tiles_give_the_bits_of_the_whole(int inputs, int outputs, int kernel, int stride)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(inputs, outputs, kernel, stride, kernel / 2, 9, 6), 3);
        foreach (var pass in new[] { Pass.Forward(twin), Pass.Backward(twin) })
        {
            var all = pass.All;
            var whole = pass.Run();
            var byBlock = Enumerable.Range(0, 3).Select(block => all with { FromBlock = block, ToBlock = block + 1 });
            var byTile = Enumerable.Range(0, all.ToTile).Select(tile => all with { FromTile = tile, ToTile = tile + 1 });
            var byRow = Enumerable.Range(0, all.ToRow).Reverse().Select(row => all with { FromRow = row, ToRow = row + 1 });
            foreach (var parts in new[] { byBlock, byTile, byRow }) Bits.Equal(whole, pass.Run(parts: parts));

            // A part alone leaves the rest as it was.
            var one = pass.Run(parts: [new DirectRange(1, 2, 2, 4, 0, 1)]);
            for (var i = 0; i < one.Length; i++) Assert.True(one[i] == whole[i] || one[i] == ReferenceConvolution.Untouched);
            Assert.Contains(one, value => value != ReferenceConvolution.Untouched);
        }
    }

    [Fact]
    public void Bands_of_a_large_map_cover_it_once()
    {
        // 40 channels x 32 columns are 160 KB a row: three rows a band.
        var twin = new ReferenceConvolution(new ConvolutionShape(40, 2, 3, 1, 1, 7, 32), 1);
        var pass = Pass.Forward(twin);
        pass.Verify(pass.Run(), (block, k, pixel, lane) => twin.Forward(block, k, pixel, lane), lanes: [0, 17]);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    public void Bias_residual_and_rectifier_follow_the_sum_in_this_order(bool withBias, bool withResidual, bool rectify)
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(3, 13, 3, 1, 1, 4, 3), 2);
        var pass = Pass.Forward(twin);
        var bias = withBias ? Formula.Vector(13, 5) : [];
        var residual = withResidual ? twin.Lay(twin.OutputPlanes, 13, 12, 6) : [];
        var (plain, finished) = (pass.Run(), pass.Run(bias, residual, rectify));
        for (var i = 0; i < plain.Length; i++)
        {
            if (plain[i] == ReferenceConvolution.Untouched) continue;
            if (withBias) plain[i] += bias[i % twin.OutputPlanes.BlockStride / twin.OutputPlanes.PlaneStride];
            if (withResidual) plain[i] += residual[i];
            if (rectify) plain[i] = MathF.Max(plain[i], 0);
        }

        Bits.Equal(plain, finished);
    }

    [Fact]
    public void A_target_that_is_its_own_residual_accumulates()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(3, 5, 3, 2, 1, 5, 5), 1);
        var pass = Pass.Backward(twin);
        var before = twin.Lay(twin.InputPlanes, 3, 25, 7);
        var (plain, sum) = (pass.Run(), before.ToArray());
        DirectKernel.Run(pass.Table, pass.Packed, twin.Gradient, twin.OutputPlanes, sum, twin.InputPlanes, pass.All, new Epilogue { Residual = sum });
        for (var i = 0; i < sum.Length; i++) Assert.Equal(plain[i] == ReferenceConvolution.Untouched ? before[i] : plain[i] + before[i], sum[i]);
    }

    [Fact]
    public void What_is_not_a_number_passes_the_rectifier_and_stays_in_its_lane()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(2, 3, 1, 1, 0, 2, 2), 1);
        twin.Input[ReferenceConvolution.At(twin.InputPlanes, 0, 1, 2, 21)] = float.NaN;
        var target = Pass.Forward(twin).Run(rectify: true);
        for (var i = 0; i < target.Length; i++)
        {
            var inside = i % twin.OutputPlanes.PlaneStride;
            Assert.Equal(inside == (2 * LanePlanes.Lanes) + 21 && i < 3 * twin.OutputPlanes.PlaneStride, float.IsNaN(target[i]));
        }
    }

    /// <summary>A factor for each output, as a folded normalisation has, acts as if the weights had been multiplied with it first.</summary>
    [Fact]
    public void Factors_multiply_the_weights_of_their_output()
    {
        var twin = new ReferenceConvolution(new ConvolutionShape(3, 11, 3, 1, 1, 3, 2), 1);
        var factor = Formula.Vector(11, 9);
        var pass = Pass.Forward(twin, factor);
        pass.Verify(pass.Run(), (block, k, pixel, lane) => twin.Forward(block, k, pixel, lane, factor[k]));
    }

    /// <summary>One of the two passes over a convolution: what gathers from what.</summary>
    private sealed record Pass(TapTable Table, float[] Packed, float[] Source, LanePlanes SourcePlanes, LanePlanes TargetPlanes, int Blocks)
    {
        public DirectRange All => DirectRange.All(Table, Blocks);

        public static Pass Forward(ReferenceConvolution twin, float[]? factor = null)
        {
            // What the buffer held before must not matter, not even in the outputs that fill up the last tile.
            var shape = twin.Shape;
            var packed = Dirty(ConvolutionWeights.PackedFloats(shape.Inputs, shape.Outputs, shape.Taps));
            for (var tile = 0; tile < ConvolutionWeights.Tiles(shape.Outputs); tile++)
            {
                ConvolutionWeights.PackForward(twin.Weights, factor, packed, shape, tile, tile + 1);
            }

            Assert.DoesNotContain(packed, float.IsNaN);
            return new Pass(TapTable.Forward(shape), packed, twin.Input, twin.InputPlanes, twin.OutputPlanes, twin.Blocks);
        }

        public static Pass Backward(ReferenceConvolution twin)
        {
            var shape = twin.Shape;
            var packed = Dirty(ConvolutionWeights.PackedFloats(shape.Outputs, shape.Inputs, shape.Taps));
            var tiles = ConvolutionWeights.Tiles(shape.Inputs);
            ConvolutionWeights.PackBackward(twin.Weights, packed, shape, 0, tiles / 2);
            ConvolutionWeights.PackBackward(twin.Weights, packed, shape, tiles / 2, tiles);
            Assert.DoesNotContain(packed, float.IsNaN);
            return new Pass(TapTable.Backward(shape), packed, twin.Gradient, twin.OutputPlanes, twin.InputPlanes, twin.Blocks);
        }

        public float[] Run(float[]? bias = null, float[]? residual = null, bool rectify = false, IEnumerable<DirectRange>? parts = null)
        {
            var target = new float[Blocks * TargetPlanes.BlockStride];
            Array.Fill(target, ReferenceConvolution.Untouched);
            foreach (var part in parts ?? [All])
            {
                DirectKernel.Run(
                    Table, Packed, Source, SourcePlanes, target, TargetPlanes, part, new Epilogue { Bias = bias, Residual = residual, Rectify = rectify });
            }

            return target;
        }

        public void Verify(float[] target, Func<int, int, int, int, ReferenceSum> twin, int[]? lanes = null)
        {
            var depth = Table.Channels * Table.Taps;
            for (var block = 0; block < Blocks; block++)
            {
                for (var channel = 0; channel < Table.Outputs; channel++)
                {
                    for (var pixel = 0; pixel < Table.Rows * Table.Columns; pixel++)
                    {
                        // All 32 lanes run through the same instructions, four at a time in the narrowest: one of each eight, and the edges.
                        foreach (var lane in lanes ?? [0, 9, 18, 31])
                        {
                            var (value, size, exact) = twin(block, channel, pixel, lane);
                            var found = target[ReferenceConvolution.At(TargetPlanes, block, channel, pixel, lane)];

                            // Each of depth roundings errs by at most 2^-24 of a partial sum, which is no larger than the sum of sizes.
                            var where = $"{block}, {channel}, {pixel}, {lane}";
                            Assert.True(Math.Abs(found - value) <= depth * 6e-8 * size, $"{where}: expected {value:R}, got {found:R}.");
                            Assert.True(found == exact, $"{where}: the chain gives {exact:R}, the kernel {found:R}.");
                        }
                    }

                    var after = ReferenceConvolution.At(TargetPlanes, block, channel, Table.Rows * Table.Columns, 0);
                    Assert.Equal(ReferenceConvolution.Untouched, target[after]);
                }
            }
        }

        private static float[] Dirty(int length)
        {
            var values = new float[length];
            Array.Fill(values, float.NaN);
            return values;
        }
    }
}
