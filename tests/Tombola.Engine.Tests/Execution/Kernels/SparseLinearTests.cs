using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>The products of a sparse linear layer against float64, within the worst rounding error, and against their own chains, to the last bit.</summary>
public class SparseLinearTests
{
    private static readonly Arbitrary<SparseLinearCase> Cases = (
        from inputs in Gen.Choose(1, 90)
        from outputs in Gen.Choose(1, 40)
        from percent in Gen.Choose(0, 100)
        from lanes in Gen.Elements(16, 32, 64)
        from blocks in Gen.Choose(1, 3)
        from members in Gen.Choose(1, 4)
        select new SparseLinearCase(inputs, outputs, i => Formula.Unit((uint)i, (uint)percent) < percent / 100.0, lanes, blocks, members)).ToArbitrary();

    public static TheoryData<double, int, int> Densities()
    {
        var data = new TheoryData<double, int, int>();
        foreach (var density in new[] { 0, 0.004, 0.02, 0.05, 0.2, 0.7, 1 })
        {
            foreach (var lanes in new[] { 16, 32, 64 }) data.Add(density, lanes, 1 + (lanes / 32));
        }

        return data;
    }

    /// <summary>Inputs enough for several panels, and outputs for all lengths of rows.</summary>
    [Theory]
    [MemberData(nameof(Densities))]
    public void All_three_products_are_their_chains_at_every_density(double density, int lanes, int blocks) =>
        new SparseLinearCase(701, 37, i => Formula.Unit((uint)i, 9) < density, lanes, blocks, members: 2).Verify();

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Empty_rows_and_columns_and_a_single_weight_are_no_exception(int lanes)
    {
        new SparseLinearCase(400, 30, i => i / 400 % 3 != 0 && i % 400 % 7 != 2, lanes, 2, members: 3).Verify();
        new SparseLinearCase(400, 30, i => i / 400 is 4 or 29 && i % 400 > 380, lanes, 1, members: 2).Verify();
        new SparseLinearCase(400, 30, i => i == (17 * 400) + 399, lanes, 3, members: 4).Verify();
        new SparseLinearCase(1, 1, _ => true, lanes, 1, members: 2).Verify();
    }

    [Fact]
    public void Layers_of_any_shape_and_pattern_are_right() => Prop.ForAll(Cases, x => x.Verify()).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 2)]
    [InlineData(16, 3)]
    public void Any_split_of_rows_and_columns_gives_the_bits_of_the_whole(int lanes, int blocks)
    {
        SparseLinearCase Case(int members) => new(500, 41, i => Formula.Unit((uint)i, 4) < 0.1, lanes, blocks, members);
        var (forward, backward, gradient) = Case(1).Run();
        foreach (var members in new[] { 2, 3, 8, 41, 60 })
        {
            var parts = Case(members).Run();
            Bits.Equal(forward, parts.Forward);
            Bits.Equal(backward, parts.Backward);
            Bits.Equal(gradient, parts.Gradient);
        }
    }

    [Fact]
    public void Shares_are_contiguous_and_balanced()
    {
        var remaining = Enumerable.Range(0, 300 * 200).Where(i => Formula.Unit((uint)i, 4) < 0.9 * (i / 200) / 300).ToArray();
        var layer = new SparseLinear(200, 300, remaining, 64, 4, backward: true);
        foreach (var of in new[] { 1, 2, 4, 7 })
        {
            var (row, column) = (0, 0);
            for (var i = 0; i < of; i++)
            {
                var ((from, to), (left, right)) = (layer.Rows(i, of), layer.Columns(i, of));
                Assert.Equal((row, column), (from, left));
                (row, column) = (to, right);
                var (first, end) = layer.RemainingOf(from, to);
                if (of is 2 or 4) Assert.InRange(end - first, remaining.Length * 0.85 / of, remaining.Length * 1.15 / of);
            }

            Assert.Equal((300, 200), (row, column));
        }
    }
}
