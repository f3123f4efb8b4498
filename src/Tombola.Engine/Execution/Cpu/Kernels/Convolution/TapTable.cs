namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Which pixels of the source each pixel of the target gathers from, and through which tap: the geometry of a convolution as data.</summary>
/// <remarks>
/// A list holds only taps that fall inside the source, in the order of the source's pixels: upwards in both passes. (Downwards, the gradient of 64
/// channels of 32 x 32 took half as long again.) Most pixels share their list up to a shift (a 3x3 convolution with padding has nine), so a
/// pixel stores where its first tap falls and which list it follows; all lists together stay in the first-level cache.
/// </remarks>
internal sealed class TapTable
{
    private TapTable(ConvolutionShape shape, bool backward)
    {
        (Channels, Outputs) = backward ? (shape.Outputs, shape.Inputs) : (shape.Inputs, shape.Outputs);
        (Rows, Columns) = backward ? (shape.InputRows, shape.InputColumns) : (shape.OutputRows, shape.OutputColumns);
        SourcePixels = backward ? shape.OutputPixels : shape.InputPixels;
        Taps = shape.Taps;
        (Starts, Lists) = (new int[Rows * Columns], new int[Rows * Columns]);
        var known = new Dictionary<string, int>();
        var entries = new List<int>();
        var ends = new List<int> { 0 };
        for (var pixel = 0; pixel < Starts.Length; pixel++)
        {
            var list = backward ? Backward(shape, pixel / Columns, pixel % Columns) : Forward(shape, pixel / Columns, pixel % Columns);
            Starts[pixel] = list.Count == 0 ? 0 : list[0].Pixel * LanePlanes.Lanes;
            int[] relative = [.. list.SelectMany(tap => new[] { (tap.Pixel * LanePlanes.Lanes) - Starts[pixel], tap.Tap * ConvolutionWeights.TileOutputs })];
            var key = string.Join(' ', relative);
            if (!known.TryGetValue(key, out Lists[pixel]))
            {
                known.Add(key, Lists[pixel] = known.Count);
                entries.AddRange(relative);
                ends.Add(entries.Count);
            }

            Executed += list.Count;
        }

        (Entries, Ends) = ([.. entries], [.. ends]);
        Checked.That(Rows > 0 && Columns > 0);
    }

    /// <summary>Channels of the source: those that are summed over.</summary>
    public int Channels { get; }

    /// <summary>Channels of the target.</summary>
    public int Outputs { get; }

    /// <summary>Rows of the target.</summary>
    public int Rows { get; }

    /// <summary>Columns of the target.</summary>
    public int Columns { get; }

    /// <summary>Pixels of the source.</summary>
    public int SourcePixels { get; }

    /// <summary>Taps of the filter.</summary>
    public int Taps { get; }

    /// <summary>Taps of all the target's pixels together: the multiplications for one pair of channels and one lane.</summary>
    public long Executed { get; }

    /// <summary>For each target pixel, the float offset in the source's plane at which its first tap falls.</summary>
    internal int[] Starts { get; }

    /// <summary>For each target pixel, its list.</summary>
    internal int[] Lists { get; }

    /// <summary>List i is Entries[Ends[i]..Ends[i + 1]].</summary>
    internal int[] Ends { get; }

    /// <summary>Pairs: offset from the pixel's start, in floats; offset of the tap in a tile of packed weights, in floats.</summary>
    internal int[] Entries { get; }

    /// <summary>The output gathers from the input.</summary>
    public static TapTable Forward(ConvolutionShape shape) => new(shape, backward: false);

    /// <summary>The input's gradient gathers from the output's gradient. Between the steps of a strided convolution a pixel may get nothing.</summary>
    public static TapTable Backward(ConvolutionShape shape) => new(shape, backward: true);

    private static List<(int Pixel, int Tap)> Forward(ConvolutionShape shape, int row, int column)
    {
        var list = new List<(int, int)>();
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            var (r, s) = shape.Tap(tap);
            var h = (row * shape.Window.Rows.Stride) + r - shape.Window.Rows.Padding;
            var w = (column * shape.Window.Columns.Stride) + s - shape.Window.Columns.Padding;
            if (h >= 0 && h < shape.InputRows && w >= 0 && w < shape.InputColumns) list.Add(((h * shape.InputColumns) + w, tap));
        }

        return list;
    }

    private static List<(int Pixel, int Tap)> Backward(ConvolutionShape shape, int row, int column)
    {
        var list = new List<(int, int)>();
        for (var tap = shape.Taps - 1; tap >= 0; tap--)
        {
            var (r, s) = shape.Tap(tap);
            var (h, betweenRows) = Math.DivRem(row + shape.Window.Rows.Padding - r, shape.Window.Rows.Stride);
            var (w, betweenColumns) = Math.DivRem(column + shape.Window.Columns.Padding - s, shape.Window.Columns.Stride);
            if (betweenRows != 0 || betweenColumns != 0) continue;
            if (h >= 0 && h < shape.OutputRows && w >= 0 && w < shape.OutputColumns) list.Add(((h * shape.OutputColumns) + w, tap));
        }

        return list;
    }
}
