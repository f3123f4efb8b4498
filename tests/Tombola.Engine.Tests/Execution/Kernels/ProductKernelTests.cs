using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Numerics;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>Against float64, within the worst rounding error of a chain, and against a chain of scalar multiply-adds, to the last bit.</summary>
public class ProductKernelTests
{
    /// <summary>What stands in C wherever the kernel has no business.</summary>
    private const float Untouched = -12345;

    private static readonly int[] Rows = [1, 2, 5, 6, 7, 13];
    private static readonly int[] Columns = [1, 2, 7, 15, 16, 17, 31, 48, 63, 64, 65, 100, 128, 200];

    public static TheoryData<string, int> LayoutsAndDepths()
    {
        var data = new TheoryData<string, int>();
        foreach (var layout in new[] { "forward", "transposed", "segmented" })
        {
            foreach (var depth in new[] { 1, 2, 3, 31, 64, 112, 300 }) data.Add(layout, depth);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LayoutsAndDepths))]
    public void Every_element_is_the_chain_of_its_terms_and_nothing_else_is_written(string layout, int depth)
    {
        // Depths beyond 112 add nothing new to a tile, so the largest is tried on the fewest shapes.
        var (rows, columns) = depth < 300 ? (Rows, Columns) : ([7], [7, 64, 100]);
        foreach (var r in rows)
        {
            foreach (var c in columns) new Product(layout, 0, r, c, depth).Verify(accumulate: false);
        }
    }

    [Theory]
    [MemberData(nameof(LayoutsAndDepths))]
    public void Accumulating_continues_the_chain_from_what_is_there(string layout, int depth)
    {
        foreach (var c in new[] { 16, 32, 48, 64, 80, 128 }) new Product(layout, 0, 8, c, depth).Verify(accumulate: true);
    }

    [Theory]
    [InlineData("forward")]
    [InlineData("transposed")]
    [InlineData("segmented")]
    public void A_part_of_the_rows_is_computed_alone(string layout)
    {
        foreach (var (from, to) in new[] { (3, 4), (6, 12), (6, 13), (5, 5) }) new Product(layout, from, to, 70, 20).Verify(accumulate: false);
    }

    [Theory]
    [InlineData("forward")]
    [InlineData("transposed")]
    [InlineData("segmented")]
    public void Wide_and_narrow_tiles_give_the_same_bits(string layout)
    {
        foreach (var accumulate in new[] { false, true })
        {
            var product = new Product(layout, 0, 11, 128, 90);
            var wide = product.Run(accumulate);
            var narrow = product.Run(accumulate, slice: Lanes.Width);
            Bits.Equal(wide, narrow);
        }
    }

    [Fact]
    public void Splitting_the_depth_into_panels_gives_the_same_bits()
    {
        float[] a = Formula.Vector(9 * 250, 1), b = Formula.Vector(250 * 64, 2), whole = new float[9 * 64], panels = new float[9 * 64];
        ProductKernel.Multiply(a, new LeftFactor(250, 1), b, 64, whole, 64, 0, 9, 64, 250, accumulate: false);
        for (var k = 0; k < 250; k += 112)
        {
            ProductKernel.Multiply(a.AsSpan(k), new LeftFactor(250, 1), b.AsSpan(k * 64), 64, panels, 64, 0, 9, 64, Math.Min(112, 250 - k), accumulate: k > 0);
        }

        Bits.Equal(whole, panels);
    }

    [Fact]
    public void What_is_not_a_number_spreads_along_its_row_and_column_only()
    {
        const int Size = 70;
        float[] a = Formula.Vector(8 * Size, 1), b = Formula.Vector(Size * Size, 2), c = new float[8 * Size];
        (a[(2 * Size) + 5], b[(9 * Size) + 66]) = (float.NaN, float.NaN);
        ProductKernel.Multiply(a, new LeftFactor(Size, 1), [.. b, .. new float[16]], Size, c, Size, 0, 8, Size, Size, accumulate: false);
        for (var i = 0; i < c.Length; i++) Assert.Equal(i / Size == 2 || i % Size == 66, float.IsNaN(c[i]));
    }

    /// <summary>One product with its factors, strides that leave gaps, and room around the result.</summary>
    private sealed class Product
    {
        private readonly float[] _a, _b, _before;
        private readonly LeftFactor _left;
        private readonly int _from, _to, _columns, _depth, _bStride, _cStride;

        public Product(string layout, int from, int to, int columns, int depth)
        {
            (_from, _to, _columns, _depth) = (from, to, columns, depth);
            _left = layout switch
            {
                "forward" => new LeftFactor(depth + 3, 1),
                "transposed" => new LeftFactor(1, to + 2),
                _ => new LeftFactor(16, 1, 16, (to + 1) * 16),
            };
            _bStride = Lanes.RoundUp(columns);
            _cStride = columns + 5;
            _a = Formula.Vector(ReferenceProduct.Index(_left, to - 1, depth - 1) + 1, 1);
            _b = Formula.Vector(depth * _bStride, 2);

            // Columns beyond the last may be read and must not count.
            for (var i = 0; i < _b.Length; i++)
            {
                if (i % _bStride >= columns) _b[i] = float.NaN;
            }

            _before = Formula.Vector((to * _cStride) + 64, 3);
            for (var i = 0; i < _before.Length; i++)
            {
                if (!Inside(i)) _before[i] = Untouched;
            }
        }

        public void Verify(bool accumulate)
        {
            var c = Run(accumulate);
            for (var i = 0; i < c.Length; i++)
            {
                if (!Inside(i))
                {
                    Assert.True(c[i] == Untouched, $"{this}: wrote at {i / _cStride}, {i % _cStride}.");
                    continue;
                }

                var (row, column, start) = (i / _cStride, i % _cStride, accumulate ? _before[i] : 0);
                var (value, size) = ReferenceProduct.Element(_a, _left, _b, _bStride, row, column, _depth, start);
                var chain = ReferenceProduct.Chain(_a, _left, _b, _bStride, row, column, _depth, start);

                // Each of depth roundings errs by at most 2^-24 of a partial sum, which is no larger than the sum of sizes.
                Assert.True(Math.Abs(c[i] - value) <= _depth * 6e-8 * size, $"{this} at {row}, {column}: expected {value:R}, got {c[i]:R}.");
                Assert.True(c[i] == chain, $"{this} at {row}, {column}: the chain gives {chain:R}, the kernel {c[i]:R}.");
            }
        }

        /// <summary>The result, computed at once or in slices of so many columns.</summary>
        public float[] Run(bool accumulate, int slice = int.MaxValue)
        {
            var c = _before.ToArray();
            for (var j = 0; j < _columns; j += Math.Min(slice, _columns))
            {
                ProductKernel.Multiply(
                    _a, _left, _b.AsSpan(j), _bStride, c.AsSpan(j), _cStride, _from, _to, Math.Min(slice, _columns - j), _depth, accumulate);
            }

            return c;
        }

        public override string ToString() => $"{_left}, rows {_from} to {_to}, {_columns} columns, depth {_depth}";

        private bool Inside(int i) => i / _cStride >= _from && i / _cStride < _to && i % _cStride < _columns;
    }
}
