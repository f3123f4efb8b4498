namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>A tile of output pixels: where it lies, its lists of pixels, and the copy of what it reads.</summary>
/// <param name="Shape">How the work is cut up.</param>
/// <param name="Block">First lane block.</param>
/// <param name="Blocks">Lane blocks.</param>
/// <param name="Row">First row of output pixels.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Column">First column of output pixels.</param>
/// <param name="Columns">Columns.</param>
internal readonly unsafe record struct SparseGradientTile(SparseGradientShape Shape, int Block, int Blocks, int Row, int Rows, int Column, int Columns)
{
    /// <summary>Lists pixels in runs along the direction in which there are most.</summary>
    /// <param name="list">Which list: that of a tap, or the only one.</param>
    /// <param name="inputPlanes">Layout of the input.</param>
    /// <param name="gradientPlanes">Layout of the gradient.</param>
    /// <param name="memory">Where the list may lie.</param>
    public PixelRuns Pixels(int list, LanePlanes inputPlanes, LanePlanes gradientPlanes, SparseSkip* memory)
    {
        const int Lane = LanePlanes.Lanes;
        var shape = Shape.Convolution;
        var (r, s) = shape.Tap(list);
        var (rowAxis, columnAxis) = (shape.Window.Rows, shape.Window.Columns);
        var ((fromRow, toRow), (fromColumn, toColumn)) = ((Row, Row + Rows), (Column, Column + Columns));
        if (Shape.ByTap)
        {
            (fromRow, toRow) = Common(fromRow, toRow, shape.ValidRows(r));
            (fromColumn, toColumn) = Common(fromColumn, toColumn, shape.ValidColumns(s));
        }

        // Relative to the plane of channel 0 in the tile's first block, or to a window.
        var width = Shape.ByTap ? shape.InputColumns : Shape.WindowColumns;
        var (originRow, originColumn) = Shape.ByTap ? (rowAxis.Padding - r, columnAxis.Padding - s) : (Row * rowAxis.Stride, Column * columnAxis.Stride);
        var x = ((((fromRow * rowAxis.Stride) - originRow) * width) + (fromColumn * columnAxis.Stride) - originColumn) * Lane;
        var y = ((fromRow * shape.OutputColumns) + fromColumn) * Lane;
        var columns = new Direction(toColumn - fromColumn, columnAxis.Stride * Lane, Lane);
        var rows = new Direction(toRow - fromRow, rowAxis.Stride * width * Lane, shape.OutputColumns * Lane);
        var blocks = new Direction(Blocks, inputPlanes.BlockStride, gradientPlanes.BlockStride);
        if (columns.Count <= 0 || rows.Count <= 0) return default;
        if (blocks.Count > columns.Count && blocks.Count >= rows.Count) (columns, blocks) = (blocks, columns);
        else if (rows.Count > columns.Count) (columns, rows) = (rows, columns);
        var end = memory;
        var (atX, atY) = (0, 0);
        for (var block = 0; block < blocks.Count; block++)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                var (toX, toY) = (x + (block * blocks.StepX) + (row * rows.StepX), y + (block * blocks.StepY) + (row * rows.StepY));
                *end++ = new SparseSkip(toX - atX, toY - atY);
                (atX, atY) = (toX + (columns.Count * columns.StepX), toY + (columns.Count * columns.StepY));
            }
        }

        return new PixelRuns(memory, (int)(end - memory), columns.Count, columns.StepX, columns.StepY);
    }

    /// <summary>Copies the windows of channels [<paramref name="from"/>, <paramref name="to"/>), with zeros around the map.</summary>
    public void Copy(float* input, LanePlanes planes, int from, int to, float* window)
    {
        const int Lane = LanePlanes.Lanes;
        var shape = Shape.Convolution;
        var (firstRow, firstColumn) = ((Row * shape.Window.Rows.Stride) - shape.Window.Rows.Padding, (Column * shape.Window.Columns.Stride) - shape.Window.Columns.Padding);
        var left = Math.Clamp(-firstColumn, 0, Shape.WindowColumns);
        var copied = Math.Clamp(shape.InputColumns - firstColumn, left, Shape.WindowColumns) - left;
        var right = Shape.WindowColumns - left - copied;
        for (var c = from; c < to; c++)
        {
            var plane = input + ((nint)Block * planes.BlockStride) + ((nint)c * planes.PlaneStride);
            for (var row = firstRow; row < firstRow + Shape.WindowRows; row++, window += Shape.WindowColumns * Lane)
            {
                if (row < 0 || row >= shape.InputRows)
                {
                    new Span<float>(window, Shape.WindowColumns * Lane).Clear();
                    continue;
                }

                new Span<float>(window, left * Lane).Clear();
                new Span<float>(plane + (((row * shape.InputColumns) + firstColumn + left) * Lane), copied * Lane).CopyTo(new Span<float>(window + (left * Lane), copied * Lane));
                new Span<float>(window + ((left + copied) * Lane), right * Lane).Clear();
            }
        }
    }

    private static (int From, int To) Common(int from, int to, (int From, int To) other) => (Math.Max(from, other.From), Math.Min(to, other.To));

    /// <summary>A direction in which pixels follow each other, with the floats from one to the next.</summary>
    private readonly record struct Direction(int Count, int StepX, int StepY);
}
