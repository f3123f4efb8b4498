using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

public class LaneKernelsTests
{
    /// <summary>One addition rounds in one way, so the bits must be those of the plain loop.</summary>
    [Theory]
    [InlineData(16, false)]
    [InlineData(48, true)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    public void Bias_is_added_to_its_rows_and_rectified_if_asked(int lanes, bool rectify)
    {
        float[] y = Formula.Vector(9 * lanes, 1), bias = Formula.Vector(9, 2);
        y[3 * lanes] = float.NaN;
        y[(3 * lanes) + 1] = -bias[3];
        var expected = y.ToArray();
        for (var i = 2 * lanes; i < 7 * lanes; i++)
        {
            expected[i] += bias[i / lanes];
            if (rectify && expected[i] < 0) expected[i] = 0;
        }

        LaneKernels.AddBias(y, bias, 2, 7, lanes, rectify);
        Bits.Equal(expected, y);
    }

    [Fact]
    public void Infinite_values_pass_the_rectifier_on_one_side()
    {
        float[] y = [float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, .. new float[12]];
        LaneKernels.AddBias(y, [0], 0, 1, 16, rectify: true);
        Bits.Equal([float.PositiveInfinity, 0, 0, float.Epsilon, .. new float[12]], y);
    }

    [Fact]
    public void Gradient_passes_where_the_output_is_positive()
    {
        float[] gradient = Formula.Vector(160, 1), y = [.. Formula.Vector(160, 2).Select(v => Math.Max(v, 0))];
        (y[0], y[1], y[2], y[3]) = (0, -0f, float.NaN, float.Epsilon);
        gradient[5] = float.PositiveInfinity;
        y[5] = 0;
        var expected = gradient.Select((g, i) => y[i] > 0 ? g : 0).ToArray();
        LaneKernels.RectifyGradient(gradient, y);
        Bits.Equal(expected, gradient);
    }

    /// <summary>A tree over 16 chains of lanes / 16 terms rounds fewer than lanes times, each by at most 2^-24 of the sum of sizes.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(128)]
    public void Lanes_are_summed_row_by_row(int lanes)
    {
        var x = Formula.Vector(6 * lanes, 1);
        float[] sums = [7, 7, 7, 7, 7, 7], more = [7, 7, 7, 7, 7, 7];
        LaneKernels.SumLanes(x, sums, 1, 5, lanes, accumulate: false);
        LaneKernels.SumLanes(x, more, 1, 5, lanes, accumulate: true);
        for (var r = 0; r < 6; r++)
        {
            var row = x[(r * lanes)..((r + 1) * lanes)];
            var inside = r is >= 1 and < 5;
            var bound = lanes * 6e-8 * row.Sum(v => Math.Abs((double)v));
            Assert.Equal(inside ? row.Sum(v => (double)v) : 7, sums[r], bound);
            Assert.Equal(inside ? sums[r] + 7 : 7, more[r]);
        }
    }

    [Fact]
    public void Lanes_are_summed_in_the_fixed_order()
    {
        var x = Formula.Vector(64, 5);
        var folded = x[..16];
        for (var i = 16; i < 64; i++) folded[i % 16] += x[i];
        for (var half = 8; half >= 1; half /= 2)
        {
            for (var i = 0; i < half; i++) folded[i] += folded[i + half];
        }

        var sums = new float[1];
        LaneKernels.SumLanes(x, sums, 0, 1, 64, accumulate: false);
        Bits.Equal(folded.AsSpan(0, 1), sums);
    }

    [Fact]
    public void Transposing_moves_every_element_of_the_columns_and_touches_no_other() =>
        Prop.ForAll(
            Gen.Choose(0, 21).Four().ToArbitrary(),
            sizes =>
            {
                var (rows, from, width, gap) = sizes;
                var to = from + width;
                var (sourceStride, targetStride) = (to + gap, rows + 3);
                var source = Formula.Vector((rows * sourceStride) + 1, 1);
                var target = Formula.Vector((to * targetStride) + 8, 2);
                var expected = target.ToArray();
                for (var i = 0; i < rows; i++)
                {
                    for (var j = from; j < to; j++) expected[(j * targetStride) + i] = source[(i * sourceStride) + j];
                }

                LaneKernels.Transpose(source, sourceStride, target, targetStride, rows, from, to);
                return target.SequenceEqual(expected);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
