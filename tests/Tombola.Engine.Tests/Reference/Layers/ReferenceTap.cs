using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>One product of a layer that is a sum of products: output += weight x input.</summary>
/// <param name="Output">Element of the output.</param>
/// <param name="Input">Element of the input.</param>
/// <param name="Weight">Element of the layer's weight.</param>
internal readonly record struct ReferenceTap(int Output, int Input, int Weight)
{
    /// <summary>All products of a linear or convolution layer, or all pairs of an average pooling; weights in the order of the state dict.</summary>
    public static IEnumerable<ReferenceTap> Of(Layer layer) => layer switch
    {
        LinearLayer linear =>
            from k in Enumerable.Range(0, linear.Outputs)
            from c in Enumerable.Range(0, linear.Inputs)
            select new ReferenceTap(k, c, (k * linear.Inputs) + c),
        ConvolutionLayer convolution => OfConvolution(convolution),
        AveragePoolLayer pool =>
            from output in Enumerable.Range(0, pool.Output.Count)
            from input in Window(pool.Input, pool.Output, pool.Kernel, pool.Stride, pool.Padding, output)
            select new ReferenceTap(output, input, 0),
        GlobalAveragePoolLayer pool =>
            from input in Enumerable.Range(0, pool.Input.Count)
            select new ReferenceTap(input / (pool.Input.Rows * pool.Input.Columns), input, 0),
        _ => throw new ArgumentException($"{layer} is no sum of products.", nameof(layer)),
    };

    /// <summary>The elements of the input, row by row, that a pooling window looks at; what lies outside the map is left out.</summary>
    public static IEnumerable<int> Window(Shape input, Shape output, int kernel, int stride, int padding, int element)
    {
        var (channel, place) = Math.DivRem(element, output.Rows * output.Columns);
        var (i, j) = Math.DivRem(place, output.Columns);
        for (var row = (i * stride) - padding; row < (i * stride) - padding + kernel; row++)
        {
            for (var column = (j * stride) - padding; column < (j * stride) - padding + kernel; column++)
            {
                if (IsInside(input, row, column)) yield return (((channel * input.Rows) + row) * input.Columns) + column;
            }
        }
    }

    private static IEnumerable<ReferenceTap> OfConvolution(ConvolutionLayer layer)
    {
        var (input, output, rows, columns) = (layer.Input, layer.Output, layer.Window.Rows, layer.Window.Columns);
        for (var y = 0; y < output.Count; y++)
        {
            var (k, place) = Math.DivRem(y, output.Rows * output.Columns);
            var (i, j) = Math.DivRem(place, output.Columns);
            var perGroup = input.Channels / layer.Groups;
            var first = k / (layer.Filters / layer.Groups) * perGroup;
            for (var c = 0; c < perGroup; c++)
            {
                for (var r = 0; r < rows.Kernel; r++)
                {
                    for (var s = 0; s < columns.Kernel; s++)
                    {
                        var (row, column) = ((i * rows.Stride) + r - rows.Padding, (j * columns.Stride) + s - columns.Padding);
                        if (!IsInside(input, row, column)) continue;
                        yield return new ReferenceTap(
                            y, ((((first + c) * input.Rows) + row) * input.Columns) + column, (((((k * perGroup) + c) * rows.Kernel) + r) * columns.Kernel) + s);
                    }
                }
            }
        }
    }

    private static bool IsInside(Shape map, int row, int column) => row >= 0 && row < map.Rows && column >= 0 && column < map.Columns;
}
