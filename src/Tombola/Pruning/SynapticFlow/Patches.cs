using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>The windows of a convolution as rows [channel, row, column] of a matrix, one for each pixel of the output; zeros outside the map.</summary>
/// <param name="input">Shape of the input.</param>
/// <param name="output">Shape of the output.</param>
/// <param name="window">Size, strides and paddings; outside the map lie zeros.</param>
internal sealed class Patches(Shape input, Shape output, Window window)
{
    /// <summary>Number of patches.</summary>
    public int Count { get; } = output.Rows * output.Columns;

    /// <summary>Elements of one patch.</summary>
    public int Size { get; } = input.Channels * window.Taps;

    /// <summary>Copies the windows of a map into patches, whose elements outside the map must be zero.</summary>
    public void Gather(ReadOnlySpan<double> map, Span<double> patches)
    {
        foreach (var (place, first, count) in Runs()) map.Slice(first, count).CopyTo(patches[place..]);
    }

    /// <summary>Adds patches to the places of the map that they came from.</summary>
    public void Scatter(ReadOnlySpan<double> patches, Span<double> map)
    {
        foreach (var (place, first, count) in Runs())
        {
            for (var i = 0; i < count; i++) map[first + i] += patches[place + i];
        }
    }

    /// <summary>The runs of neighbours that a patch and the map have in common: where in the patches, where in the map, how long.</summary>
    private IEnumerable<(int Place, int First, int Count)> Runs()
    {
        var (rows, columns) = (window.Rows, window.Columns);
        for (var pixel = 0; pixel < Count; pixel++)
        {
            var (top, left) = ((pixel / output.Columns * rows.Stride) - rows.Padding, (pixel % output.Columns * columns.Stride) - columns.Padding);
            var (start, end) = (Math.Max(left, 0), Math.Min(left + columns.Kernel, input.Columns));
            for (var line = 0; line < input.Channels * rows.Kernel; line++)
            {
                var (channel, row) = (line / rows.Kernel, top + (line % rows.Kernel));
                if (row < 0 || row >= input.Rows || start >= end) continue;
                yield return ((pixel * Size) + (line * columns.Kernel) + start - left, (((channel * input.Rows) + row) * input.Columns) + start, end - start);
            }
        }
    }
}
