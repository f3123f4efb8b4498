using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution.Kernels;

public class ConvolutionShapeTests
{
    [Theory]
    [InlineData(32, 32, 3, 1, 1, 32, 32)]
    [InlineData(32, 32, 3, 2, 1, 16, 16)]
    [InlineData(33, 7, 3, 2, 1, 17, 4)]
    [InlineData(32, 32, 1, 2, 0, 16, 16)]
    [InlineData(28, 28, 5, 1, 2, 28, 28)]
    [InlineData(11, 8, 5, 3, 0, 3, 2)]
    [InlineData(6, 4, 2, 2, 0, 3, 2)]
    [InlineData(1, 1, 3, 1, 1, 1, 1)]
    public void The_output_has_one_pixel_for_each_place_of_the_filter(
        int rows, int columns, int kernel, int stride, int padding, int outputRows, int outputColumns)
    {
        var shape = new ConvolutionShape(3, 5, kernel, stride, padding, rows, columns);
        Assert.Equal((outputRows, outputColumns), (shape.OutputRows, shape.OutputColumns));
        Assert.Equal((rows * columns, outputRows * outputColumns), (shape.InputPixels, shape.OutputPixels));
        Assert.Equal((kernel * kernel, 15 * kernel * kernel), (shape.Taps, shape.Weights));
    }

    [Fact]
    public void A_tap_is_valid_where_it_meets_the_input()
    {
        var cases =
            from k in Enumerable.Range(1, 5)
            from s in Enumerable.Range(1, 3)
            from p in Enumerable.Range(0, 4)
            from n in Enumerable.Range(1, 9)
            where n + (2 * p) >= k
            select (k, s, p, n);
        foreach (var (kernel, stride, padding, size) in cases)
        {
            var shape = new ConvolutionShape(1, 1, kernel, stride, padding, size, size);
            for (var tap = 0; tap < kernel; tap++)
            {
                var (from, to) = shape.ValidRows(tap);
                for (var output = 0; output < shape.OutputRows; output++)
                {
                    var meets = (output * stride) + tap - padding is var input && input >= 0 && input < size;
                    Assert.Equal(meets, output >= from && output < to);
                }
            }
        }
    }

    /// <summary>The backward table is the forward table read the other way.</summary>
    [Theory]
    [MemberData(nameof(ReferenceConvolution.Shapes), MemberType = typeof(ReferenceConvolution))]
    public void Both_tables_hold_the_same_products(int inputs, int outputs, int kernel, int stride, int padding, int rows, int columns, int blocks)
    {
        Assert.True(blocks > 0);
        var shape = new ConvolutionShape(inputs, outputs, kernel, stride, padding, rows, columns);
        var (forward, backward) = (TapTable.Forward(shape), TapTable.Backward(shape));
        Assert.Equal((forward.Channels, forward.Outputs), (backward.Outputs, backward.Channels));
        Assert.Equal(Products(forward).Order(), Products(backward).Select(product => (product.Source, product.Target, product.Tap)).Order());
        Assert.Equal((forward.Executed, backward.Executed), (Products(forward).Count, Products(backward).Count));
    }

    private static List<(int Target, int Source, int Tap)> Products(TapTable table)
    {
        var products = new List<(int, int, int)>();
        for (var pixel = 0; pixel < table.Starts.Length; pixel++)
        {
            for (var i = table.Ends[table.Lists[pixel]]; i < table.Ends[table.Lists[pixel] + 1]; i += 2)
            {
                var offset = table.Starts[pixel] + table.Entries[i];
                Assert.InRange(offset, 0, (table.SourcePixels * LanePlanes.Lanes) - 1);
                products.Add((pixel, offset / LanePlanes.Lanes, table.Entries[i + 1] / ConvolutionWeights.TileOutputs));
            }
        }

        return products;
    }
}
